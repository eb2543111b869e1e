/** Rounds for messages and records: digits that mean nothing cost bytes and time everywhere they pass. */
export function roundTo(value: number, decimals: number): number {
  const factor = 10 ** decimals;
  return Math.round(value * factor) / factor;
}
