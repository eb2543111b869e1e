import type { LoadReport, LoadSecond } from '../load-report.ts';
import { numberText } from '../number-text.ts';
import { areaPlot } from '../plots/area-plot.ts';
import { linePlot } from '../plots/line-plot.ts';
import { plotFigure } from './plot-figure.ts';

type SecondKey = Exclude<keyof LoadSecond, 'atMs'>;

/** Latency, verdicts, offered against answered, and sessions, over time. */
export function timelineFigures({ timeline }: LoadReport): string[] {
  if (timeline.length < 2) return [];
  const untilMs = timeline.at(-1)!.atMs;
  const points = (read: (second: LoadSecond) => number | null) =>
    timeline.map((second) => ({ atMs: second.atMs, value: read(second) }));
  const table = (columns: readonly string[], reads: readonly ((second: LoadSecond) => number | null)[]) => ({
    columns: ['s', ...columns],
    rows: timeline.map((second) => [
      numberText(second.atMs / 1000),
      ...reads.map((read) => {
        const value = read(second);
        return value === null ? '–' : numberText(value);
      }),
    ]),
  });
  const percentiles = [
    { name: 'p99', colour: 5, read: (second: LoadSecond) => second.p99Ms },
    { name: 'p95', colour: 2, read: (second: LoadSecond) => second.p95Ms },
    { name: 'p50', colour: 1, read: (second: LoadSecond) => second.p50Ms },
  ];
  const verdicts: readonly { name: SecondKey; colour: number }[] = [
    { name: 'pass', colour: 3 },
    { name: 'adjust', colour: 6 },
    { name: 'skipped', colour: 8 },
    { name: 'errors', colour: 5 },
  ];
  const rates = [
    { name: 'offered', colour: 2, read: (second: LoadSecond) => second.offeredFps },
    { name: 'answered', colour: 1, read: (second: LoadSecond) => second.answeredFps },
    {
      name: 'paced',
      colour: 8,
      dashed: true,
      read: (second: LoadSecond) => (second.pacedFps > 0 ? second.pacedFps * second.sessions : null),
    },
  ];
  return [
    plotFigure({
      title: 'Latency of answered frames',
      about: 'From sending a frame to its feedback, at the client, in each second.',
      legend: percentiles.map(({ name, colour }) => ({ name, colour })),
      draw: (size) =>
        linePlot(
          {
            title: 'Latency percentiles over time',
            unit: 'ms',
            untilMs,
            lines: percentiles.map(({ name, colour, read }) => ({ name, colour, points: points(read) })),
          },
          size,
        ),
      table: table(
        percentiles.map(({ name }) => `${name} ms`),
        percentiles.map(({ read }) => read),
      ),
    }),
    plotFigure({
      title: 'Verdicts',
      about: 'What came back for frames, per second.',
      legend: verdicts.map(({ name, colour }) => ({ name, colour, mark: 'fill' })),
      draw: (size) =>
        areaPlot(
          {
            title: 'Verdicts per second over time',
            unit: 'frames/s',
            untilMs,
            timesMs: timeline.map(({ atMs }) => atMs),
            layers: verdicts.map(({ name, colour }) => ({
              name,
              colour,
              values: timeline.map((s) => s[name] ?? 0),
            })),
          },
          size,
        ),
      table: table(
        verdicts.map(({ name }) => name),
        verdicts.map(
          ({ name }) =>
            (second: LoadSecond) =>
              second[name],
        ),
      ),
    }),
    plotFigure({
      title: 'Offered and answered',
      about: 'Frames that clients sent, frames judged, and what pace allows all sessions together.',
      legend: rates.map(({ name, colour, dashed }) => ({ name, colour, mark: dashed ? 'dashes' : 'stroke' })),
      draw: (size) =>
        linePlot(
          {
            title: 'Offered, answered and paced frames per second over time',
            unit: 'frames/s',
            untilMs,
            lines: rates.map(({ name, colour, dashed, read }) => ({
              name,
              colour,
              points: points(read),
              dashed: dashed ?? false,
            })),
          },
          size,
        ),
      table: table(
        rates.map(({ name }) => `${name} frames/s`),
        rates.map(({ read }) => read),
      ),
    }),
    plotFigure({
      title: 'Sessions',
      about: 'Open at the end of each second.',
      draw: (size) =>
        linePlot(
          {
            title: 'Open sessions over time',
            unit: 'sessions',
            untilMs,
            lines: [{ name: 'sessions', colour: 1, points: points(({ sessions }) => sessions) }],
          },
          size,
        ),
      table: table(['sessions'], [({ sessions }) => sessions]),
    }),
  ];
}
