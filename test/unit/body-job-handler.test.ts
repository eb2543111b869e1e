import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import {
  type BodyJobDeps,
  createBodyJobHandler,
} from '../../src/analysis/analyzers/body/body-job-handler.ts';
import { tellBodyCapture } from '../../src/analysis/analyzers/body/tell-body-capture.ts';
import type { JobContext } from '../../src/jobs/types.ts';
import type { Adjustment } from '../../src/protocol/body-captures.ts';
import { BODY_METRICS, type BodyView } from '../../src/protocol/body-measurement.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import {
  bodyCaptureFixture,
  bodyMeasurementOf,
  CAPTURE_ID,
  OWNER,
  viewEvidence,
} from '../support/body-capture-fixture.ts';
import { createFakeJobDesk } from '../support/fake-job-desk.ts';
import { CORRELATION, jobRequest, jobStatus } from '../support/job-records.ts';

const MEASURED = bodyMeasurementOf({ waist_circumference_cm: 75, height_cm: 172 });
const PICTURES = new Map<string, Uint8Array<ArrayBuffer>>([
  ['front', Uint8Array.of(1, 2, 3)],
  ['side', Uint8Array.of(4, 5, 6)],
  ['ref', Uint8Array.of(7, 8)],
]);
const CONTEXT: JobContext = { attempt: 1, signal: new AbortController().signal, progress: () => {} };

type Fixture = Awaited<ReturnType<typeof bodyCaptureFixture>>;

/** The handler over a fixture, with threads that only look at the bytes. */
function handlerOf(fixture: Fixture, changes: Partial<BodyJobDeps> = {}) {
  const read: BodyView[] = [];
  const took: object[] = [];
  const handler = createBodyJobHandler({
    threads: {
      models: [],
      read: async (view, image) => {
        read.push(view);
        const seen = viewEvidence(view, sha256(image));
        // As a real thread does.
        structuredClone(image, { transfer: [image.buffer] });
        return { evidence: seen, durations: { pose: 2 } };
      },
    },
    measurer: {
      correct: (evidence) => evidence,
      measure: async (_evidence, _stated, durations) => {
        took.push(durations);
        return MEASURED;
      },
    },
    captures: fixture.book,
    store: fixture.store,
    evidence: fixture.evidence,
    ...changes,
  });
  return { handler, read, took };
}

function request(adjustmentId: string | null = null, parts = PICTURES) {
  return jobRequest('job-1', {
    kind: 'body',
    owner: OWNER.userId,
    params: { captureId: CAPTURE_ID, adjustmentId },
    parts: [...parts].map(([name, data]) => ({
      name,
      bytes: data.length,
      sha256: sha256(data),
      contentType: 'image/jpeg',
    })),
  });
}

