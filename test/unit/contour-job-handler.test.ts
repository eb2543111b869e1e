import { expect, test } from 'vitest';
import type { ContourCache } from '../../src/analysis/analyzers/face-contours/cache/contour-cache.ts';
import { createFaceContoursJobHandler } from '../../src/analysis/analyzers/face-contours/face-contours-job-handler.ts';
import type { FaceContoursThreads } from '../../src/analysis/analyzers/face-contours/face-contours-threads.ts';
import type { JobContext } from '../../src/jobs/types.ts';
import { jobRequest } from '../support/job-records.ts';

const LONG_MS = 3_600_000;
const threads: FaceContoursThreads = {
  models: [],
  fingerprint: async () => ({ likeness: '0'.repeat(16), width: 9, height: 9, pixelsSha256: 'x' }),
  draw: async ({ type }) => ({ result: { drawn: type } as never, measurements: [] }),
  close: async () => {},
};
const handler = createFaceContoursJobHandler({ threads, cache: null, delayMs: LONG_MS });
const image = new Map([['image', new Uint8Array(1)]]);
const never: JobContext = { attempt: 1, signal: new AbortController().signal, progress: () => {} };

function request(params: object) {
  return jobRequest('j1', {
    kind: 'face-contours',
    params: { landmarks: null, options: {}, loadtestMode: false, doneStatus: 'done', ...params },
  });
}

test('loadtest_mode bypasses the simulated processing delay', async () => {
  const { result } = await handler.run(request({ loadtestMode: true }), image, never);
  expect(result).toEqual({ drawn: 'mesh', doneStatus: 'done' });
});

test('without it the delay is there, and ends with the worker', async () => {
  const stopping = new AbortController();
  const running = handler.run(request({}), image, { ...never, signal: stopping.signal });
  stopping.abort();
  await expect(running).rejects.toMatchObject({ code: 'server-draining', retryable: true });
});

test('a job with a map draws the map', async () => {
  const parts = new Map([...image, ['segmentation-map', new Uint8Array(1)]]);
  const { result } = await handler.run(request({ loadtestMode: true }), parts, never);
  expect(result).toMatchObject({ drawn: 'map' });
});

test.each([{ landmarks: [[Number.NaN, 1]] }, { options: { style: 'x' } }, { doneStatus: 'over' }])(
  'a job with other params than it takes fails: %j',
  async (params) => {
    await expect(handler.run(request(params), image, never)).rejects.toMatchObject({
      code: 'request-invalid',
    });
  },
);

test('a result is given again only while the same models draw', async () => {
  const kept = new Map<string, Record<string, unknown>>();
  const cache: ContourCache = {
    find: async ({ digest }) => {
      const result = kept.get(digest);
      return result === undefined ? { outcome: 'miss', result: null } : { outcome: 'hit', result };
    },
    keep: async ({ digest }, result) => void kept.set(digest, result),
  };
  let sha256 = 'a';
  let draws = 0;
  const changing: FaceContoursThreads = {
    ...threads,
    get models() {
      return [{ name: 'face-mesh', version: '1', sha256 }];
    },
    draw: async (job, signal) => {
      draws++;
      if (draws === 3) sha256 = 'c';
      return threads.draw(job, signal);
    },
  };
  const cached = createFaceContoursJobHandler({ threads: changing, cache, delayMs: 0 });
  const run = () => cached.run(request({}), image, never);
  await run();
  await run();
  expect(draws).toBe(1);
  sha256 = 'b';
  await run();
  expect(draws).toBe(2);
  kept.clear();
  // Drawn while the models change: by which of them nobody knows.
  await run();
  expect([draws, kept.size]).toEqual([3, 0]);
});
