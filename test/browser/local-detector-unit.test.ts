import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CameraPicture } from '../../client/sdk/camera/camera.ts';
import { presenceCheck } from '../../client/sdk/local/detector-presence-check.ts';
import { loadLocalDetector } from '../../client/sdk/local/load-local-detector.ts';
import type { LocalDetector, LocalLook, LocalSubject } from '../../client/sdk/local/local-detector.ts';
import { openLocalSession } from '../../client/sdk/local/open-local-session.ts';
import { openWorkerDetector } from '../../client/sdk/local/worker-detector.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';

/** Of what runs beside a browser: no browser is needed. */

const ONNX = { name: 'onnx', subject: 'face', list: { models: [], faceLandmarker: null } } as const;
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
    const opening = openWorkerDetector(worker.port, ONNX);
    worker.answer([{ name: 'face-mesh', version: '1', sha256: '' }]);
    return { worker, detector: await opening };
  }

  test('tells its progress and its models', async () => {
    const worker = silentWorker();
    const progress: number[][] = [];
    const opening = openWorkerDetector(worker.port, {
      ...ONNX,
      onProgress: (...bytes) => progress.push(bytes),
    });
    worker.fire('message', { data: { notice: { loadedBytes: 5, totalBytes: 9 } } });
    worker.answer([]);
    expect(await opening).toMatchObject({ name: 'onnx', subject: 'face', models: [] });
    expect(progress).toEqual([[5, 9]]);
  });

  test('is given up when nothing has come for a minute, not before', async () => {
    const worker = silentWorker();
    const opening = openWorkerDetector(worker.port, ONNX);
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
    const opening = openWorkerDetector(worker.port, { ...ONNX, signal: controller.signal });
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
      ...ONNX,
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

describe('what cannot be looked for on a device', () => {
  const faces = { subject: 'face' } as LocalDetector;

  test('the reference card is refused before anything is loaded', async () => {
    await expect(
      loadLocalDetector({
        detector: 'auto',
        profile: 'reference-card:strict',
        modelsUrl: 'http://nobody.invalid',
      }),
    ).rejects.toMatchObject({
      code: 'detector-unavailable',
      retryable: false,
      message: expect.stringMatching(/^reference-card:strict needs a node/),
    });
  });

  test.each(['body-front', 'body-side:relaxed', 'reference-card'])(
    'a detector of faces opens no session for %s',
    async (profile) => {
      await expect(openLocalSession({ detector: faces, profile })).rejects.toMatchObject({
        code: 'detector-unavailable',
        message: expect.stringContaining('the detector was loaded for a face'),
      });
    },
  );

  test('nor does one of bodies for a face', async () => {
    const detector = { subject: 'body' } as LocalDetector;
    await expect(openLocalSession({ detector, profile: 'face-skin' })).rejects.toMatchObject({
      code: 'detector-unavailable',
    });
  });

  test('a profile that nobody knows is refused by its name', async () => {
    const session = await openLocalSession({ detector: faces, profile: 'face-nothing' });
    await expect(session.connect()).rejects.toMatchObject({ code: 'profile-unknown' });
  });
});

describe('the presence check', () => {
  const picture = (bitmap: () => Promise<ImageBitmap> = async () => BITMAP) =>
    ({ bitmap }) as unknown as CameraPicture;
  const withLook = (look: () => Promise<LocalLook>, subject: LocalSubject = 'face') =>
    presenceCheck({ look, subject } as unknown as LocalDetector);
  const seeing = (faceCount: number) => async () => ({ faceCount, box: null, tookMs: 1 });

  test('says whether somebody is there', async () => {
    expect(await withLook(seeing(0)).look(picture())).toBe(false);
    expect(await withLook(seeing(2)).look(picture())).toBe(true);
  });

  test('says the same of bodies, where its detector was loaded for those', async () => {
    const check = (bodyCount: number) =>
      withLook(async () => ({ faceCount: 0, bodyCount, box: null, tookMs: 1 }), 'body');
    expect(check(1).subject).toBe('body');
    expect(await check(1).look(picture())).toBe(true);
    expect(await check(0).look(picture())).toBe(false);
    expect(withLook(seeing(1)).subject).toBe('face');
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