function sha256(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

describe('a capture with its pictures', () => {
  test('is measured: evidence, pictures as consent allows, the result, rows for ClickHouse', async () => {
    const fixture = await bodyCaptureFixture();
    const { handler, read, took } = handlerOf(fixture);
    const shares: number[] = [];
    const outcome = await handler.run(request(), PICTURES, {
      ...CONTEXT,
      progress: (share) => void shares.push(share),
    });
    expect(read.toSorted()).toEqual(['front', 'ref', 'side']);
    expect(outcome.result).toEqual(MEASURED);
    // Of all three pictures together.
    expect(took).toEqual([{ pose: 6 }]);
    expect(outcome.measurements).toEqual([
      { metric: 'body.height_cm', value: 172, unit: 'cm', confidence: 0.8 },
      { metric: 'body.waist_circumference_cm', value: 75, unit: 'cm', confidence: 0.8 },
      { metric: 'body.confidence', value: 0.7, unit: 'share', confidence: 0.7 },
    ]);
    const capture = await fixture.capture();
    expect(capture).toMatchObject({ status: 'done', metrics: { original: MEASURED } });
    expect([...fixture.files.keys()].toSorted()).toEqual([
      `processed-artifacts/${CAPTURE_ID}/evidence-front.json.gz`,
      `processed-artifacts/${CAPTURE_ID}/evidence-ref.json.gz`,
      `processed-artifacts/${CAPTURE_ID}/evidence-side.json.gz`,
      `raw-captures/${CAPTURE_ID}/front.jpg`,
      `raw-captures/${CAPTURE_ID}/ref.jpg`,
      `raw-captures/${CAPTURE_ID}/side.jpg`,
    ]);
    expect(fixture.files.get(`raw-captures/${CAPTURE_ID}/front.jpg`)).toEqual(PICTURES.get('front'));
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.length).toBeGreaterThanOrEqual(4);
  });

  test('a second run reads no picture again, and what was broken off is gone on with', async () => {
    const fixture = await bodyCaptureFixture();
    const first = handlerOf(fixture, {
      measurer: {
        correct: (evidence) => evidence,
        measure: async () => {
          throw new FramegateError('state-unavailable', 'away', { retryable: true });
        },
      },
    });
    await expect(first.handler.run(request(), PICTURES, CONTEXT)).rejects.toMatchObject({ retryable: true });
    expect(first.read).toHaveLength(3);
    expect(await fixture.capture()).toMatchObject({ status: 'processing', metrics: null });
    const second = handlerOf(fixture);
    const { result } = await second.handler.run(request(), PICTURES, { ...CONTEXT, attempt: 2 });
    expect(second.read).toEqual([]);
    expect(result).toEqual(MEASURED);
    // Once more, as after a worker that died before its acknowledgement.
    await second.handler.run(request(), PICTURES, { ...CONTEXT, attempt: 3 });
    expect(second.read).toEqual([]);
    expect(await fixture.capture()).toMatchObject({ status: 'done' });
  });

  test('another picture of the same view is read', async () => {
    const fixture = await bodyCaptureFixture();
    const { handler, read } = handlerOf(fixture);
    await handler.run(request(), PICTURES, CONTEXT);
    const other = new Map(PICTURES).set('side', Uint8Array.of(9));
    await handler.run(request(null, other), other, CONTEXT);
    expect(read.toSorted()).toEqual(['front', 'ref', 'side', 'side']);
  });

  test('keeps no picture where consent was withdrawn while it was measured', async () => {
    const fixture = await bodyCaptureFixture();
    const { handler } = handlerOf(fixture, {
      measurer: {
        correct: (evidence) => evidence,
        measure: async () => {
          fixture.accounts.set(OWNER.userId, {
            ...OWNER,
            consent: { store_images: false, training: false },
          });
          return MEASURED;
        },
      },
    });
    await handler.run(request(), PICTURES, CONTEXT);
    expect([...fixture.files.keys()].filter((path) => path.startsWith('raw-captures'))).toEqual([]);
    expect(await fixture.capture()).toMatchObject({ status: 'done' });
  });

  test('front and side are needed', async () => {
    const fixture = await bodyCaptureFixture();
    const { handler } = handlerOf(fixture);
    const parts = new Map([...PICTURES].filter(([name]) => name !== 'side'));
    await expect(handler.run(request(null, parts), parts, CONTEXT)).rejects.toMatchObject({
      code: 'capture-not-measurable',
      details: { views: ['side'] },
    });
  });

  test('a job with other params than it takes fails', async () => {
    const fixture = await bodyCaptureFixture();
    const { handler } = handlerOf(fixture);
    const other = { ...request(), params: { captureId: 7 } };
    await expect(handler.run(other, PICTURES, CONTEXT)).rejects.toMatchObject({ code: 'request-invalid' });
  });
});

