import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createBodyViewAnalyzer } from '../../src/analysis/analyzers/body/body-view-analyzer.ts';
import { bodyViewResultSchema } from '../../src/analysis/analyzers/body/body-view-result.ts';
import type { Analyzer } from '../../src/analysis/types.ts';
import type { BodyCapture } from '../../src/protocol/body-captures.ts';
import type { BodyProblem } from '../../src/protocol/body-measurement.ts';
import { PROFILE_NAMES, type ProfileName } from '../../src/protocol/checks.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import type { CaptureRecord } from '../../src/protocol/records.ts';
import { PROFILE_RESULT_KINDS } from '../../src/protocol/result-kinds.ts';
import {
  bodyCaptureFixture,
  bodyMeasurementOf,
  CAPTURE_ID,
  OWNER,
  viewEvidence,
} from '../support/body-capture-fixture.ts';
import { createFakeJobDesk } from '../support/fake-job-desk.ts';
import { sampleCapture } from '../support/sample-records.ts';

const TICKET_HASH = 'a'.repeat(64);
const NEVER = new AbortController().signal;
const LIVE: Partial<BodyCapture> = {
  status: 'collecting',
  views: [],
  expectedViews: ['front', 'side'],
  ticketHash: TICKET_HASH,
  jobId: null,
};

function record(profile: ProfileName, collect?: CaptureRecord['collect']): CaptureRecord {
  return { ...sampleCapture(`still-${profile}`, 'session-1'), profile, ...(collect && { collect }) };
}

async function setUp(problems: readonly BodyProblem[] = []) {
  const fixture = await bodyCaptureFixture(LIVE);
  const jobs = await createFakeJobDesk();
  const landmarks = Array.from({ length: 99 }, (_, i) => i + 0.123);
  const analyzer = createBodyViewAnalyzer({
    threads: {
      models: [],
      read: async (view, image) => {
        const evidence = viewEvidence(view, createHash('sha256').update(image).digest('hex'));
        const mask = { region: { centerX: 1, centerY: 1, sizePx: 9, rotationRad: 0 }, deflated: 'secret' };
        const each = Array.from({ length: 33 }, () => 0.98765);
        structuredClone(image, { transfer: [image.buffer] });
        return {
          evidence: {
            ...evidence,
            problems: [...problems],
            body: {
              landmarks,
              worldLandmarks: landmarks,
              visibility: each,
              presence: each,
              score: 0.9,
              mask,
            },
          },
          durations: {},
        };
      },
    },
    captures: fixture.book,
    jobs: jobs.desk,
  });
  const look = async (
    profile: ProfileName,
    collect?: CaptureRecord['collect'],
    image = Uint8Array.of(1, 2),
  ) => {
    const { result } = await analyzer.analyse(record(profile, collect), Uint8Array.from(image), NEVER);
    return bodyViewResultSchema.parse(result);
  };
  return { fixture, jobs, analyzer: analyzer as Analyzer, look };
}

const COLLECT = { captureId: CAPTURE_ID, ticketHash: TICKET_HASH };

describe('a live view of a body', () => {
  test('tells what a page draws, never the outline', async () => {
    const { look } = await setUp();
    const result = await look('body-front');
    expect(result).toMatchObject({
      view: 'front',
      cardFound: false,
      lightingOk: true,
      collected: false,
      notCollected: null,
      complete: false,
      jobId: null,
    });
    expect(result.landmarks!.slice(0, 4)).toEqual([0.1, 1.1, 3.1, 4.1]);
    expect(JSON.stringify(result)).not.toContain('secret');
  });

  test.each([
    ['body-front', 'front'],
    ['body-side', 'side'],
    ['portrait', 'portrait'],
    ['reference-card', 'ref'],
  ] as const)('the profile %s is the view %s', async (profile, view) => {
    const { look } = await setUp();
    expect((await look(profile)).view).toBe(view);
  });

  test('each profile that ends with a body-view is one that it takes, and no other is', async () => {
    const { look } = await setUp();
    for (const profile of PROFILE_NAMES) {
      const taken = await look(profile).then(
        () => true,
        () => false,
      );
      expect(taken, profile).toBe(PROFILE_RESULT_KINDS[profile].includes('body-view'));
    }
  });

  test('a face is none', async () => {
    const { look } = await setUp();
    await expect(look('face-skin')).rejects.toMatchObject({ code: 'analysis-failed' });
  });
});

