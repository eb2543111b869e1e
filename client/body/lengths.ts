import type { Locale } from '../locales/locales.ts';
import type { LengthUnit } from './body-details.ts';

const CM_PER_INCH = 2.54;
const INCHES_PER_FOOT = 12;

export const fromCm = (cm: number, unit: LengthUnit): number => (unit === 'cm' ? cm : cm / CM_PER_INCH);
export const toCm = (value: number, unit: LengthUnit): number =>
  unit === 'cm' ? value : value * CM_PER_INCH;

/** To half an inch. */
export function feetAndInches(cm: number): { readonly feet: number; readonly inches: number } {
  const halves = Math.round((cm / CM_PER_INCH) * 2);
  const feet = Math.floor(halves / 2 / INCHES_PER_FOOT);
  return { feet, inches: halves / 2 - feet * INCHES_PER_FOOT };
}

export function cmOfFeet(feet: number, inches: number): number {
  return (feet * INCHES_PER_FOOT + inches) * CM_PER_INCH;
}

/** A length in the person's numbers, without its unit. */
export function lengthText(cm: number, unit: LengthUnit, locale: Locale, digits = 1): string {
  const format = new Intl.NumberFormat(locale, { maximumFractionDigits: digits });
  return format.format(fromCm(cm, unit));
}

/** ± as people read it: to whole centimetres, or to half inches. */
export function marginText(cm: number, unit: LengthUnit, locale: Locale): string {
  if (unit === 'cm') return lengthText(Math.max(1, Math.round(cm)), 'cm', locale, 0);
  const halves = Math.max(1, Math.round(fromCm(cm, 'in') * 2));
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(halves / 2);
}
