import type { Check } from '../../src/protocol/checks.ts';

/** A measure's value for people; the empty string where there is none. */
export function formatValue({ value, unit }: Check, locale: string): string {
  if (value === null) return '';
  const number = (options: Intl.NumberFormatOptions): string =>
    new Intl.NumberFormat(locale, options).format(value);
  switch (unit) {
    case 'deg':
      return `${number({ maximumFractionDigits: 0, signDisplay: 'negative' })}°`;
    case 'ratio':
    case 'frame sizes':
    case 'face sizes':
    case 'eye distances':
      return number({ style: 'percent', maximumFractionDigits: 0, signDisplay: 'negative' });
    case 'px':
      return `${number({ maximumFractionDigits: 0 })} px`;
    case 'stops':
      return number({ maximumFractionDigits: 1, signDisplay: 'exceptZero' });
    default:
      return number({ maximumFractionDigits: 1, signDisplay: 'negative' });
  }
}
