import { toFramegateError } from '../../src/protocol/framegate-error.ts';
import type { CallMessage, WorkerCalls, WorkerMessage } from './worker-channel.ts';

/** What is needed of a worker's global scope: pass `self`. */
export interface WorkerScope {
  postMessage(message: WorkerMessage, options: { transfer: object[] }): void;
  addEventListener(name: 'message', handler: (event: { readonly data: unknown }) => void): void;
}

export type WorkerHandlers<Calls extends WorkerCalls<Calls>> = {
  /** What is put into `transfer` moves with the answer instead of being copied. */
  readonly [Name in keyof Calls]: (
    argument: Parameters<Calls[Name]>[0],
    transfer: object[],
  ) => Awaited<ReturnType<Calls[Name]>> | Promise<Awaited<ReturnType<Calls[Name]>>>;
};

/** Answers the calls of `openWorkerChannel` in a worker. Calls may overlap. Returns how to say something unasked. */
export function serveWorker<Calls extends WorkerCalls<Calls>>(
  scope: WorkerScope,
  handlers: WorkerHandlers<Calls>,
): (notice: unknown) => void {
  async function answer({ id, name, argument }: CallMessage): Promise<void> {
    const transfer: object[] = [];
    try {
      const value = await handlers[name as keyof Calls](argument as never, transfer);
      scope.postMessage({ id, value }, { transfer });
    } catch (thrown) {
      const { code, message } = toFramegateError(thrown);
      scope.postMessage({ id, error: { code, message } }, { transfer: [] });
    }
  }

  scope.addEventListener('message', ({ data }) => {
    void answer(data as CallMessage);
  });
  return (notice) => scope.postMessage({ notice }, { transfer: [] });
}
