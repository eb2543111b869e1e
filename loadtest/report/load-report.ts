import type { ProfileSummary } from '../profile/profile-summary.ts';

/** What a load test found: written as JSON, drawn as a page, compared between runs. */
export interface LoadReport {
  readonly scenario: string;
  /** The options that were in force, by name. */
  readonly options: Readonly<Record<string, string | number | boolean>>;
  readonly startedAt: string;
  readonly machine: { readonly cores: number; readonly memoryBytes: number; readonly node: string };
  readonly durationMs: number;
  /** Of the whole measured time, the ramp left out. */
  readonly totals: LoadTotals;
  /** From sending a frame to its feedback, at the client; answered frames only (pass and adjust). */
  readonly latencyMs: Percentiles;
  /** Round trip less the node's own decode and inference. */
  readonly overheadMs: Percentiles;
  /** From connect to welcome. */
  readonly welcomeMs: Percentiles | null;
  /** From sending a still to `captured`, and to `result`. */
  readonly capturedMs: Percentiles | null;
  readonly resultMs: Percentiles | null;
  /** The node's own stages, as feedback tells them: queue, decode, infer, total. */
  readonly stagesMs: Readonly<Record<string, Percentiles>>;
  /** Jain's index of frames answered per session: 1 is even. */
  readonly fairness: number;
  /** One entry a second. */
  readonly timeline: readonly LoadSecond[];
  readonly processes: readonly ProcessSeries[];
  /** What the generator itself took of the machine, in cores. */
  readonly generatorCores: number;
  /** Figures of this scenario alone, with their goal where there is one. */
  readonly figures: Readonly<Record<string, Figure>>;
  /** With --profile: where each process spent its CPU time. */
  readonly profile?: readonly ProfileSummary[];
}

export interface Figure {
  readonly value: number;
  readonly unit: string;
  readonly goal: number | null;
  /** Which side of the goal is good; by default more of a ratio, an index or a rate is, and less of all else. */
  readonly goalIs?: 'at least' | 'at most';
}

export interface LoadTotals {
  readonly sessions: number;
  readonly sent: number;
  readonly answered: number;
  readonly pass: number;
  readonly adjust: number;
  readonly skipped: number;
  readonly errors: number;
  /** Frames that a client may have made and held back, because credit or pace told it to. */
  readonly heldBack: number;
  readonly captured: number;
  readonly results: number;
  readonly reconnects: number;
  readonly resumed: number;
}

export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  readonly mean: number;
}

export interface LoadSecond {
  readonly atMs: number;
  readonly sessions: number;
  readonly offeredFps: number;
  readonly answeredFps: number;
  readonly pass: number;
  readonly adjust: number;
  readonly skipped: number;
  readonly errors: number;
  /** Of the frames answered in this second; null where there were none. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  /** Mean of the rates that sessions may send at, as `pace` told them. */
  readonly pacedFps: number;
}

/** CPU and memory of one process, sampled each second. */
export interface ProcessSeries {
  readonly name: string;
  readonly samples: readonly {
    readonly atMs: number;
    readonly cpuCores: number;
    readonly residentBytes: number;
    readonly handles: number;
  }[];
  /** Least-squares slope of resident memory over the measured time, and the standard error of it. */
  readonly residentSlopeBytesPerMinute: number;
  readonly residentSlopeStandardError: number;
  /** Samples from here on are in the slope (the ramp is not). */
  readonly measuredFromMs?: number;
}
