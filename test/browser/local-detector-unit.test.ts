import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CameraPicture } from '../../client/sdk/camera/camera.ts';
import { presenceCheck } from '../../client/sdk/local/detector-presence-check.ts';
import type { LocalDetector, LocalLook } from '../../client/sdk/local/local-detector.ts';
import { openWorkerDetector } from '../../client/sdk/local/worker-detector.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';

/** Of what runs beside a browser: no browser is needed. */

const LIST = { models: [], faceLandmarker: null };
const BITMAP = {} as ImageBitmap;

/** A worker that answers only when it is told to. */
function silentWorker() {
  const handlers = new Map<string, (event: { data?: unknown; message?: string }) => void>();
  const asked: { id: number; name: string }[] = [];
  let ended = 0;
  return {
    asked,
    ended: () => ended,
    fire: (name: string, event: { data?: unknown; message?: string }) => handlers.get(name)?.(event),
    answer(value: unknown) {
      handlers.get('message')?.({ data: { id: asked.at(-1)!.id, value } });
    },
    port: {
      postMessage: (message: { id: number; name: string }) => void asked.push(message),
      addEventListener: (name: string, handler: (event: { data?: unknown; message?: string }) => void) =>
        void handlers.set(name, handler),
      terminate: () => {
        ended += 1;
      },
    },
  };
}

describe('a detector in a worker', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  async function ready() {
    const worker = silentWorker();
    const opening = openWorkerDetector(worker.port, { name: 'onnx', list: LIST });
    worker.answer([{ name: 'face-mesh', version: '1', sha256: '' }]);
    return { worker, detector: await opening };
  }

  test('tells its progress and its models', async () => {
    const worker = silentWorker();
    const progress: number[][] = [];
    const opening = openWorkerDetector(worker.port, {
      name: 'onnx',
      list: LIST,
      onProgress: (...bytes) => progress.push(bytes),
    });
    worker.fire('message', { data: { notice: { loadedBytes: 5, totalBytes: 9 } } });
    worker.answer([]);
    expect(await opening).toMatchObject({ name: 'onnx', models: [] });
    expect(progress).toEqual([[5, 9]]);
  });

  test('is given up when nothing has come for a minute, not before', async () => {
    const worker = silentWorker();
    const opening = openWorkerDetector(worker.port, { name: 'onnx', list: LIST });
    const failed = expect(opening).rejects.toMatchObject({ code: 'detector-unavailable' });
    await vi.advanceTimersByTimeAsync(50_000);
    worker.fire('message', { data: { notice: { loadedBytes: 1, totalBytes: 9 } } });
    await vi.advanceTimersByTimeAsync(50_000);
    expect(worker.ended()).toBe(0);
    await vi.advanceTimersByTimeAsync(10_000);
    await failed;
    expect(worker.ended()).toBe(1);
  });

  test('ends its worker when loading is called off', async () => {
    const worker = silentWorker();
    const controller = new AbortController();
    const opening = openWorkerDetector(worker.port, { name: 'onnx', list: LIST, signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(opening).rejects.toMatchObject({
      code: 'detector-unavailable',
      cause: expect.objectContaining({ message: 'enough' }),
    });
    expect(worker.ended()).toBe(1);
  });

  test('called off before it began does not begin', async () => {
    const worker = silentWorker();
    const opening = openWorkerDetector(worker.port, {
      name: 'onnx',
      list: LIST,
      signal: AbortSignal.abort(),
    });
    await expect(opening).rejects.toMatchObject({ code: 'detector-unavailable' });
    expect(worker.ended()).toBe(1);
  });

  test('fails what is asked and all that follows when the worker crashes', async () => {
    const { worker, detector } = await ready();
    const asked = detector.analyse(BITMAP);
    worker.fire('error', { message: 'out of memory' });
    await expect(asked).rejects.toMatchObject({ code: 'detector-unavailable', message: 'out of memory' });
    await expect(detector.look(BITMAP)).rejects.toMatchObject({ code: 'detector-unavailable' });
  });

  test('does not wait for ever for an answer', async () => {
    const { worker, detector } = await ready();
    const failed = expect(detector.look(BITMAP)).rejects.toMatchObject({ code: 'detector-unavailable' });
    await vi.advanceTimersByTimeAsync(10_000);
    await failed;
    expect(worker.ended()).toBe(1);
  });
});

describe('the presence check', () => {
  const picture = (bitmap: () => Promise<ImageBitmap> = async () => BITMAP) =>
    ({ bitmap }) as unknown as CameraPicture;
  const withLook = (look: () => Promise<LocalLook>) => presenceCheck({ look } as unknown as LocalDetector);
  const seeing = (faceCount: number) => async () => ({ faceCount, box: null, tookMs: 1 });

  test('says whether somebody is there', async () => {
    expect(await withLook(seeing(0)).look(picture())).toBe(false);
    expect(await withLook(seeing(2)).look(picture())).toBe(true);
  });

  test('says nothing while it looks', async () => {
    const check = withLook(seeing(1));
    const first = check.look(picture());
    expect(check.look(picture())).toBeNull();
    await first;
    expect(check.look(picture())).not.toBeNull();
  });

  test('says nothing any more once its detector is gone', async () => {
    const check = withLook(() => Promise.reject(new FramegateError('detector-unavailable', 'crashed')));
    await expect(check.look(picture())).rejects.toMatchObject({ code: 'detector-unavailable' });
    expect(check.look(picture())).toBeNull();
  });

  test('outlives a picture that cannot be read', async () => {
    const check = withLook(seeing(0));
    await expect(check.look(picture(() => Promise.reject(new Error('closed'))))).rejects.toThrow('closed');
    expect(await check.look(picture())).toBe(false);
  });
});
