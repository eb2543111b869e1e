import { createHash } from 'node:crypto';
import { describe, expect, it, test } from 'vitest';
import { createAnalysisWorker } from '../../src/analysis/analysis-worker.ts';
import type { Analyzer, CaptureContext, CaptureMessage, CaptureSource } from '../../src/analysis/types.ts';
import { BUS_HEADERS } from '../../src/protocol/bus-messages.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import { type ResultRecord, resultRecordSchema } from '../../src/protocol/records.ts';
import { captureRecord } from '../support/bus-records.ts';

const IMAGE = Uint8Array.of(1, 2, 3);
const SHA256 = createHash('sha256').update(IMAGE).digest('hex');
const MODELS = [{ name: 'face-mesh', version: '1.0.0', sha256: 'cd'.repeat(32) }];
const RETRYABLE = new FramegateError('analysis-timeout', 'slow', { retryable: true });

type Handler = Parameters<CaptureSource['consume']>[1];

async function setUp(analyse: Analyzer['analyse'], kind = 'face-quality') {
  let handler: Handler | null = null;
  const state = { published: [] as ResultRecord[], stopped: 0, analysed: 0, failingPublishes: 0 };
  const worker = createAnalysisWorker({
    analyzer: {
      kind,
      version: '9',
      models: MODELS,
      analyse: (...args) => {
        state.analysed++;
        return analyse(...args);
      },
      close: async () => {},
    },
    captures: {
      consume: async (_concurrency, given) => {
        handler = given;
        return {
          stop: async () => {
            state.stopped++;
          },
        };
      },
    },
    results: {
      publish: async (result) => {
        if (state.failingPublishes-- > 0) {
          throw new FramegateError('bus-unavailable', 'away', { retryable: true });
        }
        state.published.push(result);
      },
      has: async ({ captureId, kind }) =>
        state.published.some((result) => result.captureId === captureId && result.kind === kind),
    },
    concurrency: 1,
    codeVersion: '1.2.3',
    clock: { nowMs: () => 42 },
  });
  await worker.start();
  const deliver = (message: Partial<CaptureMessage> = {}, context: Partial<CaptureContext> = {}) =>
    handler!(
      {
        data: IMAGE,
        deliveryCount: 1,
        headers: { get: (name) => (name === BUS_HEADERS.capture ? header() : undefined) },
        ...message,
      },
      { lastDelivery: false, signal: new AbortController().signal, ...context },
    );
  return { worker, state, deliver };
}

function header(overrides: Parameters<typeof captureRecord>[1] = {}): string {
  return JSON.stringify(captureRecord('c1', { imageSha256: SHA256, ...overrides }));
}

const succeed: Analyzer['analyse'] = async () => ({
  result: { answer: 42 },
  measurements: [{ metric: 'm', value: 1, unit: 'u', confidence: 1 }],
});

