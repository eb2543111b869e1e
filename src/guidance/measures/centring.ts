import { bandScore } from '../band-score.ts';
import type { Measure, MeasureInput } from '../types.ts';

/** From the middle of the frame to the middle of the face, as shares of the frame's width and height. */
function offsetOf({ analysis: { face, width, height } }: MeasureInput): { x: number; y: number } | null {
  if (face === null) return null;
  return {
    x: (face.box.x + face.box.width / 2) / width - 0.5,
    y: (face.box.y + face.box.height / 2) / height - 0.5,
  };
}

/**
 * How far the middle of the face (bounds of the landmarks) is from the middle of the frame: √(dx² + dy²) with dx in frame
 * widths and dy in frame heights, so that one number holds for both orientations.
 * Source: own definition; ISO/IEC 19794-5 asks for the middle of the face within 45 to 55 % of the width and 30 to 50 %
 * of the height from the top.
 *
 * Which way to go: the image is unmirrored, the person looks at us, so the person's own left is the image's right. A
 * face in the image's left half stands at its own right and has to move to its own left. In the mirrored preview that
 * is a move to the left of the screen as well, away from the right where the preview shows that face.
 */
export const centring: Measure = {
  id: 'centring',
  unit: 'frame sizes',
  weight: 1,
  hysteresis: 0.015,
  blocksWhenUnknown: true,
  read(input) {
    const offset = offsetOf(input);
    return offset === null ? null : Math.hypot(offset.x, offset.y);
  },
  score: (value, threshold) => bandScore(value, threshold, { ideal: 0, span: 0.25 }),
  hint(_value, _threshold, input) {
    const { x, y } = offsetOf(input) ?? { x: 0, y: 0 };
    if (Math.abs(x) >= Math.abs(y)) return { code: x < 0 ? 'move-left' : 'move-right' };
    return { code: y < 0 ? 'move-down' : 'move-up' };
  },
};
