import type { Figure } from '../report/load-report.ts';
import type { AttackReport } from './run-attack.ts';

const MIB = 1024 * 1024;

/** What all attacks together did to those who did nothing wrong, and what they left behind. */
export function abuseFigures(reports: readonly AttackReport[]): Record<string, Figure> {
  const sum = (of: (report: AttackReport) => number) =>
    reports.reduce((total, report) => total + of(report), 0);
  const most = (of: (report: AttackReport) => number) => Math.max(0, ...reports.map(of));
  const grown = (reports.at(-1)?.residentAfter ?? 0) - (reports[0]?.residentAfter ?? 0);
  return {
    attacks: { value: reports.length, unit: 'attacks', goal: null },
    framesAnswered: { value: sum(({ frames }) => frames), unit: 'frames', goal: null },
    framesBroken: { value: sum(({ broken }) => broken), unit: 'frames', goal: 0 },
    newcomersTurnedAway: { value: sum(({ turnedAway }) => turnedAway), unit: 'newcomers', goal: 0 },
    frameP99MsWorst: { value: Math.round(most(({ p99Ms }) => p99Ms)), unit: 'ms', goal: 250 },
    welcomeP99MsWorst: {
      value: Math.round(most(({ welcomeP99Ms }) => welcomeP99Ms)),
      unit: 'ms',
      goal: 1000,
    },
    handlesLeft: {
      value: most(({ handlesBefore, handlesAfter }) => handlesAfter - handlesBefore),
      unit: 'handles',
      goal: 4,
    },
    residentGrowthMiB: { value: Math.round(grown / MIB), unit: 'MiB', goal: 64 },
  };
}
