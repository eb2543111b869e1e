import { labFromSrgb } from '../../../../vision/colour.ts';
import { clampScore, type FaceFeature, sigmoid } from './types.ts';

const A_BAND = [5, 25] as const;
const B_BAND = [5, 35] as const;

/**
 * Distance of the cheeks' mean a* and b* from a* 5–25, b* 5–35. The darkest and the lightest skin lie outside of the
 * band in neutral light too, so it has no say; the measure `colour-cast` looks for the light's colour in the
 * white of the eye. Source: OFIQ natural colour.
 */
export const naturalColour: FaceFeature = {
  id: 'natural-colour',
  unit: 'Lab units',
  counts: false,
  read({ cheeks }) {
    if (cheeks === null) return null;
    let [a, b, count] = [0, 0, 0];
    for (const square of [cheeks.right, cheeks.left]) {
      for (let i = 0; i < square.length; i += 3) {
        const lab = labFromSrgb(square[i]!, square[i + 1]!, square[i + 2]!);
        a += lab.a;
        b += lab.b;
        count++;
      }
    }
    return Math.hypot(outside(a / count, A_BAND), outside(b / count, B_BAND));
  },
  score: (value) => clampScore(200 * (1 - sigmoid(value, 0, 10))),
};

function outside(value: number, [low, high]: readonly [number, number]): number {
  return Math.max(0, low - value, value - high);
}
