/** What is counted of a run, or of one second of it. */
export interface Counts {
  sent: number;
  pass: number;
  adjust: number;
  /** Overtaken, or unanswered when a connection was lost. */
  skipped: number;
  /** Frames that were refused or could not be analysed. */
  errors: number;
  heldBack: number;
  captured: number;
  rejected: number;
  results: number;
  /** Welcomes, those of resumed sessions included. */
  welcomes: number;
  reconnects: number;
  resumed: number;
  /** Connections that were refused or broke before `welcome`. */
  connectFailures: number;
  /** Messages that a client must never get: an answer or result twice, an unknown seq. */
  broken: number;
}

export function noCounts(): Counts {
  return {
    sent: 0,
    pass: 0,
    adjust: 0,
    skipped: 0,
    errors: 0,
    heldBack: 0,
    captured: 0,
    rejected: 0,
    results: 0,
    welcomes: 0,
    reconnects: 0,
    resumed: 0,
    connectFailures: 0,
    broken: 0,
  };
}

export function addCounts(sum: Counts, more: Readonly<Counts>): void {
  for (const name of Object.keys(sum) as (keyof Counts)[]) sum[name] += more[name];
}

export const TIME_NAMES = [
  'latency',
  'overhead',
  'welcome',
  'resume',
  'captured',
  'result',
  'queue',
  'decode',
  'infer',
  'total',
] as const;
/** What times are taken of; each has a histogram. `resume`: from losing a connection to going on. */
export type TimeName = (typeof TIME_NAMES)[number];
