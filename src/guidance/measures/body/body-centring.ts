import { bandScore } from '../../band-score.ts';
import { sidewaysStep } from '../../body-directions.ts';
import { trunkOf } from '../../body-geometry.ts';
import type { Measure, MeasureInput } from '../../types.ts';

/** From the middle of the frame to the middle of the trunk, in frame widths; > 0: at the image's right. */
function offsetOf({ analysis: { body = null, width } }: MeasureInput): number | null {
  if (body === null) return null;
  const { shoulders, hips } = trunkOf(body);
  return (shoulders.x + hips.x) / 2 / width - 0.5;
}

/**
 * How far the trunk is from the frame's middle line. Only to the sides: how high a body stands in the frame says its
 * room above and below. Of the trunk, as a card held out or a step aside moves the silhouette's middle.
 */
export const bodyCentring: Measure = {
  id: 'body-centring',
  unit: 'frame sizes',
  weight: 1,
  hysteresis: 0.015,
  blocksWhenUnknown: true,
  read(input) {
    const offset = offsetOf(input);
    return offset === null ? null : Math.abs(offset);
  },
  score: (value, threshold) => bandScore(value, threshold, { ideal: 0, span: 0.25 }),
  hint(_value, _threshold, input) {
    const { body = null } = input.analysis;
    if (body === null) return { code: 'no-body' };
    return { code: sidewaysStep(body, (offsetOf(input) ?? 0) < 0 ? 'image-right' : 'image-left') };
  },
};
