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
  const worker = await inWorker(() => {
    following = onPage();
  });
  if (!worker) return onPage();
  return {
    call: async (name, argument, options) =>
      (following ? await following : worker).call(name, argument, options),
    close: () => worker.close(),
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
  const { createPagePictureStore } = await import('./page-picture-store.ts');
  const store = createPagePictureStore();
  if ((await store.probe().catch(() => null)) === null)
    throw new FramegateError('browser-unsupported', 'this browser cannot encode pictures');
  return { call: async (name, argument) => store[name](argument as never) as never, close: () => undefined };
}
