import { clampScore, type FaceFeature } from './types.ts';
import { shareOf } from './under-exposure.ts';

const BRIGHTEST = 247 / 255;

/**
 * Share of the face with a linear luminance of 247–255 of 255: burnt out, whatever the skin.
 * Source: OFIQ over-exposure prevention; 50 at one per cent.
 */
export const overExposure: FaceFeature = {
  id: 'over-exposure',
  unit: 'share',
  counts: true,
  read: ({ faceLuminance }) => shareOf(faceLuminance, (luminance) => luminance >= BRIGHTEST),
  score: (value) => clampScore(1 / (value + 0.01)),
};
