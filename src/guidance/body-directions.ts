import type { HintCode } from '../protocol/hint-codes.ts';
import type { BodyAnalysis } from '../vision/types.ts';
import { turnDeg } from './body-geometry.ts';

/**
 * Where a body has to go in order to come to the image's right (or left), in its own terms: who stands sideways goes
 * forwards or backwards, and who has turned away from the camera has left and right the other way round.
 */
export function sidewaysStep(body: BodyAnalysis, towards: 'image-left' | 'image-right'): HintCode {
  const turn = turnDeg(body);
  const isRight = towards === 'image-right';
  if (Math.abs(turn) > 45 && Math.abs(turn) < 135) {
    return turn > 0 === isRight ? 'shift-forwards' : 'shift-backwards';
  }
  // Facing the camera, the person's own left is the image's right.
  return Math.abs(turn) <= 45 === isRight ? 'move-left' : 'move-right';
}
