import type { ProcessSeries } from './load-report.ts';
import { type ProcessUsage, readProcessUsage, usageMissing } from './process-usage.ts';
import { slopeOf } from './resident-slope.ts';

/** A process by the name it keeps when it is replaced; pid null while it is down. */
export interface SampledProcess {
  readonly name: string;
  readonly pid: number | null;
}

export interface ProcessSampler {
  /** Times of samples count from here. Starting again begins anew. */
  start(): void;
  /** One series a name. The slope is that of the samples from `measuredFromMs` on (the end of the ramp). */
  stop(measuredFromMs?: number): ProcessSeries[];
}

export interface ProcessSamplerOptions {
  readonly say?: (line: string) => void;
  /** Milliseconds, monotonic. */
  readonly now?: () => number;
  readonly read?: (pid: number) => ProcessUsage | null;
}

type Sample = ProcessSeries['samples'][number];

interface Watched {
  readonly samples: Sample[];
  last: { readonly pid: number; readonly atMs: number; readonly usage: ProcessUsage } | null;
}

/**
 * Watches CPU, memory and handles of processes from outside. A process that dies leaves a gap in its series, one that
 * takes its place goes on in the same series: its CPU counts from its own start.
 */
export function createProcessSampler(
  targets: () => readonly SampledProcess[],
  everyMs: number,
  options: ProcessSamplerOptions = {},
): ProcessSampler {
  const { say, now = () => performance.now(), read = readProcessUsage } = options;
  let watched = new Map<string, Watched>();
  let startedAtMs = 0;
  let timer: NodeJS.Timeout | null = null;

  function sample(): void {
    const atMs = now() - startedAtMs;
    for (const { name, pid } of targets()) {
      const usage = pid === null ? null : read(pid);
      let series = watched.get(name);
      if (series === undefined) {
        series = { samples: [], last: null };
        watched.set(name, series);
      }
      const { last } = series;
      series.last = pid === null || usage === null ? null : { pid, atMs, usage };
      if (usage === null || last === null || last.pid !== pid) continue;
      if (last.usage.startedAtTicks !== usage.startedAtTicks || atMs <= last.atMs) continue;
      series.samples.push({
        atMs: Math.round(atMs),
        cpuCores: ((usage.cpuSeconds - last.usage.cpuSeconds) * 1000) / (atMs - last.atMs),
        residentBytes: usage.residentBytes,
        handles: usage.handles,
      });
    }
  }

  return {
    start() {
      if (timer !== null) clearInterval(timer);
      watched = new Map();
      startedAtMs = now();
      if (usageMissing !== null && options.read === undefined) {
        say?.(usageMissing);
        return;
      }
      sample();
      timer = setInterval(sample, everyMs);
      // Who forgets to stop it still comes to an end.
      timer.unref();
    },
    stop(measuredFromMs = 0) {
      if (timer !== null) {
        clearInterval(timer);
        sample();
      }
      timer = null;
      return [...watched].map(([name, { samples }]) => seriesOf(name, samples, measuredFromMs));
    },
  };
}

function seriesOf(name: string, samples: readonly Sample[], measuredFromMs: number): ProcessSeries {
  const slope = slopeOf(
    samples
      .filter(({ atMs }) => atMs >= measuredFromMs)
      .map(({ atMs, residentBytes }) => ({ atMs, value: residentBytes })),
  );
  return {
    name,
    samples,
    residentSlopeBytesPerMinute: slope.perMinute,
    residentSlopeStandardError: slope.standardError,
    measuredFromMs,
  };
}
