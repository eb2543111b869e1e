import type { FaceAnalysis } from '../../vision/types.ts';
import { bandScore } from '../band-score.ts';
import { interocularPx, landmarkDistancePx } from '../face-geometry.ts';
import type { Measure } from '../types.ts';

/** Upper and lower lid above one another, the middle three of each eye. */
const RIGHT_LIDS = [
  [160, 144],
  [159, 145],
  [158, 153],
] as const;
const LEFT_LIDS = [
  [387, 373],
  [386, 374],
  [385, 380],
] as const;

function openingPx(face: FaceAnalysis, lids: readonly (readonly [number, number])[]): number {
  const total = lids.reduce(
    (sum, [upper, lower]) => sum + landmarkDistancePx(face.landmarks, upper, lower),
    0,
  );
  return total / lids.length;
}

/** The iris of any open eye contrasts with its white at least so much, save behind the glare of glasses. */
const OPEN_CONTRAST = 0.5;

/**
 * Opening of the less open eye ÷ distance between the eyes (corrected for yaw), times how surely an iris is seen in it: the
 * mesh leaves closed eyes half open, and only the pixels say that there is a lid. Not ÷ the eye's own width, which shrinks
 * with yaw on the far side, nor ÷ eye to chin as OFIQ does, which shrinks under pitch and grows with an open mouth.
 * Source: OFIQ eyes open, ISO/IEC 29794-5, with another denominator.
 */
export const eyesOpen: Measure = {
  id: 'eyes-open',
  unit: 'eye distances',
  weight: 2,
  hysteresis: 0.008,
  blocksWhenUnknown: true,
  read({ analysis: { face } }) {
    if (face === null) return null;
    const opening = Math.min(openingPx(face, RIGHT_LIDS), openingPx(face, LEFT_LIDS)) / interocularPx(face);
    return opening * Math.min(1, face.appearance.irisContrast / OPEN_CONTRAST);
  },
  score: (value, threshold) => bandScore(value, threshold, { ideal: 0.12, span: 0.06 }),
  hint: () => ({ code: 'open-eyes' }),
};
