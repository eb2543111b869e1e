import type { HintCode } from '../../protocol/hint-codes.ts';
import { bandScore } from '../band-score.ts';
import type { Measure, MeasureInput } from '../types.ts';

interface Margins {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function marginsOf({ analysis }: MeasureInput): Margins | null {
  const { face, width, height } = analysis;
  if (face === null) return null;
  const { box } = face;
  const size = Math.max(box.width, box.height);
  return {
    left: box.x / size,
    right: (width - box.x - box.width) / size,
    top: box.y / size,
    bottom: (height - box.y - box.height) / size,
  };
}

/** Twice the room would do for a face that is exactly in the middle. */
const ROOM_FOR_BOTH = 2.5;
/** From here on more is asked for than the face, which may be whole in view already. */
const ROOM_FOR_NECK = 0.2;

const AWAY_FROM: Readonly<Record<keyof Margins, HintCode>> = {
  left: 'move-left',
  right: 'move-right',
  top: 'move-down',
  bottom: 'move-up',
};

/** Away from the edge that is nearest; left and right as in centring.ts. */
function wayToRoom(margins: Margins): HintCode {
  const sides = ['left', 'right', 'top', 'bottom'] as const;
  return AWAY_FROM[sides.reduce((nearest, side) => (margins[side] < margins[nearest] ? side : nearest))];
}

/**
 * Room between the face (bounds of the landmarks: hairline to chin) and the nearest edge of the frame ÷ the face's longer
 * side; negative when part of the face is outside. Source: OFIQ crop of the face image (eye to edge ÷ distance of the
 * eyes), taken here to the face's own outline, which says the same for all four sides.
 */
export const outOfFrame: Measure = {
  id: 'out-of-frame',
  unit: 'face sizes',
  weight: 1,
  hysteresis: 0.015,
  blocksWhenUnknown: true,
  read(input) {
    const margins = marginsOf(input);
    return margins === null ? null : Math.min(margins.left, margins.right, margins.top, margins.bottom);
  },
  score: (value, threshold) => bandScore(value, threshold, { ideal: 0.2, span: 0.25 }),
  hint(_value, threshold, input) {
    const margins = marginsOf(input);
    const room = threshold.min ?? 0;
    if (margins === null) return { code: 'move-into-frame' };
    const { left, right, top, bottom } = margins;
    if (Math.min(left + right, top + bottom) < ROOM_FOR_BOTH * room) return { code: 'move-back' };
    return { code: room < ROOM_FOR_NECK ? 'move-into-frame' : wayToRoom(margins) };
  },
};
