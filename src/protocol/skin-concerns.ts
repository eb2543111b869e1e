/** Names of skin results; without a schema, as browsers take them too. */

/** The 14 concerns, by the names that the trade uses. */
export const CONCERN_IDS = [
  'wrinkle',
  'pore',
  'texture',
  'acne',
  'redness',
  'oiliness',
  'age_spot',
  'radiance',
  'moisture',
  'dark_circle',
  'eye_bag',
  'droopy_upper_eyelid',
  'droopy_lower_eyelid',
  'firmness',
] as const;
export type ConcernId = (typeof CONCERN_IDS)[number];

/** Why a reading is worth less, or nothing. */
export const DOUBTS = ['occluded', 'shaded', 'out-of-focus', 'clipped', 'turned-away', 'too-small'] as const;

export const SKIN_TYPES = ['normal', 'dry', 'oily', 'combination'] as const;
