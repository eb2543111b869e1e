import { FramegateError } from '../../../src/protocol/framegate-error.ts';
import { spawnWorker } from '../spawn-worker.ts';
import { openWorkerChannel, type WorkerChannel } from '../worker-channel.ts';
import type { PictureCalls } from './picture-store.ts';
import workerUrl from './picture-worker.ts?worker&url';

const TIMEOUT_MS = 5000;

export type PictureStore = WorkerChannel<PictureCalls>;

/**
 * Where pictures are encoded: in a worker where it can draw, else on the main thread. Decided once; a worker that breaks
 * later is followed by the main thread, and takes the pictures it had with it.
 */
export async function openPictureStore(): Promise<PictureStore> {
  let following: Promise<PictureStore> | null = null;
  let isClosed = false;
  const worker = await inWorker(() => {
    following = onPage();
    // Whoever calls is told.
    following.catch(() => undefined);
  });
  const first = worker ?? (await onPage());

  function refuseWhenClosed(): void {
    if (isClosed) throw new FramegateError('internal', 'the camera has been turned off');
  }

  /** Not at once: a frame that is on its way to the worker would be lost with it, and never be closed. */
  async function end(): Promise<void> {
    const store = following ? await following : first;
    await store.call('clear', null).catch(() => undefined);
    store.close();
  }

  return {
    call: async (name, argument, options) => {
      const store = following ? await following : first;
      refuseWhenClosed();
      const answer = await store.call(name, argument, options);
      refuseWhenClosed();
      return answer;
    },
    close() {
      isClosed = true;
      end().catch(() => undefined);
    },
  };
}

async function inWorker(onFailure: () => void): Promise<PictureStore | null> {
  let channel: PictureStore | null = null;
  try {
    const worker = spawnWorker(workerUrl, { name: 'framegate-pictures' });
    const opened = openWorkerChannel<PictureCalls>(worker, { failureCode: 'internal', onFailure });
    channel = {
      ...opened,
      call: (name, argument, options) => opened.call(name, argument, { timeoutMs: TIMEOUT_MS, ...options }),
    };
    if (await channel.call('probe', null)) return channel;
  } catch {
    // No module workers, no OffscreenCanvas, a policy that forbids workers: the page draws itself.
  }
  channel?.close();
  return null;
}

async function onPage(): Promise<PictureStore> {
  const { createPagePictureStore } = await import('./page-picture-store.ts').catch((cause: unknown) => {
    const code = navigator.onLine ? 'dependency-unavailable' : 'device-offline';
    throw new FramegateError(code, 'the script that encodes pictures cannot be loaded', {
      retryable: true,
      cause,
    });
  });
  const store = createPagePictureStore();
  if ((await store.probe().catch(() => null)) === null)
    throw new FramegateError('browser-unsupported', 'this browser cannot encode pictures');
  return { call: async (name, argument) => store[name](argument as never) as never, close: () => undefined };
}