describe('a capture that is deleted', () => {
  test('before its job begins: nothing is read, the job fails', async () => {
    const fixture = await bodyCaptureFixture();
    await fixture.remove();
    const { handler, read } = handlerOf(fixture);
    await expect(handler.run(request(), PICTURES, CONTEXT)).rejects.toMatchObject({
      code: 'not-found',
      retryable: false,
    });
    expect(read).toEqual([]);
    expect(fixture.files.size).toBe(0);
  });

  test.each(['while a picture is read', 'while it is measured', 'while its pictures are kept'])(
    '%s: nothing stays, and nobody gets the result',
    async (when) => {
      const fixture = await bodyCaptureFixture();
      const plain = handlerOf(fixture).handler;
      expect(plain.kind).toBe('body');
      const removeAt = async (step: string) => {
        if (when === step) await fixture.remove();
      };
      const { handler } = handlerOf(fixture, {
        threads: {
          models: [],
          read: async (view, image) => {
            if (view === 'side') await removeAt('while a picture is read');
            return { evidence: viewEvidence(view, sha256(image)), durations: {} };
          },
        },
        measurer: {
          correct: (evidence) => evidence,
          measure: async () => {
            await removeAt('while it is measured');
            return MEASURED;
          },
        },
        captures: {
          ...fixture.book,
          keepPictures: async (...given) => {
            await fixture.book.keepPictures(...given);
            await removeAt('while its pictures are kept');
          },
        },
      });
      await expect(handler.run(request(), PICTURES, CONTEXT)).rejects.toMatchObject({ code: 'not-found' });
      expect([...fixture.files.keys()]).toEqual([]);
      expect(await fixture.capture()).toBeNull();
    },
  );

  test('and a picture that cannot be read: it is not the picture that is told of', async () => {
    const fixture = await bodyCaptureFixture();
    const removed = Promise.withResolvers<void>();
    const { handler } = handlerOf(fixture, {
      threads: {
        models: [],
        read: async (view, image) => {
          if (view === 'side') {
            await fixture.remove();
            removed.resolve();
            throw new FramegateError('image-corrupt', 'broken');
          }
          // Kept when everything else of the capture is gone.
          await removed.promise;
          await nextTurn();
          return { evidence: viewEvidence(view, sha256(image)), durations: {} };
        },
      },
    });
    await expect(handler.run(request(), PICTURES, CONTEXT)).rejects.toMatchObject({ code: 'not-found' });
    expect([...fixture.files.keys()]).toEqual([]);
  });
});

describe('a job that fails for good', () => {
  const broken: BodyJobDeps['threads'] = {
    models: [],
    read: async () => {
      throw new FramegateError('image-corrupt', 'the image is truncated or damaged');
    },
  };

  test('as of a broken picture: the job has its code, and so has the capture', async () => {
    const fixture = await bodyCaptureFixture();
    const { handler } = handlerOf(fixture, { threads: broken });
    const desk = await createFakeJobDesk([handler]);
    await desk.desk.submit({
      kind: 'body',
      owner: OWNER.userId,
      correlation: CORRELATION,
      params: { captureId: CAPTURE_ID, adjustmentId: null },
      parts: [...PICTURES].map(([name, data]) => ({ name, contentType: 'image/jpeg', data })),
      subjectId: CAPTURE_ID,
      jobId: 'job-1',
    });
    await desk.work();
    const status = (await desk.desk.status('job-1', OWNER.userId))!;
    expect(status).toMatchObject({ state: 'failed', error: { code: 'image-corrupt' } });
    await tellBodyCapture(fixture.book, status);
    expect(await fixture.capture()).toMatchObject({
      status: 'failed',
      error: { code: 'image-corrupt', message: 'the image is truncated or damaged' },
    });
    // A broken picture is kept by nobody.
    expect([...fixture.files.keys()].filter((path) => path.startsWith('raw-captures'))).toEqual([]);
  });

  test('only failures are told, and only those of captures', async () => {
    const fixture = await bodyCaptureFixture();
    const error = { code: 'job-lost', message: 'lost' };
    for (const status of [
      jobStatus('job-1', { kind: 'body', state: 'retrying', subjectId: CAPTURE_ID, error }),
      jobStatus('job-1', { kind: 'body', state: 'completed', subjectId: CAPTURE_ID }),
      jobStatus('job-1', { kind: 'body', state: 'cancelled', subjectId: CAPTURE_ID }),
      jobStatus('job-1', { kind: 'skin', state: 'failed', subjectId: CAPTURE_ID, error }),
    ])
      await tellBodyCapture(fixture.book, status);
    expect(await fixture.capture()).toMatchObject({ status: 'queued' });
    await tellBodyCapture(
      fixture.book,
      jobStatus('job-1', { kind: 'body', state: 'failed', subjectId: CAPTURE_ID, error }),
    );
    expect(await fixture.capture()).toMatchObject({ status: 'failed', error });
  });
});

