import { expect, test } from 'vitest';
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
