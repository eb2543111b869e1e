import type { Figure } from '../report/load-report.ts';
import type { FaultRunReport, RoundOutcome } from './run-faults.ts';

/** What a run says for itself, by name; goals where there are any. */
export function faultFigures(report: FaultRunReport): Record<string, Figure> {
  const { rounds, verdicts } = report;
  const total = (of: (verdict: FaultRunReport['verdicts'][number]) => number) =>
    verdicts.reduce((sum, verdict) => sum + of(verdict), 0);
  const figure = (value: number, unit: string, goal: number | null = null): Figure => ({ value, unit, goal });
  return {
    rounds: figure(rounds.length, 'rounds'),
    roundsFailed: figure(rounds.filter(({ faults }) => faults.length > 0).length, 'rounds', 0),
    capturesAcknowledged: figure(report.capturesAcknowledged, 'captures'),
    capturesLost: figure(
      total(({ lost }) => lost.length),
      'captures',
      0,
    ),
    capturesDoubled: figure(
      total(({ doubled }) => doubled.length),
      'captures',
      0,
    ),
    capturesByHalf: figure(
      total(({ halves }) => halves.length),
      'captures',
      0,
    ),
    deadLetters: figure(
      total(({ deadLetters }) => deadLetters),
      'messages',
      0,
    ),
    capturesKept: figure(
      total(({ capturesKept }) => capturesKept),
      'messages',
      0,
    ),
    framesAnswered: figure(report.framesAnswered, 'frames'),
    sequencesBroken: figure(report.sequencesBroken.length, 'sequences', 0),
    sessionsLost: figure(report.sessionsLost.length, 'sessions'),
    resultsRepeated: figure(report.resultsRepeated.length, 'messages', 0),
    longestGuidanceGapMs: figure(Math.round(Math.max(0, ...rounds.map((one) => one.guidanceGapMs))), 'ms'),
    ...recoveryFigures(rounds),
  };
}

function recoveryFigures(rounds: readonly RoundOutcome[]): Record<string, Figure> {
  const figures: Record<string, Figure> = {};
  for (const [kind, ofKind] of Map.groupBy(rounds, (round) => round.kind)) {
    const add = (what: string, values: readonly number[]) => {
      for (const [share, name] of [
        [0.5, 'P50'],
        [0.95, 'P95'],
      ] as const) {
        if (values.length > 0)
          figures[`${kind}.${what}${name}Ms`] = {
            value: Math.round(atShare(values, share)),
            unit: 'ms',
            goal: null,
          };
      }
    };
    const recoveries = ofKind.flatMap(({ recovery }) => (recovery === null ? [] : [recovery]));
    add(
      'live',
      recoveries.map(({ liveMs }) => liveMs),
    );
    add(
      'captures',
      recoveries.map(({ capturesMs }) => capturesMs),
    );
    add(
      'rows',
      recoveries.flatMap(({ rowsMs }) => (rowsMs === null ? [] : [rowsMs])),
    );
    add(
      'gap',
      ofKind.map(({ guidanceGapMs }) => guidanceGapMs),
    );
  }
  return figures;
}

/** Nearest rank: a time that was measured. */
function atShare(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