describe('analysis worker', () => {
  it("gives an analyzer that transfers its image a copy, not the connection's read buffer", async () => {
    const readBuffer = Buffer.from([9, ...IMAGE, 9]);
    const { state, deliver } = await setUp(async (capture, image, signal) => {
      structuredClone(image, { transfer: [image.buffer] });
      return succeed(capture, image, signal);
    });
    await deliver({ data: readBuffer.subarray(1, 4) });
    expect(state.published[0]?.status).toBe('done');
    expect([...readBuffer]).toEqual([9, ...IMAGE, 9]);
  });

  it('publishes a result with its whole provenance before the capture is acknowledged', async () => {
    const { state, deliver } = await setUp(succeed);
    expect(await deliver()).toBeUndefined();
    expect(state.published).toHaveLength(1);
    const result = resultRecordSchema.parse(state.published[0]);
    expect(result).toMatchObject({
      captureId: 'c1',
      sessionId: 'session-1',
      kind: 'face-quality',
      status: 'done',
      finishedAtMs: 42,
      attempt: 1,
      result: { answer: 42 },
      error: null,
      provenance: {
        analyzer: 'face-quality',
        analyzerVersion: '9',
        codeVersion: '1.2.3',
        models: MODELS,
        thresholds: { yaw: { min: -10, max: 10 } },
        captureId: 'c1',
        seq: 7,
        imageSha256: SHA256,
      },
    });
  });

  it('gives the analyzer bytes of its own, which it may transfer to a thread', async () => {
    const { deliver } = await setUp(async (_capture, image) => {
      expect([...image]).toEqual([...IMAGE]);
      structuredClone(image, { transfer: [image.buffer] });
      return succeed(_capture, image, new AbortController().signal);
    });
    await deliver();
    expect(IMAGE).toHaveLength(3);
  });

  it('tells a failure for good as a failed result, and does not try again', async () => {
    const { state, deliver } = await setUp(async () => {
      throw new FramegateError('image-corrupt', 'truncated');
    });
    expect(await deliver()).toBeUndefined();
    expect(resultRecordSchema.parse(state.published[0])).toMatchObject({
      status: 'failed',
      result: null,
      measurements: [],
      error: { code: 'image-corrupt', message: 'truncated' },
    });
  });

  it('an image that is not the captured one is image-corrupt and never analysed', async () => {
    const { state, deliver } = await setUp(succeed);
    await deliver({ data: Uint8Array.of(9) });
    expect(state.analysed).toBe(0);
    expect(state.published[0]).toMatchObject({ status: 'failed', error: { code: 'image-corrupt' } });
  });

  it('tries again what may go better, and at the last delivery both tells it and abandons the capture', async () => {
    const { state, deliver } = await setUp(async () => {
      throw RETRYABLE;
    });
    await expect(deliver()).rejects.toBe(RETRYABLE);
    expect(state.published).toEqual([]);
    expect(await deliver({ deliveryCount: 5 }, { lastDelivery: true })).toEqual({
      abandon: 'analysis-timeout: slow',
    });
    expect(state.published[0]).toMatchObject({
      status: 'failed',
      attempt: 5,
      error: { code: 'analysis-timeout' },
    });
  });

  it('does not analyse again what has a result already', async () => {
    const { state, deliver } = await setUp(succeed);
    await deliver();
    expect(await deliver({ deliveryCount: 2 })).toBeUndefined();
    expect(state.analysed).toBe(1);
    expect(state.published).toHaveLength(1);
  });

  it('of a capture that was put back for another analyzer keeps the result that it has', async () => {
    const { state, deliver } = await setUp(succeed);
    const putBack = { get: (name: string) => (name === BUS_HEADERS.again ? '1' : header()) };
    await deliver({ headers: putBack });
    expect(state.analysed).toBe(1);
    expect(await deliver({ headers: putBack })).toBeUndefined();
    expect(state.analysed).toBe(1);
    expect(state.published).toHaveLength(1);
  });

  it('tells a capture as failed that was put back as often as any is', async () => {
    const { state, deliver } = await setUp(async () => {
      throw RETRYABLE;
    });
    const putBack = (times: string) => ({
      get: (name: string) => (name === BUS_HEADERS.again ? times : header()),
    });
    await expect(deliver({ headers: putBack('2') })).rejects.toBe(RETRYABLE);
    await deliver({ headers: putBack('3') });
    expect(state.published[0]).toMatchObject({ status: 'failed', error: { code: 'analysis-timeout' } });
  });

  test.each([
    ['skin', 'face-skin', 1],
    ['skin', 'face-contour', 0],
    ['face-contours', 'face-contour', 1],
    ['face-quality', 'face-contour', 1],
  ] as const)('%s of a capture with the profile %s: %i results', async (kind, profile, results) => {
    const { state, deliver } = await setUp(succeed, kind);
    const headers = {
      get: (name: string) => (name === BUS_HEADERS.capture ? header({ profile }) : undefined),
    };
    expect(await deliver({ headers })).toBeUndefined();
    expect({ analysed: state.analysed, published: state.published.length }).toEqual({
      analysed: results,
      published: results,
    });
  });

  it('keeps the capture while the result cannot be published, and never replaces it by a failure', async () => {
    const { state, deliver } = await setUp(succeed);
    // Away for one call: a failed result would get through.
    state.failingPublishes = 1;
    await expect(deliver({}, { lastDelivery: true })).rejects.toMatchObject({ code: 'bus-unavailable' });
    expect(state.published).toEqual([]);
    await deliver({ deliveryCount: 6 });
    expect(state.published).toHaveLength(1);
    expect(state.published[0]).toMatchObject({ status: 'done' });
  });

  it('gives work back when it is being stopped, whatever the analyzer says then', async () => {
    const { state, deliver } = await setUp(async () => {
      throw new FramegateError('internal', 'torn down');
    });
    await expect(deliver({}, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'internal' });
    expect(state.published).toEqual([]);
  });

  test.each([
    ['no header', undefined],
    ['no JSON', '{'],
    ['another shape', '{"captureId":1}'],
  ])('abandons a message with %s', async (_name, value) => {
    const { state, deliver } = await setUp(succeed);
    const handled = await deliver({ headers: { get: () => value } });
    expect(handled).toEqual({ abandon: expect.stringContaining('capture record') as string });
    expect(state.published).toEqual([]);
  });

  it('stop() stops the consumption once', async () => {
    const { worker, state } = await setUp(succeed);
    await worker.stop();
    expect(state.stopped).toBe(1);
  });
});
