import { afterEach, describe, expect, it } from 'vitest';
import { createThreadPool, type ThreadPool } from '../../src/vision/thread-pool.ts';

interface Job {
  readonly act:
    | 'echo'
    | 'throw'
    | 'exit'
    | 'hang'
    | 'wait'
    | 'until'
    | 'refuse'
    | 'load'
    | 'load-for-ever'
    | 'load-then-wait';
  /** How long a thread that loads says it may take, and how long it does. */
  readonly atMostMs?: number;
  readonly loadMs?: number;
  readonly value?: number;
  readonly data?: ArrayBuffer;
  /** What `until` waits for to become anything but 0. */
  readonly gate?: SharedArrayBuffer;
}
interface Result {
  readonly value: number;
  readonly threadId: number;
  readonly bytes?: number;
}

interface Ready {
  readonly threadId: number;
  readonly version?: string;
}

const open: ThreadPool<Job, Result, Ready>[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((pool) => pool.close()));
});

async function poolOf(threads: number, jobsPerThread = 1, jobTimeoutMs = 5_000, workerData: unknown = {}) {
  const pool = await createThreadPool<Job, Result, Ready>({
    script: new URL('../support/scripted-worker.mjs', import.meta.url),
    workerData,
    threads,
    jobsPerThread,
    jobTimeoutMs,
    stopGraceMs: 100,
    restartDelayMs: 10,
  });
  open.push(pool);
  return pool;
}

/** Settled or not, once everything that is due has happened. */
async function outcome(promise: Promise<Result>): Promise<unknown> {
  return promise.then(
    (result) => result.value,
    (error: { code: string }) => error.code,
  );
}

describe('createThreadPool', () => {
  it('answers every job, in order on one thread', async () => {
    const pool = await poolOf(1);
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 50 }, async (_, value) => {
        const result = await pool.run({ act: 'echo', value }, []);
        order.push(result.value);
      }),
    );
    expect(order).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });

  it('spreads jobs over its threads', async () => {
    const pool = await poolOf(2);
    const results = await Promise.all([1, 2, 3, 4].map((value) => pool.run({ act: 'echo', value }, [])));
    expect(new Set(results.map(({ threadId }) => threadId)).size).toBe(2);
  });

  it('transfers what it is told to', async () => {
    const pool = await poolOf(1);
    const data = new ArrayBuffer(1024);
    expect((await pool.run({ act: 'echo', value: 1, data }, [data])).bytes).toBe(1024);
    expect(data.byteLength).toBe(0);
  });

  it('refuses a job whose buffer is gone, and keeps the thread', async () => {
    const pool = await poolOf(1);
    const data = new ArrayBuffer(8);
    structuredClone(data, { transfer: [data] });
    expect(await outcome(pool.run({ act: 'echo', value: 1, data }, [data]))).toBe('internal');
    expect((await pool.run({ act: 'echo', value: 2 }, [])).threadId).toBe(pool.ready.threadId);
  });

  it('hands on what a job was refused with', async () => {
    const pool = await poolOf(1);
    await expect(pool.run({ act: 'refuse' }, [])).rejects.toMatchObject({
      name: 'FramegateError',
      code: 'image-corrupt',
      details: { bytes: 1 },
    });
    expect(await outcome(pool.run({ act: 'echo', value: 7 }, []))).toBe(7);
  });

  it.each(['throw', 'exit'] as const)(
    'replaces a thread that ends by %s; only its job is lost',
    async (act) => {
      const pool = await poolOf(1);
      const crashing = pool.run({ act }, []);
      const waiting = pool.run({ act: 'echo', value: 5 }, []);
      await expect(crashing).rejects.toMatchObject({ code: 'worker-crashed', retryable: true });
      const { value, threadId } = await waiting;
      expect(value).toBe(5);
      expect(threadId).not.toBe(pool.ready.threadId);
    },
  );

  it('rejects all that a crashed thread held', async () => {
    const pool = await poolOf(1, 2);
    const held = pool.run({ act: 'wait' }, []);
    const crashing = pool.run({ act: 'throw' }, []);
    expect(await Promise.all([outcome(held), outcome(crashing)])).toEqual([
      'worker-crashed',
      'worker-crashed',
    ]);
    expect(await outcome(pool.run({ act: 'echo', value: 3 }, []))).toBe(3);
  });

  it('ends a thread that hangs, rejects the job with decode-timeout, and goes on', async () => {
    const pool = await poolOf(1, 1, 150);
    const hanging = pool.run({ act: 'hang' }, []);
    const waiting = pool.run({ act: 'echo', value: 9 }, []);
    await expect(hanging).rejects.toMatchObject({ code: 'decode-timeout' });
    expect(await outcome(waiting)).toBe(9);
  });

  it('counts no time that a thread loads in, neither for the job that needs it nor for those behind it', async () => {
    const pool = await poolOf(1, 2, 150);
    const loading = pool.run({ act: 'load', value: 1, atMostMs: 5_000, loadMs: 400 }, []);
    const behind = pool.run({ act: 'echo', value: 2 }, []);
    expect(await Promise.all([outcome(loading), outcome(behind)])).toEqual([1, 2]);
  });

  it.each(['load-for-ever', 'load-then-wait'] as const)('rejects what takes too long: %s', async (act) => {
    const pool = await poolOf(1, 1, 150);
    const job = pool.run({ act, atMostMs: act === 'load-for-ever' ? 20 : 60_000, loadMs: 10 }, []);
    await expect(job).rejects.toMatchObject({ code: 'decode-timeout' });
  });

  it('survives more crashes than it has threads', async () => {
    const pool = await poolOf(2);
    const crashes = Array.from({ length: 6 }, () => outcome(pool.run({ act: 'throw' }, [])));
    expect(await Promise.all(crashes)).toEqual(Array(6).fill('worker-crashed'));
    expect(await outcome(pool.run({ act: 'echo', value: 1 }, []))).toBe(1);
  });

  it('rejects with the reason when the threads cannot start', async () => {
    await expect(poolOf(2, 1, 1_000, { failStart: true })).rejects.toMatchObject({ code: 'model-missing' });
  });

  it('close ends threads that hang', async () => {
    const pool = await poolOf(2);
    const job = outcome(pool.run({ act: 'hang' }, []));
    await pool.close();
    expect(await job).toBe('server-draining');
  });

  it('close rejects what runs and what waits, and leaves no thread behind', async () => {
    const before = threadCount();
    const pool = await poolOf(2);
    expect(threadCount()).toBeGreaterThan(before);
    const jobs = Array.from({ length: 5 }, () => outcome(pool.run({ act: 'wait' }, [])));
    await pool.close();
    expect(await Promise.all(jobs)).toEqual(Array(5).fill('server-draining'));
    await expect(pool.run({ act: 'echo' }, [])).rejects.toMatchObject({ code: 'server-draining' });
    expect(threadCount()).toBe(before);
  });
});

