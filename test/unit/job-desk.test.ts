import { describe, expect, it } from 'vitest';
import { createJobDesk, type JobDeskDeps } from '../../src/jobs/create-job-desk.ts';
import type { SubmitJob } from '../../src/jobs/types.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import { createFakeJobDesk } from '../support/fake-job-desk.ts';
import { CORRELATION } from '../support/job-records.ts';
import { createMemoryJobStore } from '../support/memory-job-store.ts';

function job(overrides: Partial<SubmitJob> = {}): SubmitJob {
  return { kind: 'skin', owner: 'ann', correlation: CORRELATION, params: { a: 1 }, parts: [], ...overrides };
}

const part = (text: string) => ({ name: 'image', contentType: 'image/png', data: Buffer.from(text) });

function deskWith(overrides: Partial<JobDeskDeps>) {
  const store = createMemoryJobStore();
  const desk = createJobDesk({
    store,
    queue: { publish: async () => {} },
    events: { record: () => {} },
    clock: { nowMs: Date.now },
    checkWebhookUrl: async () => {},
    ...overrides,
  });
  return { store, desk };
}

describe('the desk of jobs', () => {
  it('keeps a job as pending, publishes it with the hashes of its parts, and tells the audit trail', async () => {
    const { desk, submitted, events } = await createFakeJobDesk();
    const { status, isRepeat } = await desk.submit(job({ parts: [part('abc')], subjectId: 'image-1' }));
    expect(isRepeat).toBe(false);
    expect(status).toMatchObject({ state: 'pending', attempts: 0, owner: 'ann', subjectId: 'image-1' });
    expect(submitted).toMatchObject([
      {
        jobId: status.jobId,
        parts: [
          {
            name: 'image',
            bytes: 3,
            sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
          },
        ],
      },
    ]);
    expect(events.map(([event]) => event)).toEqual(['submitted']);
    expect(await desk.status(status.jobId, 'ann')).toEqual(status);
  });

  it('hides a job and its result from everybody else', async () => {
    const { desk, store } = await createFakeJobDesk();
    const { status } = await desk.submit(job());
    await store.change(status.jobId, { type: 'complete', atMs: 1, result: { secret: 1 } });
    for (const stranger of ['bob', null, '']) {
      expect(await desk.status(status.jobId, stranger)).toBeNull();
      expect(await desk.result(status.jobId, stranger)).toBeNull();
      expect(await desk.cancel(status.jobId, stranger)).toBeNull();
      expect(await desk.forget(status.jobId, stranger)).toBe(false);
    }
    expect(await desk.result(status.jobId, 'ann')).toEqual({ secret: 1 });
  });

  it('gives the first job again for the same key, owner, kind and content, and submits nothing', async () => {
    const { desk, submitted, events } = await createFakeJobDesk();
    const once = job({ idempotencyKey: 'k', parts: [part('abc')] });
    const first = await desk.submit(once);
    const again = await desk.submit(once);
    expect(again).toEqual({ status: first.status, isRepeat: true });
    expect(submitted).toHaveLength(1);
    expect(events).toHaveLength(1);
    for (const other of [{ owner: 'bob' }, { kind: 'face-contours' as const }, { idempotencyKey: 'l' }]) {
      expect((await desk.submit({ ...once, ...other })).isRepeat).toBe(false);
    }
  });

  it.each([{ parts: [part('abd')] }, { parts: [part('abc'), part('')] }, { params: { a: 2 } }])(
    'refuses the same key with another content: %j',
    async (other) => {
      const { desk } = await createFakeJobDesk();
      const first = job({ idempotencyKey: 'k', parts: [part('abc')] });
      await desk.submit(first);
      await expect(desk.submit({ ...first, ...other })).rejects.toMatchObject({
        code: 'idempotency-conflict',
      });
    },
  );

  it('leaves nothing behind where the stream does not take the job, and takes it with the same key later', async () => {
    let isAway = true;
    const { desk, store } = deskWith({
      queue: {
        publish: async () => {
          if (isAway) throw new FramegateError('bus-unavailable', 'away', { retryable: true });
        },
      },
    });
    const once = job({ idempotencyKey: 'k', jobId: 'j1' });
    await expect(desk.submit(once)).rejects.toMatchObject({ code: 'bus-unavailable' });
    expect(await store.read('j1')).toBeNull();
    isAway = false;
    expect((await desk.submit({ ...once, jobId: 'j2' })).isRepeat).toBe(false);
  });

  it('keeps nothing where the webhook may not be told', async () => {
    const { desk, store } = deskWith({
      checkWebhookUrl: async () => {
        throw new FramegateError('webhook-refused', 'private');
      },
    });
    const wanted = job({ jobId: 'j1', webhookUrl: 'https://10.0.0.1/' });
    await expect(desk.submit(wanted)).rejects.toMatchObject({ code: 'webhook-refused' });
    expect(await store.read('j1')).toBeNull();
  });

  it('takes an address that was checked before as it is: it may not answer just now', async () => {
    const { desk } = deskWith({
      checkWebhookUrl: async () => {
        throw new FramegateError('webhook-refused', 'its host has no address', { retryable: true });
      },
    });
    const wanted = job({ webhookUrl: 'https://hooks.example.org/x', webhookChecked: true });
    expect((await desk.submit(wanted)).status.webhookUrl).toBe('https://hooks.example.org/x');
  });

  it('waits for the end of a job, whichever it is', async () => {
    const { desk, store } = await createFakeJobDesk();
    const { status } = await desk.submit(job());
    const waiting = desk.wait(status.jobId, { timeoutMs: 60_000 });
    await store.change(status.jobId, { type: 'start', atMs: 1 });
    await desk.cancel(status.jobId, 'ann');
    expect(await waiting).toMatchObject({ state: 'cancelled' });
    expect(await desk.wait(status.jobId, { timeoutMs: 60_000 })).toMatchObject({ state: 'cancelled' });
  });

  it('waits no longer than it is told, than its caller is there, or than the job is known', async () => {
    const { desk, store } = await createFakeJobDesk();
    const { status } = await desk.submit(job());
    const { jobId } = status;
    await expect(desk.wait(jobId, { timeoutMs: 1 })).rejects.toMatchObject({ code: 'job-timeout' });
    const signal = AbortSignal.abort();
    await expect(desk.wait(jobId, { timeoutMs: 60_000, signal })).rejects.toMatchObject({
      code: 'job-timeout',
    });
    const waiting = desk.wait(jobId, { timeoutMs: 60_000 });
    const refused = expect(waiting).rejects.toMatchObject({ code: 'job-lost' });
    await store.remove(jobId);
    await refused;
  });

  it('forgets a job and its result, whatever its state', async () => {
    const { desk, store } = await createFakeJobDesk();
    const { status } = await desk.submit(job());
    expect(await desk.forget(status.jobId, 'ann')).toBe(true);
    expect(await store.read(status.jobId)).toBeNull();
    expect(await desk.forget(status.jobId, 'ann')).toBe(false);
  });

  it('cancels once, and tells the audit trail once', async () => {
    const { desk, events } = await createFakeJobDesk();
    const { status } = await desk.submit(job());
    const first = await desk.cancel(status.jobId, 'ann');
    expect(first).toMatchObject({ state: 'cancelled' });
    expect(await desk.cancel(status.jobId, 'ann')).toEqual(first);
    expect(events.map(([event]) => event)).toEqual(['submitted', 'cancelled']);
  });
});
