import type { HintCode } from '../../src/protocol/hint-codes.ts';
import type { IconName } from './icons.ts';

/** A side of the screen, or the way round at the top of the guide; never flipped by the direction of writing. */
export type Side = 'left' | 'right' | 'up' | 'down' | 'top-left' | 'top-right';

export interface HintCue {
  readonly icon: IconName;
  /** Where at the guide it points to, and which way; null where the hint is about no direction. */
  readonly side: Side | null;
}

/** As in the mirrored preview, where the person's own left is the left of the screen. */
const CUES: Readonly<Record<HintCode, readonly [IconName, Side?]>> = {
  'no-face': ['frame'],
  'one-person': ['person'],
  'move-into-frame': ['frame'],
  'come-closer': ['closer'],
  'move-back': ['back'],
  'move-left': ['arrow', 'left'],
  'move-right': ['arrow', 'right'],
  'move-up': ['arrow', 'up'],
  'move-down': ['arrow', 'down'],
  'turn-left': ['turn', 'left'],
  'turn-right': ['turn', 'right'],
  'chin-up': ['turn', 'up'],
  'chin-down': ['turn', 'down'],
  'tilt-left': ['tilt', 'top-left'],
  'tilt-right': ['tilt', 'top-right'],
  'more-light': ['sun'],
  'less-light': ['moon'],
  'face-the-light': ['half'],
  'avoid-back-light': ['window'],
  'neutral-light': ['bulb'],
  'hold-still': ['still'],
  focus: ['focus'],
  'open-eyes': ['eye'],
  'close-mouth': ['mouth'],
  'use-better-camera': ['camera'],
  'no-body': ['body'],
  'head-in-view': ['back'],
  'feet-in-view': ['back'],
  'step-back': ['back'],
  'step-closer': ['closer'],
  // Which side that is depends on which way the person faces.
  'shift-forwards': ['steps'],
  'shift-backwards': ['steps'],
  'stand-upright': ['upright'],
  'face-camera': ['person'],
  'turn-sideways': ['swap'],
  'arms-away': ['armsOut'],
  'arms-closer': ['armsIn'],
  'feet-apart': ['feetOut'],
  'feet-together': ['feetIn'],
  'plain-background': ['wall'],
  'no-card': ['card'],
  'card-closer': ['closer'],
  'card-flat': ['card'],
  'card-glare': ['moon'],
  'card-even-light': ['half'],
  'card-plain': ['card'],
};

const OPPOSITE: Readonly<Partial<Record<Side, Side>>> = {
  left: 'right',
  right: 'left',
  'top-left': 'top-right',
  'top-right': 'top-left',
};

/** In a preview that is not mirrored the person's own left is the right of the screen. */
export function hintCue(code: HintCode, mirrored: boolean): HintCue {
  const [icon, side = null] = CUES[code];
  return { icon, side: side === null || mirrored ? side : (OPPOSITE[side] ?? side) };
}
