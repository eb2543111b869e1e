import type { Concern } from '../concern.ts';
import { acne } from './acne.ts';
import { ageSpot } from './age-spot.ts';
import { darkCircle } from './dark-circle.ts';
import { droopyLowerEyelid } from './droopy-lower-eyelid.ts';
import { droopyUpperEyelid } from './droopy-upper-eyelid.ts';
import { eyeBag } from './eye-bag.ts';
import { firmness } from './firmness.ts';
import { moisture } from './moisture.ts';
import { oiliness } from './oiliness.ts';
import { pore } from './pore.ts';
import { radiance } from './radiance.ts';
import { redness } from './redness.ts';
import { texture } from './texture.ts';
import { wrinkle } from './wrinkle.ts';

/** Every concern of CONCERN_IDS. */
export const CONCERNS: readonly Concern[] = [
  wrinkle,
  pore,
  texture,
  acne,
  redness,
  oiliness,
  ageSpot,
  radiance,
  moisture,
  darkCircle,
  eyeBag,
  droopyUpperEyelid,
  droopyLowerEyelid,
  firmness,
];
