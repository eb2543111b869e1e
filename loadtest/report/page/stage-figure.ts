import type { LoadReport, Percentiles } from '../load-report.ts';
import { numberText, spokenName } from '../number-text.ts';
import { barPlot } from '../plots/bar-plot.ts';
import { tableOf } from './data-table.ts';
import { plotFigure } from './plot-figure.ts';

const SHOWN = [
  { name: 'p50', colour: 1 },
  { name: 'p90', colour: 6 },
  { name: 'p99', colour: 2 },
] as const;

const COLUMNS = ['count', 'p50', 'p90', 'p99', 'p99.9', 'max', 'mean'];

function cells({ count, p50, p90, p99, p999, max, mean }: Percentiles): string[] {
  return [count, p50, p90, p99, p999, max, mean].map(numberText);
}

/** Where a frame's time goes on the node. */
export function stageFigure({ stagesMs }: LoadReport): string {
  const stages = Object.entries(stagesMs).filter(([, { count }]) => count > 0);
  if (stages.length === 0) return '';
  return plotFigure({
    title: 'Stages on the node',
    about:
      'Waiting, decoding, inference, and all of it until the feedback, as the node tells in each feedback.',
    draw: ({ width }) =>
      barPlot(
        {
          title: 'Percentiles of each stage on the node',
          unit: 'ms',
          groups: stages.map(([stage, percentiles]) => ({
            name: spokenName(stage),
            bars: SHOWN.map(({ name, colour }) => ({ name, colour, value: percentiles[name] })),
          })),
        },
        width,
      ),
    table: {
      columns: ['stage, ms', ...COLUMNS],
      rows: stages.map(([stage, percentiles]) => [spokenName(stage), ...cells(percentiles)]),
    },
  });
}

/** All times that the client took, over the whole run. */
export function clientTimes(report: LoadReport): string {
  const rows = (
    [
      ['frame to feedback', report.latencyMs],
      ['of that, overhead', report.overheadMs],
      ['connect to welcome', report.welcomeMs],
      ['still to captured', report.capturedMs],
      ['still to result', report.resultMs],
    ] as const
  )
    .filter(([, percentiles]) => percentiles !== null && percentiles.count > 0)
    .map(([name, percentiles]) => [name, ...cells(percentiles!)]);
  return (
    '<figure><figcaption><h3>Times at the client</h3><div class="soft small">Over the whole measured time, from one histogram ' +
    'of all sessions. Overhead: beyond decoding and inference.</div></figcaption>' +
    `<div class="scroll free" tabindex="0" role="region" aria-label="Times at the client">${tableOf({ columns: ['ms', ...COLUMNS], rows })}</div></figure>`
  );
}
