import { type FramegateError, toFramegateError } from '../protocol/framegate-error.ts';

export interface WorkerHeartbeatDeps {
  readonly register: {
    beat(workerId: string, ttlMs: number): Promise<void>;
    leave(workerId: string): Promise<void>;
  };
  /** Of this one run: a worker that starts again is another one. */
  readonly workerId: string;
  /** Default 5 s. */
  readonly everyMs?: number;
  /** The register is away. Nothing depends on it but a figure. */
  readonly onFailure?: (error: FramegateError) => void;
}

/** Beats that may be missed before a worker counts as gone. */
const MISSED_BEATS = 3;

/** Tells that this worker takes jobs, from now until `stop`. Resolves after the first try to tell; never rejects. */
export async function startWorkerHeartbeat(deps: WorkerHeartbeatDeps): Promise<{ stop(): Promise<void> }> {
  const { register, workerId, everyMs = 5000 } = deps;
  let beating = Promise.resolve();

  function tell(what: () => Promise<void>): Promise<void> {
    // One after another: a beat that came after the leave would count a worker that is gone.
    beating = beating.then(what).catch((thrown: unknown) => deps.onFailure?.(toFramegateError(thrown)));
    return beating;
  }
  const beat = () => tell(() => register.beat(workerId, everyMs * MISSED_BEATS));

  await beat();
  const timer = setInterval(() => void beat(), everyMs);
  return {
    stop: () => {
      clearInterval(timer);
      return tell(() => register.leave(workerId));
    },
  };
}