describe('a correction', () => {
  const correction: Adjustment = {
    adjustmentId: 'adjustment-1',
    captureId: CAPTURE_ID,
    userId: OWNER.userId,
    originalMetrics: MEASURED.metrics,
    adjustedMetrics: {},
    keypoints: [{ view: 'front', point: 'leftHip', x: 10, y: 20 }],
    notes: '',
    source: 'user',
    approved: null,
    approverId: null,
    approvedAtMs: null,
    createdAtMs: 0,
    promoted: false,
  };

  test('measures what is kept, with its key points, and leaves the original as it is', async () => {
    const fixture = await bodyCaptureFixture();
    await handlerOf(fixture).handler.run(request(), PICTURES, CONTEXT);
    await fixture.store.change(CAPTURE_ID, (one) => ({ ...one, adjustments: [correction] }));
    const moved = bodyMeasurementOf({ waist_circumference_cm: 78, height_cm: 172 });
    const asked: unknown[] = [];
    const { handler, read } = handlerOf(fixture, {
      measurer: {
        correct: (evidence, keypoints) => {
          asked.push(keypoints);
          return evidence.map((one) => ({ ...one, lightingOk: false }));
        },
        measure: async (evidence, stated, durations) => {
          expect(durations).toEqual({});
          expect(evidence.map(({ view, lightingOk }) => [view, lightingOk])).toEqual([
            ['front', false],
            ['side', false],
            ['ref', false],
          ]);
          expect(stated.heightCm).toBe(172);
          return moved;
        },
      },
    });
    const { result } = await handler.run(request('adjustment-1', new Map()), new Map(), CONTEXT);
    expect(read).toEqual([]);
    expect(asked).toEqual([correction.keypoints]);
    expect(result).toEqual(moved);
    const capture = (await fixture.capture())!;
    expect(capture.metrics!.original).toEqual(MEASURED);
    expect(capture.metrics!.current.waist_circumference_cm).toBe(78);
    expect(capture.status).toBe('edited');
    // The evidence of the original is what a further correction starts from.
    expect((await fixture.evidence.all(CAPTURE_ID)).every(({ lightingOk }) => lightingOk)).toBe(true);
  });

  test('that the capture does not know fails', async () => {
    const fixture = await bodyCaptureFixture();
    await handlerOf(fixture).handler.run(request(), PICTURES, CONTEXT);
    const { handler } = handlerOf(fixture);
    await expect(handler.run(request('another', new Map()), new Map(), CONTEXT)).rejects.toMatchObject({
      code: 'request-invalid',
    });
  });

  test('of a capture whose evidence is gone says that it cannot be measured', async () => {
    const fixture = await bodyCaptureFixture();
    await fixture.store.change(CAPTURE_ID, (one) => ({ ...one, adjustments: [correction] }));
    const { handler } = handlerOf(fixture);
    await expect(handler.run(request('adjustment-1', new Map()), new Map(), CONTEXT)).rejects.toMatchObject({
      code: 'capture-not-measurable',
    });
  });
});

test('every metric that is measured has its row', async () => {
  const fixture = await bodyCaptureFixture();
  const all = bodyMeasurementOf(Object.fromEntries(BODY_METRICS.map((metric) => [metric, 60])));
  const { handler } = handlerOf(fixture, {
    measurer: { correct: (evidence) => evidence, measure: async () => all },
  });
  const { measurements } = await handler.run(request(), PICTURES, CONTEXT);
  expect(measurements.map(({ metric }) => metric)).toEqual([
    ...BODY_METRICS.map((metric) => `body.${metric}`),
    'body.confidence',
  ]);
});