describe('renewing a pool', () => {
  const V1 = { version: '1' };
  const V2 = { version: '2' };

  it('puts other threads in the place of all, and answers every job meanwhile', async () => {
    const pool = await poolOf(2, 1, 5_000, V1);
    const before = pool.ready.threadId;
    let renewed = false;
    const renewing = pool.renew(V2).then(() => {
      renewed = true;
    });
    const by: (string | undefined)[] = [];
    for (let value = 0; !renewed; value++) {
      const answers = await Promise.all([0, 1, 2].map(() => pool.runTold({ act: 'echo', value }, [])));
      expect(answers.map(({ result }) => result.value)).toEqual([value, value, value]);
      by.push(...answers.map((answer) => answer.by.version));
    }
    await renewing;
    expect(by[0]).toBe('1');
    expect(pool.ready).toMatchObject({ version: '2' });
    const after = await Promise.all([1, 2, 3, 4].map((value) => pool.runTold({ act: 'echo', value }, [])));
    expect(new Set(after.map((answer) => answer.by.version))).toEqual(new Set(['2']));
    expect(new Set(after.map(({ result }) => result.threadId)).size).toBe(2);
    expect(after.map(({ result }) => result.threadId)).not.toContain(before);
  });

  it('lets a job in hand finish on its old thread, while the new one takes the next', async () => {
    const pool = await poolOf(1, 1, 5_000, V1);
    const gate = new SharedArrayBuffer(4);
    const held = pool.runTold({ act: 'until', value: 1, gate }, []);
    const renewing = pool.renew(V2);
    // Waits in the queue until the new thread is ready: the old one is not free.
    expect((await pool.runTold({ act: 'echo', value: 2 }, [])).by.version).toBe('2');
    Atomics.store(new Int32Array(gate), 0, 1);
    Atomics.notify(new Int32Array(gate), 0);
    expect(await held).toMatchObject({ result: { value: 1 }, by: { version: '1' } });
    await renewing;
  });

  it('leaves all as it is where the new threads cannot start, also for threads that come later', async () => {
    const pool = await poolOf(2, 1, 5_000, V1);
    await expect(pool.renew({ failStart: true })).rejects.toMatchObject({ code: 'model-missing' });
    expect(pool.ready.version).toBe('1');
    await expect(pool.run({ act: 'throw' }, [])).rejects.toMatchObject({ code: 'worker-crashed' });
    const answers = await Promise.all([1, 2, 3, 4].map((value) => pool.runTold({ act: 'echo', value }, [])));
    expect(answers.map(({ by }) => by.version)).toEqual(['1', '1', '1', '1']);
  });

  it('tries a thread that cannot start no second time', async () => {
    const pool = await poolOf(1, 1, 5_000, V1);
    await expect(pool.renew({ failStart: true })).rejects.toMatchObject({ code: 'model-missing' });
    const seen = new Set<number>();
    // Long enough for another thread to come up and take its share.
    for (let round = 0; round < 2_000; round++) {
      const answers = await Promise.all([1, 2].map((value) => pool.run({ act: 'echo', value }, [])));
      for (const { threadId } of answers) seen.add(threadId);
    }
    expect(seen.size).toBe(1);
  });

  it('starts what takes the place of a crashed thread with the new data', async () => {
    const pool = await poolOf(1, 1, 5_000, V1);
    await pool.renew(V2);
    await expect(pool.run({ act: 'exit' }, [])).rejects.toMatchObject({ code: 'worker-crashed' });
    expect((await pool.runTold({ act: 'echo', value: 1 }, [])).by.version).toBe('2');
  });

  it('leaves no thread behind', async () => {
    const before = threadCount();
    const pool = await poolOf(2, 1, 5_000, V1);
    const renewing = pool.renew(V2).catch((thrown: { code: string }) => thrown.code);
    await pool.close();
    expect(['server-draining', undefined]).toContain(await renewing);
    expect(threadCount()).toBe(before);
    await expect(pool.renew(V1)).resolves.toBeUndefined();
    expect(threadCount()).toBe(before);
  });
});

function threadCount(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'MessagePort' || name === 'Worker')
    .length;
}
