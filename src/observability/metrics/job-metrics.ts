import { Counter, Histogram, type Registry } from 'prom-client';

/** What becomes of jobs. */
export interface JobMetrics {
  submitted(kind: string): void;
  /** `outcome`: a final state, or `retried`. */
  tried(kind: string, outcome: string, durationMs: number): void;
  /** `what`: `put-back` or `lost`. */
  mended(what: string): void;
  /** `outcome`: `hit`, `near` (a picture that looks the same, not served), `miss` or `unavailable`. */
  contoursLookedUp(outcome: string): void;
}

export function createJobMetrics(registry: Registry): JobMetrics {
  const registers = [registry];
  const submitted = new Counter({
    name: 'framegate_jobs_submitted_total',
    help: 'Jobs handed in, by kind',
    labelNames: ['kind'],
    registers,
  });
  const tries = new Histogram({
    name: 'framegate_job_seconds',
    help: 'Tries of jobs, by kind and outcome',
    labelNames: ['kind', 'outcome'],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers,
  });
  const mended = new Counter({
    name: 'framegate_jobs_mended_total',
    help: 'Jobs that nobody had in hand any more, by what was done',
    labelNames: ['what'],
    registers,
  });
  const contourLookups = new Counter({
    name: 'framegate_contour_cache_total',
    help: 'Looks for earlier contours of the same request, by outcome',
    labelNames: ['outcome'],
    registers,
  });
  return {
    submitted: (kind) => submitted.inc({ kind }),
    tried: (kind, outcome, durationMs) => tries.observe({ kind, outcome }, durationMs / 1000),
    mended: (what) => mended.inc({ what }),
    contoursLookedUp: (outcome) => contourLookups.inc({ outcome }),
  };
}
