import type { HintCode } from '../../../protocol/hint-codes.ts';
import type { BodyAnalysis, FrameAnalysis, PictureEdge } from '../../../vision/types.ts';
import { bandScore } from '../../band-score.ts';
import { sidewaysStep } from '../../body-directions.ts';
import { armAnglesDeg } from '../../body-geometry.ts';
import type { Measure } from '../../types.ts';

type Room = Readonly<Record<PictureEdge, number>>;

/** What a body that is cut off counts for where the model does not say how far it reaches beyond the picture. */
const CUT_OFF = -0.02;
/** Arms that are raised this far are what runs into the sides. */
const RAISED_ARM_DEG = 45;

function roomOf({ box, edgesReached }: BodyAnalysis, { width, height }: FrameAnalysis): Room {
  const room = (edge: PictureEdge, px: number): number =>
    edgesReached.includes(edge) ? CUT_OFF : px / height;
  return {
    top: room('top', box.y),
    right: room('right', width - box.x - box.width),
    bottom: room('bottom', height - box.y - box.height),
    left: room('left', box.x),
  };
}

function wayIntoFrame(body: BodyAnalysis, room: Room, enough: number): HintCode {
  const isShort = (edge: PictureEdge): boolean => room[edge] < enough;
  const { missingParts } = body;
  const lacksFeet = isShort('bottom') || missingParts.includes('feet') || missingParts.includes('knees');
  const lacksHead = isShort('top') || missingParts.includes('head');
  if (lacksFeet && lacksHead) return 'step-back';
  if (lacksFeet) return 'feet-in-view';
  if (lacksHead) return 'head-in-view';
  if (isShort('left') && isShort('right')) {
    return Math.max(...armAnglesDeg(body)) > RAISED_ARM_DEG ? 'arms-closer' : 'step-back';
  }
  if (isShort('left')) return sidewaysStep(body, 'image-right');
  if (isShort('right')) return sidewaysStep(body, 'image-left');
  return 'step-back';
}

/**
 * Room between the silhouette and the nearest edge of the frame, in frame heights; below 0 when part of the body is
 * outside: an edge that the silhouette runs into, or a part of it whose points are not in the picture.
 * Source: own definition; what is not seen cannot be measured.
 */
export const bodyInFrame: Measure = {
  id: 'body-in-frame',
  unit: 'ratio',
  weight: 1,
  hysteresis: 0.005,
  blocksWhenUnknown: true,
  read({ analysis }) {
    const { body = null } = analysis;
    if (body === null) return null;
    const room = Math.min(...Object.values(roomOf(body, analysis)));
    return body.missingParts.length > 0 ? Math.min(room, CUT_OFF) : room;
  },
  score: (value, threshold) => bandScore(value, threshold, { ideal: 0.06, span: 0.1 }),
  hint(_value, threshold, { analysis }) {
    const { body = null } = analysis;
    return {
      code: body === null ? 'no-body' : wayIntoFrame(body, roomOf(body, analysis), threshold.min ?? 0),
    };
  },
};
