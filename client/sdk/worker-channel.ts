import type { ErrorCode } from '../../src/protocol/error-codes.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';

/** What a worker can be asked, by name: `{ look(bitmap: ImageBitmap): LocalLook }`. */
export type WorkerCalls<Calls> = { readonly [Name in keyof Calls]: (argument: never) => unknown };

export interface CallMessage {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

export type WorkerMessage =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: { readonly code: ErrorCode; readonly message: string } }
  | { readonly notice: unknown };

/** What the channel needs of a Worker. */
export interface WorkerPort {
  postMessage(message: CallMessage, transfer: object[]): void;
  addEventListener(
    name: 'message' | 'error' | 'messageerror',
    handler: (event: { readonly data?: unknown; readonly message?: string }) => void,
  ): void;
  terminate(): void;
}

export interface CallOptions {
  /** ArrayBuffers, ImageBitmaps, VideoFrames: moved instead of copied. */
  readonly transfer?: object[];
  /** The call rejects after this time; what the worker answers later is dropped. */
  readonly timeoutMs?: number;
}

export interface WorkerChannel<Calls extends WorkerCalls<Calls>> {
  /** Rejects with what the handler in the worker threw, and with the failure code once the worker is broken or closed. */
  call<Name extends keyof Calls & string>(
    name: Name,
    argument: Parameters<Calls[Name]>[0],
    options?: CallOptions,
  ): Promise<ReturnType<Calls[Name]>>;
  /** Ends the worker; what is pending rejects. */
  close(): void;
}

export interface WorkerChannelOptions {
  /** The code of a worker that cannot be loaded, crashed or does not answer. */
  readonly failureCode: ErrorCode;
  /** What the worker says unasked, such as progress. */
  readonly onNotice?: (notice: unknown) => void;
  /** Once, when the worker breaks; not when it is closed. */
  readonly onFailure?: (error: FramegateError) => void;
}

interface Pending {
  resolve(value: never): void;
  reject(error: FramegateError): void;
  readonly timer: ReturnType<typeof setTimeout> | undefined;
}

/** Calls to a worker that answers with `serveWorker`. A worker that breaks is ended and not started again. */
export function openWorkerChannel<Calls extends WorkerCalls<Calls>>(
  worker: WorkerPort,
  { failureCode, onNotice, onFailure }: WorkerChannelOptions,
): WorkerChannel<Calls> {
  const pending = new Map<number, Pending>();
  let lastId = 0;
  let ended: FramegateError | null = null;

  function end(message: string): void {
    if (ended) return;
    ended = new FramegateError(failureCode, message);
    worker.terminate();
    for (const id of [...pending.keys()]) settled(id)?.reject(ended);
  }

  function fail(message: string): void {
    if (ended) return;
    end(message);
    onFailure?.(ended!);
  }

  function settled(id: number): Pending | undefined {
    const call = pending.get(id);
    clearTimeout(call?.timer);
    pending.delete(id);
    return call;
  }

  worker.addEventListener('error', ({ message }) =>
    fail(message || 'the script of a worker could not be loaded'),
  );
  worker.addEventListener('messageerror', () => fail('a message of a worker could not be read'));
  worker.addEventListener('message', ({ data }) => {
    const message = data as WorkerMessage;
    if ('notice' in message) onNotice?.(message.notice);
    else if ('error' in message)
      settled(message.id)?.reject(new FramegateError(message.error.code, message.error.message));
    else settled(message.id)?.resolve(message.value as never);
  });

  return {
    call(name, argument, { transfer = [], timeoutMs } = {}) {
      return new Promise((resolve, reject) => {
        if (ended) return reject(ended);
        lastId += 1;
        const id = lastId;
        const overdue = () =>
          settled(id)?.reject(new FramegateError(failureCode, `no answer of the worker in ${timeoutMs} ms`));
        const timer = timeoutMs === undefined ? undefined : setTimeout(overdue, timeoutMs);
        pending.set(id, { resolve, reject, timer });
        try {
          worker.postMessage({ id, name, argument }, transfer);
        } catch (thrown) {
          settled(id)?.reject(new FramegateError(failureCode, String(thrown), { cause: thrown }));
        }
      });
    },
    close: () => end('the worker has been closed'),
  };
}
