import type { JobHandler } from '../../src/jobs/types.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import type { JobKind } from '../../src/protocol/jobs.ts';

/** How a stub job is to end: `retried` completes at its second try, `hanging` only when it is cancelled. */
export type StubEnd = 'completed' | 'failed' | 'retried' | 'never' | 'hanging';

export interface StubJobParams extends Record<string, unknown> {
  readonly end: StubEnd;
  readonly workMs: number;
}

/** Work that only waits, and ends as its job says. */
export function createStubJobHandler(
  kind: JobKind,
  onRun: (jobId: string, parts: ReadonlyMap<string, Uint8Array>) => void = () => {},
): JobHandler {
  return {
    kind,
    version: 'stub',
    modelsOf: () => [],
    run: async ({ jobId, params }, parts, { attempt, signal }) => {
      const { end, workMs } = params as StubJobParams;
      onRun(jobId, parts);
      if (end === 'hanging') await new Promise((resolve) => signal.addEventListener('abort', resolve));
      else await new Promise((resolve) => setTimeout(resolve, workMs));
      if (end === 'failed') throw new FramegateError('image-corrupt', 'broken');
      if (end === 'never' || (end === 'retried' && attempt === 1)) {
        throw new FramegateError('analysis-timeout', 'slow', { retryable: true });
      }
      const sizes = Object.fromEntries([...parts].map(([name, part]) => [name, part.byteLength]));
      return { result: { pid: process.pid, sizes }, measurements: [] };
    },
  };
}
