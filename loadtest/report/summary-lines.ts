import { profileLines } from '../profile/profile-lines.ts';
import { goalSide, isGoalMet } from './figure-goal.ts';
import type { Figure, LoadReport, Percentiles, ProcessSeries } from './load-report.ts';
import { durationText, mebibyteText, numberText, slopeText } from './number-text.ts';
import { slopeVerdict } from './slope-verdict.ts';

/** The report for a terminal: figures with their goals, times, processes. */
export function formatSummary(report: LoadReport): string[] {
  const { scenario, durationMs, totals, machine, generatorCores, fairness } = report;
  const perSecond = numberText(totals.answered / (durationMs / 1000));
  return [
    `${scenario}: ${durationText(durationMs)}, ${totals.sessions} sessions, ${perSecond} frames/s answered, fairness ${fairness.toFixed(3)}`,
    `  frames   sent ${totals.sent}, pass ${totals.pass}, adjust ${totals.adjust}, skipped ${totals.skipped}, errors ${totals.errors}, held back ${totals.heldBack}`,
    `  captures ${totals.captured}, results ${totals.results}; reconnects ${totals.reconnects}, resumed ${totals.resumed}`,
    ...times(report),
    ...processes(report.processes),
    `  the generator itself took ${generatorCores.toFixed(2)} of ${machine.cores} cores`,
    ...figures(report.figures),
    ...(report.profile ?? []).flatMap((profile) => ['', ...profileLines(profile)]),
  ];
}

function times({ latencyMs, overheadMs, welcomeMs, capturedMs, resultMs, stagesMs }: LoadReport): string[] {
  const rows: [string, Percentiles | null][] = [
    ['frame → feedback', latencyMs],
    ['of that, overhead', overheadMs],
    ['connect → welcome', welcomeMs],
    ['still → captured', capturedMs],
    ['still → result', resultMs],
    ...Object.entries(stagesMs).map(([stage, percentiles]): [string, Percentiles] => [
      `on the node: ${stage}`,
      percentiles,
    ]),
  ];
  const told = rows.filter((row): row is [string, Percentiles] => row[1] !== null && row[1].count > 0);
  if (told.length === 0) return [];
  return table(
    ['ms', 'count', 'p50', 'p90', 'p99', 'p99.9', 'max'],
    told.map(([name, { count, p50, p90, p99, p999, max }]) => [
      name,
      ...[count, p50, p90, p99, p999, max].map(numberText),
    ]),
  );
}

function processes(series: readonly ProcessSeries[]): string[] {
  const watched = series.filter(({ samples }) => samples.length > 0);
  if (watched.length === 0) return ['  no process was watched'];
  return table(
    ['process', 'CPU mean', 'max', 'memory', 'max', 'handles', 'memory slope'],
    watched.map((one) => {
      const { name, samples } = one;
      const cores = samples.map(({ cpuCores }) => cpuCores);
      return [
        name,
        (cores.reduce((sum, value) => sum + value, 0) / cores.length).toFixed(2),
        Math.max(...cores).toFixed(2),
        mebibyteText(samples.at(-1)!.residentBytes),
        mebibyteText(Math.max(...samples.map(({ residentBytes }) => residentBytes))),
        String(samples.at(-1)!.handles),
        `${slopeText(one.residentSlopeBytesPerMinute, one.residentSlopeStandardError)}, ${slopeVerdict(one)}`,
      ];
    }),
  );
}

function figures(all: Readonly<Record<string, Figure>>): string[] {
  const width = Math.max(0, ...Object.keys(all).map((name) => name.length));
  return Object.entries(all).map(([name, figure]) => {
    const told = `${name.padEnd(width)}  ${numberText(figure.value)} ${figure.unit}`;
    const met = isGoalMet(figure);
    if (met === null) return `  ${told}`;
    const side = goalSide(figure) === 'at least' ? '≥' : '≤';
    return `${met ? '✓' : '✗'} ${told} (goal ${side} ${numberText(figure.goal!)}${met ? '' : ', missed'})`;
  });
}

/** Columns as wide as they need; the first to the left, numbers to the right. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]!.length)));
  return [
    '',
    ...[head, ...rows].map((row) => `  ${row.map((cell, i) => pad(cell, widths[i]!, i)).join('  ')}`),
    '',
  ];
}

function pad(cell: string, width: number, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}
