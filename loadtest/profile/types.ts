/** What V8 writes: https://chromedevtools.github.io/devtools-protocol/v8/Profiler/#type-Profile */
export interface CpuProfile {
  readonly nodes: readonly CpuProfileNode[];
  /** Microseconds, as are the deltas. */
  readonly startTime: number;
  readonly endTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

export interface CpuProfileNode {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    /** From 0. */
    readonly lineNumber: number;
  };
  readonly children?: readonly number[];
}

/** One JavaScript thread of a process, over the profiled time. */
export interface ThreadProfile {
  readonly pid: number;
  /** The kernel's number, as in /proc/<pid>/task. */
  readonly taskId: number;
  /** `main`, or the script that the thread runs: `inference-worker`. */
  readonly name: string;
  readonly cpuSeconds: number;
  readonly profile: CpuProfile;
}

/** From the profiler to the agent in each thread, one JSON line each. */
export type AgentOrder = { readonly type: 'start'; readonly everyUs: number } | { readonly type: 'stop' };

/** And back. */
export type AgentMessage =
  | { readonly type: 'hello'; readonly pid: number; readonly taskId: number; readonly name: string }
  | { readonly type: 'profile'; readonly cpuSeconds: number; readonly profile: CpuProfile };
