import type { Concern } from '../concern.ts';
import { acne } from './acne.ts';
import { ageSpot } from './age-spot.ts';
import { darkCircle } from './dark-circle.ts';
import { oiliness } from './oiliness.ts';
import { radiance } from './radiance.ts';
import { redness } from './redness.ts';

/** Those of CONCERN_IDS that are measured; a result names the others without a score. */
export const CONCERNS: readonly Concern[] = [redness, acne, ageSpot, darkCircle, radiance, oiliness];
