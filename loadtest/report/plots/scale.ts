export type Scale = (value: number) => number;

/** From a range of values to a range of pixels. */
export function linearScale(from: readonly [number, number], to: readonly [number, number]): Scale {
  const span = from[1] - from[0] || 1;
  return (value) => to[0] + ((value - from[0]) / span) * (to[1] - to[0]);
}

/** Steps of 1, 2 or 5 times a power of ten from zero (or the least value) to past the greatest. */
export function niceTicks(least: number, greatest: number, about = 4): readonly number[] {
  const span = greatest - least;
  if (!(span > 0)) return [least, least + 1];
  const power = 10 ** Math.floor(Math.log10(span / about));
  const step = [1, 2, 5, 10]
    .map((factor) => factor * power)
    .find((candidate) => span / candidate <= about + 0.5)!;
  const first = Math.floor(least / step);
  const last = Math.ceil(greatest / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

const TIME_STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400];

/** Times that people count in, within the range. */
export function timeTicks(untilMs: number, about = 6): readonly number[] {
  const step = 1000 * (TIME_STEPS_S.find((s) => untilMs / 1000 / s <= about) ?? TIME_STEPS_S.at(-1)!);
  return Array.from({ length: Math.floor(untilMs / step) + 1 }, (_, index) => index * step);
}

/** `45` in a run of two minutes, `12:30` in a longer one. */
export function timeTickText(atMs: number, untilMs: number): string {
  const seconds = Math.round(atMs / 1000);
  if (untilMs <= 120_000) return String(seconds);
  const minutes = Math.floor(seconds / 60);
  const padded = (value: number) => String(value).padStart(2, '0');
  if (minutes < 60) return `${minutes}:${padded(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${padded(minutes % 60)}:${padded(seconds % 60)}`;
}

export function timeUnit(untilMs: number): string {
  if (untilMs <= 120_000) return 'seconds';
  return untilMs < 3_600_000 ? 'min:s' : 'h:min:s';
}