describe('a view of a body capture', () => {
  test('is collected; the last one hands in the measurement, once', async () => {
    const { look, fixture, jobs } = await setUp();
    expect(await look('body-front', COLLECT)).toMatchObject({
      collected: true,
      complete: false,
      jobId: null,
    });
    expect(jobs.submitted).toEqual([]);
    const last = await look('body-side', COLLECT);
    const capture = (await fixture.capture())!;
    expect(last).toMatchObject({ collected: true, complete: true, jobId: capture.jobId });
    expect(jobs.submitted).toMatchObject([
      {
        jobId: capture.jobId,
        kind: 'body',
        owner: OWNER.userId,
        params: { captureId: CAPTURE_ID, adjustmentId: null },
        parts: [],
      },
    ]);
    // Delivered again, as after a worker that died before its result was there.
    expect(await look('body-side', COLLECT)).toMatchObject({ collected: true, jobId: capture.jobId });
    expect(jobs.submitted).toHaveLength(1);
  });

  test('keeps its picture as the account allows', async () => {
    const { look, fixture } = await setUp();
    await look('body-front', COLLECT, Uint8Array.of(5, 6, 7));
    expect(fixture.files.get(`raw-captures/${CAPTURE_ID}/front.jpg`)).toEqual(Uint8Array.of(5, 6, 7));
    fixture.accounts.set(OWNER.userId, { ...OWNER, consent: { store_images: false, training: false } });
    await look('body-side', COLLECT);
    expect([...fixture.files.keys()].filter((path) => path.startsWith('raw-captures'))).toHaveLength(1);
  });

  test('with a problem that blocks is not: its place stays free', async () => {
    const { look, fixture } = await setUp([{ code: 'cut-off', blocks: true, message: 'cut off' }]);
    expect(await look('body-front', COLLECT)).toMatchObject({
      collected: false,
      notCollected: 'blocked',
      problems: [{ code: 'cut-off' }],
    });
    expect(await fixture.capture()).toMatchObject({ status: 'collecting', views: [] });
    expect(fixture.files.size).toBe(0);
  });

  test('with a ticket that is not good is not, and says so', async () => {
    const { look, fixture } = await setUp();
    for (const collect of [
      { ...COLLECT, ticketHash: 'b'.repeat(64) },
      { ...COLLECT, captureId: 'another' },
    ])
      expect(await look('body-front', collect)).toMatchObject({
        collected: false,
        notCollected: 'ticket-invalid',
      });
    expect(await look('portrait', COLLECT)).toMatchObject({ notCollected: 'ticket-invalid' });
    expect(await fixture.capture()).toMatchObject({ views: [] });
  });

  test('with a ticket that is not good learns nothing of what is kept, however the capture is called', async () => {
    const { look, fixture } = await setUp();
    await look('body-front', COLLECT);
    const invalid = { collected: false, notCollected: 'ticket-invalid' };
    expect(await look('body-front', { ...COLLECT, ticketHash: 'b'.repeat(64) })).toMatchObject(invalid);
    expect(await look('body-front', { ...COLLECT, captureId: '../x é' })).toMatchObject(invalid);
    await fixture.book.fail(CAPTURE_ID, { code: 'views-missing', message: 'not all came' });
    expect(await look('body-front', COLLECT)).toMatchObject(invalid);
  });

  test('that is delivered again when the measurement has begun was collected; another picture was not', async () => {
    const { look, fixture } = await setUp();
    await look('body-front', COLLECT);
    await look('body-side', COLLECT);
    await fixture.book.begin(CAPTURE_ID);
    expect(await look('body-side', COLLECT)).toMatchObject({ collected: true, notCollected: null });
    expect(await look('body-side', COLLECT, Uint8Array.of(9))).toMatchObject({
      collected: false,
      notCollected: 'ticket-invalid',
    });
  });

  test('that comes again when all is measured is kept no longer by that', async () => {
    const { look, fixture } = await setUp();
    await look('body-front', COLLECT);
    await look('body-side', COLLECT);
    await fixture.book.begin(CAPTURE_ID);
    await fixture.book.complete(CAPTURE_ID, bodyMeasurementOf({}), null);
    fixture.files.delete(`raw-captures/${CAPTURE_ID}/side.jpg`);
    expect(await look('body-side', COLLECT)).toMatchObject({ collected: true, complete: false });
    expect([...fixture.files.keys()].filter((path) => path.startsWith('raw-captures'))).toEqual([
      `raw-captures/${CAPTURE_ID}/front.jpg`,
    ]);
  });

  test('is tried again while Redis is away', async () => {
    const { fixture, jobs } = await setUp();
    const analyzer = createBodyViewAnalyzer({
      threads: { models: [], read: async (view) => ({ evidence: viewEvidence(view, ''), durations: {} }) },
      captures: {
        ...fixture.book,
        collect: async () => {
          throw new FramegateError('state-unavailable', 'away', { retryable: true });
        },
      },
      jobs: jobs.desk,
    });
    await expect(
      analyzer.analyse(record('body-front', COLLECT), Uint8Array.of(1), NEVER),
    ).rejects.toMatchObject({ code: 'state-unavailable', retryable: true });
  });
});
