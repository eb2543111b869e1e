import type { BodyContext } from '../body-context.ts';
import { lengthText } from '../lengths.ts';

/** A length in the person's numbers and unit: `75 cm`. */
export function withUnit(cm: number, { state, locale, messages }: BodyContext): string {
  const { unit } = state.details;
  return `${lengthText(cm, unit, locale)} ${unit === 'cm' ? messages.details.cm : messages.details.inches}`;
}
