import type { Measure } from '../../types.ts';
import { cardFlat } from './card-flat.ts';
import { cardInView } from './card-in-view.ts';
import { cardLight } from './card-light.ts';
import { cardMotion } from './card-motion.ts';
import { cardSize } from './card-size.ts';

/** Every card measure, in the order of CARD_MEASURE_IDS: what a person should mend first stands first. */
export const CARD_MEASURES: readonly Measure[] = [cardInView, cardSize, cardFlat, cardLight, cardMotion];
