import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { serveWorker } from '../../client/sdk/serve-worker.ts';
import { openWorkerChannel } from '../../client/sdk/worker-channel.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';

type Calls = {
  double(value: number): number;
  fail(code: 'internal' | 'image-corrupt'): never;
  never(argument: null): string;
};

/** Two ends of a worker in one thread; messages arrive in a later microtask. */
function fakeWorker() {
  const outer: Record<string, ((event: { data?: unknown; message?: string }) => void)[]> = {};
  let toWorker: (event: { data: unknown }) => void = () => undefined;
  const fire = (name: string, event: { data?: unknown; message?: string }) => {
    for (const handler of outer[name] ?? []) handler(event);
  };
  const transferred: object[][] = [];
  let terminated = 0;
  return {
    fire,
    transferred,
    terminations: () => terminated,
    port: {
      postMessage(message: unknown, transfer: object[]) {
        transferred.push(transfer);
        queueMicrotask(() => toWorker({ data: structuredClone(message) }));
      },
      addEventListener(name: string, handler: (event: { data?: unknown; message?: string }) => void) {
        outer[name] = [...(outer[name] ?? []), handler];
      },
      terminate: () => {
        terminated += 1;
      },
    },
    scope: {
      postMessage: (message: unknown) =>
        queueMicrotask(() => fire('message', { data: structuredClone(message) })),
      addEventListener: (_: 'message', handler: (event: { data: unknown }) => void) => {
        toWorker = handler;
      },
    },
  };
}

describe('a channel to a worker', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function open(onNotice?: (notice: unknown) => void) {
    const worker = fakeWorker();
    const failures: string[] = [];
    const channel = openWorkerChannel<Calls>(worker.port, {
      failureCode: 'detector-unavailable',
      ...(onNotice && { onNotice }),
      onFailure: ({ code }) => failures.push(code),
    });
    const notify = serveWorker<Calls>(worker.scope, {
      double: (value) => 2 * value,
      fail: (code) => {
        throw new FramegateError(code, 'as asked');
      },
      never: () => new Promise(() => undefined),
    });
    return { worker, channel, notify, failures };
  }

  test('gives each call its own answer', async () => {
    const { channel } = open();
    expect(await Promise.all([channel.call('double', 2), channel.call('double', 5)])).toEqual([4, 10]);
  });

  test('hands over what the call transfers', async () => {
    const { channel, worker } = open();
    const { port1 } = new MessageChannel();
    await channel.call('double', 1, { transfer: [port1] });
    expect(worker.transferred).toEqual([[port1]]);
    port1.close();
  });

  test('rejects with the code that the worker threw and goes on', async () => {
    const { channel } = open();
    await expect(channel.call('fail', 'image-corrupt')).rejects.toMatchObject({ code: 'image-corrupt' });
    expect(await channel.call('double', 3)).toBe(6);
  });

  test('rejects a call without an answer after its time, and that one only', async () => {
    const { channel, worker, failures } = open();
    const late = channel.call('never', null, { timeoutMs: 50 });
    const other = channel.call('never', null);
    const outcome = expect(late).rejects.toMatchObject({ code: 'detector-unavailable' });
    await vi.advanceTimersByTimeAsync(50);
    await outcome;
    expect(await channel.call('double', 1)).toBe(2);
    expect(worker.terminations()).toBe(0);
    const closed = expect(other).rejects.toBeInstanceOf(FramegateError);
    channel.close();
    await closed;
    expect(failures).toEqual([]);
  });

  for (const event of ['error', 'messageerror'])
    test(`rejects everything after ${event}, now and later, and ends the worker once`, async () => {
      const { channel, worker, failures } = open();
      const pending = expect(channel.call('never', null)).rejects.toMatchObject({
        code: 'detector-unavailable',
      });
      worker.fire(event, {});
      await pending;
      await expect(channel.call('double', 1)).rejects.toMatchObject({ code: 'detector-unavailable' });
      channel.close();
      expect(worker.terminations()).toBe(1);
      expect(failures).toEqual(['detector-unavailable']);
    });

  test('passes on what the worker says unasked', async () => {
    const notices: unknown[] = [];
    const { notify } = open((notice) => notices.push(notice));
    notify({ loadedBytes: 3 });
    await vi.advanceTimersByTimeAsync(0);
    expect(notices).toEqual([{ loadedBytes: 3 }]);
  });

  test('rejects a call whose argument cannot be sent', async () => {
    const { channel, worker } = open();
    worker.port.postMessage = () => {
      throw new Error('DataCloneError');
    };
    await expect(channel.call('double', 1)).rejects.toMatchObject({ code: 'detector-unavailable' });
  });
});
