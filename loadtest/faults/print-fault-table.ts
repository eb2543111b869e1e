import { faultFigures } from './fault-figures.ts';
import type { FaultRunReport } from './run-faults.ts';

/** The figures of a run for people: what must be 0, then how long each kind took to recover. */
export function printFaultTable(report: FaultRunReport, print: (line: string) => void): void {
  const figures = faultFigures(report);
  const wrong = [
    ...report.verdicts.flatMap(({ lost }) => lost.map((text) => `lost: ${text}`)),
    ...report.verdicts.flatMap(({ doubled }) => doubled.map((text) => `doubled: ${text}`)),
    ...report.verdicts.flatMap(({ halves }) => halves.map((text) => `by half: ${text}`)),
    ...report.sequencesBroken.map((text) => `sequence: ${text}`),
    ...report.sessionsLost.map((text) => `session lost: ${text}`),
    ...report.resultsRepeated.map((text) => `result told twice: ${text}`),
  ];
  for (const line of wrong) print(`✘ ${line}`);
  print('');
  for (const [name, { value, unit, goal }] of Object.entries(figures)) {
    if (name.includes('.')) continue;
    print(
      `${name.padEnd(22)} ${String(value).padStart(8)} ${unit}${goal === null ? '' : `  (goal ${goal}${value > goal ? ', missed' : ''})`}`,
    );
  }
  print(
    `\n${'recovery, p50 / p95 ms'.padEnd(24)}${['live', 'captures', 'rows', 'longest gap'].map((text) => text.padStart(16)).join('')}`,
  );
  for (const kind of new Set(report.rounds.map((round) => round.kind))) {
    const cells = ['live', 'captures', 'rows', 'gap'].map((what) => {
      const [p50, p95] = ['P50', 'P95'].map((name) => figures[`${kind}.${what}${name}Ms`]?.value);
      return (p50 === undefined ? '–' : `${p50} / ${p95}`).padStart(16);
    });
    print(`${kind.padEnd(24)}${cells.join('')}`);
  }
}
