import type { Measure } from '../../types.ts';
import { armsAway } from './arms-away.ts';
import { backgroundContrast } from './background-contrast.ts';
import { bodyBackLight } from './body-back-light.ts';
import { bodyCentring } from './body-centring.ts';
import { bodyCount } from './body-count.ts';
import { bodyInFrame } from './body-in-frame.ts';
import { bodyLight } from './body-light.ts';
import { bodyMotion } from './body-motion.ts';
import { bodyRatio } from './body-ratio.ts';
import { bodyTurn } from './body-turn.ts';
import { feetApart } from './feet-apart.ts';
import { upright } from './upright.ts';

/** Every body measure, in the order of BODY_MEASURE_IDS: what a person should mend first stands first. */
export const BODY_MEASURES: readonly Measure[] = [
  bodyCount,
  bodyInFrame,
  bodyRatio,
  bodyCentring,
  bodyTurn,
  upright,
  armsAway,
  feetApart,
  bodyBackLight,
  bodyLight,
  backgroundContrast,
  bodyMotion,
];
