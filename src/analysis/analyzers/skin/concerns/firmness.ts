import type { Concern } from '../concern.ts';
import { measureFolds } from './by-fold.ts';

/** From the nose to the mouth, and from the mouth to the chin. */
const FOLDS = [
  { region: 'left-nasolabial', line: [423, 426, 436, 432] },
  { region: 'right-nasolabial', line: [203, 206, 216, 212] },
  { region: 'left-marionette', line: [422, 424] },
  { region: 'right-marionette', line: [202, 204] },
] as const;

/**
 * Folds that deepen where cheeks sink, as the severity scales of nasolabial folds and marionette lines grade them (Day et
 * al. 2004; Carruthers et al. 2008). A smile deepens them too.
 */
export const firmness: Concern = {
  id: 'firmness',
  source: 'Day et al. 2004, Am. J. Clin. Dermatol. 5; Carruthers et al. 2008, Dermatol. Surg. 34',
  unit: 'ln light',
  regions: ['left-nasolabial', 'right-nasolabial', 'left-marionette', 'right-marionette'],
  scale: { healthy: 0.06, severe: 0.84 },
  reliability: 0.4,
  measure: (surface) => measureFolds(surface, FOLDS, 0.6),
};
