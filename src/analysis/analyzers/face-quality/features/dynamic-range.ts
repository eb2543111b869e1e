import { clampScore, type FaceFeature } from './types.ts';

const BINS = 256;

/** Entropy of the face's luminance as coded (sRGB), 0 to 8 bits. Told only: dark skin spans fewer codes. Source: OFIQ. */
export const dynamicRange: FaceFeature = {
  id: 'dynamic-range',
  unit: 'bits',
  counts: false,
  read({ faceLuminance }) {
    if (faceLuminance.length === 0) return null;
    const counts = new Uint32Array(BINS);
    for (const luminance of faceLuminance) counts[Math.round(encoded(luminance) * (BINS - 1))]!++;
    let bits = 0;
    for (const count of counts) {
      const share = count / faceLuminance.length;
      if (share > 0) bits -= share * Math.log2(share);
    }
    return bits;
  },
  score: (value) => clampScore(12.5 * value),
};

function encoded(linear: number): number {
  return linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
}
