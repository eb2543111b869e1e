import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import { SKIN_NOTICE } from '../../src/analysis/analyzers/skin/skin-result.ts';
import { createSkinJobHandler } from '../../src/analysis/skin-providers/skin-job-handler.ts';
import type { SkinProvider } from '../../src/analysis/skin-providers/types.ts';
import type { JobContext } from '../../src/jobs/types.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import { jobRequest } from '../support/job-records.ts';

const waiting: JobContext = { attempt: 1, signal: new AbortController().signal, progress: () => {} };
const acne = { score: 30, severity: 'severe', decile: 3 } as const;
const row = { metric: 'skin.acne.score', value: 30, unit: 'score', confidence: 1 };

let picture: Uint8Array<ArrayBuffer>;
beforeAll(async () => {
  const create = { width: 1600, height: 1200, channels: 3 as const, background: '#c8a080' };
  picture = Uint8Array.from(await sharp({ create }).png().toBuffer());
});

function run(analyse: SkinProvider['analyse'], params: object = {}, context: JobContext = waiting) {
  const handler = createSkinJobHandler({
    providers: new Map([['local', { name: 'local', analyse }]]),
    models: [],
  });
  const request = jobRequest('j1', { params: { provider: 'local', ...params } });
  return handler.run(request, new Map([['image', picture]]), context);
}

test('the provider is given the prepared picture; its scores are the result, with its name and what they are not', async () => {
  const seen: unknown[] = [];
  const outcome = await run(async (jpeg) => {
    const { format, width, height } = await sharp(jpeg).metadata();
    seen.push(format, width, height);
    return { conditions: { acne }, measurements: [row] };
  });
  expect(seen).toEqual(['jpeg', 1024, 768]);
  expect(outcome).toEqual({
    result: { provider: 'local', notice: SKIN_NOTICE, conditions: { acne } },
    measurements: [row],
  });
});

test('a provider that measured nothing here adds no rows', async () => {
  expect((await run(async () => ({ conditions: {} }))).measurements).toEqual([]);
});

test('a job that was given up is not begun with a provider', async () => {
  let calls = 0;
  const analyse = async () => {
    calls += 1;
    return { conditions: {} };
  };
  const context = { ...waiting, signal: AbortSignal.abort() };
  await expect(run(analyse, {}, context)).rejects.toMatchObject({ retryable: true });
  expect(calls).toBe(0);
});

test('the provider hears that a job is given up', async () => {
  const stopping = new AbortController();
  const running = run(
    (_jpeg, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new FramegateError('server-draining', 'stopped')));
        stopping.abort();
      }),
    {},
    { ...waiting, signal: stopping.signal },
  );
  await expect(running).rejects.toMatchObject({ code: 'server-draining' });
});

test('only what is measured here is done with the models of here', () => {
  const models = [{ name: 'face-mesh', version: '1.0.0', sha256: 'ab'.repeat(32) }];
  const handler = createSkinJobHandler({ providers: new Map(), models });
  const modelsFor = (provider: string) => handler.modelsOf(jobRequest('j1', { params: { provider } }));
  expect(modelsFor('local')).toEqual(models);
  for (const other of ['mock', 'perfect-corp', 'somebody']) expect(modelsFor(other)).toEqual([]);
});

test.each([
  [{ provider: 'mock' }, 'provider-unavailable', true],
  [{ provider: 'somebody' }, 'request-invalid', false],
])('%j: %s', async (params, code, retryable) => {
  await expect(run(async () => ({ conditions: {} }), params)).rejects.toMatchObject({ code, retryable });
});
