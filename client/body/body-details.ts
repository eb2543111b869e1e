import { BODY_METRIC_RANGES, type BodyView, type Sex } from '../../src/protocol/body-vocabulary.ts';

export type LengthUnit = 'cm' | 'in';

/** How long somebody has to walk into place, seconds. */
export const TIMER_SECONDS = [3, 5, 10] as const;

/** What a person says of themselves, and how they want to be measured. */
export interface BodyDetails {
  /** null until they have said it. */
  readonly heightCm: number | null;
  readonly unit: LengthUnit;
  readonly sex: Sex | null;
  readonly portrait: boolean;
  readonly card: boolean;
  readonly timerSeconds: (typeof TIMER_SECONDS)[number];
  readonly speak: boolean;
}

/** Somebody who stands three metres away hears better than they read. */
export const DEFAULT_DETAILS: BodyDetails = {
  heightCm: null,
  unit: 'cm',
  sex: null,
  portrait: false,
  card: false,
  timerSeconds: 10,
  speak: true,
};

/** The card is shown first: it is in the hand then, and the phone too. */
export function viewsOf({ portrait, card }: BodyDetails): readonly BodyView[] {
  return [...(card ? (['ref'] as const) : []), 'front', 'side', ...(portrait ? (['portrait'] as const) : [])];
}

/** Without a card in view, the height is the only scale. */
export function isHeightGiven({ heightCm }: BodyDetails): boolean {
  const { min, max } = BODY_METRIC_RANGES.height_cm;
  return heightCm !== null && heightCm >= min && heightCm <= max;
}
