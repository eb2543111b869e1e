/** Numbers and times as this page writes them: English words, dates as the reader's browser has them. */

/** To a millimetre, without the unit; a dash where it was not measured. */
export function cmText(cm: number | null | undefined): string {
  return cm === null || cm === undefined ? '–' : cm.toFixed(1);
}

/** ± centimetres around a measure; empty where it is not known. */
export function marginText(cm: number | null | undefined): string {
  return cm === null || cm === undefined ? '' : `± ${cm.toFixed(1)}`;
}

/** @param share 0..1 */
export function percentText(share: number | null | undefined): string {
  return share === null || share === undefined ? '–' : `${Math.round(share * 100)} %`;
}

const AGES = [
  { unitMs: 86_400_000, name: 'd' },
  { unitMs: 3_600_000, name: 'h' },
  { unitMs: 60_000, name: 'min' },
] as const;

/** How long ago: `3 h`; a clock that is ahead of this one counts as now. */
export function ageText(atMs: number, nowMs: number): string {
  const passedMs = nowMs - atMs;
  const age = AGES.find(({ unitMs }) => passedMs >= unitMs);
  return age === undefined ? 'now' : `${Math.floor(passedMs / age.unitMs)} ${age.name}`;
}

/** @param locale of the reader; undefined: the browser's own */
export function dateText(iso: string, locale?: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return '–';
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(at);
}

/** The first eight signs of an id tell enough of them apart for people. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}
