import { always, atLeast, type Preset, upTo } from './preset.ts';

/**
 * The thresholds of a card that is shown by itself, strict / moderate / relaxed. Where they come from
 * (loadtest/card-accuracy.ts):
 *
 * - card-size: found from 60 px on; its scale is within 0.6 % there, and better with more.
 * - card-flat: scale and colour hold up to 25°; a card turned to the lamp otherwise than the skin is lit otherwise.
 * - card-light: a printed card gives a scale and no colour; relaxed takes that.
 * - card-motion: at 1/30 s of exposure 0.4 a second smears by 1.3 % of the card: 1 mm.
 */
export const REFERENCE_CARD: Preset = {
  'card-in-view': always({ min: 1 }),
  'card-size': atLeast(110, 85, 60),
  'card-flat': upTo(12, 18, 25),
  'card-light': { strict: { max: 0 }, moderate: { max: 0 }, relaxed: { max: 1 } },
  'card-motion': upTo(0.3, 0.4, 0.7),
};
