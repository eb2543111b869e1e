import { RESP_TYPES } from 'redis';
import { z } from 'zod';
import {
  FINAL_JOB_STATES,
  JOB_STATES,
  type JobChange,
  type JobKind,
  type JobState,
  type JobStatus,
  jobStatusSchema,
} from '../protocol/jobs.ts';
import {
  completedJobsKey,
  failedJobsKey,
  IDEMPOTENCY_TTL_MS,
  JOB_ENDED_CHANNEL,
  jobCountsKey,
  jobIdempotencyKey,
  jobKey,
  jobResultKey,
  OPEN_JOBS_KEY,
} from './keys.ts';
import { packJson, unpackJson } from './packed-json.ts';
import type { RedisConnection } from './redis-connection.ts';

export interface RedisJobStoreOptions {
  /** How long a job can be asked for after its last change. */
  readonly ttlMs: number;
  /** What becomes of a status, decided by the engine; called again where somebody else was faster. */
  readonly applyChange: (status: JobStatus, change: JobChange) => JobStatus;
  readonly nowMs?: () => number;
}

export interface RedisJobStore {
  create(
    status: JobStatus,
    idempotency: { readonly key: string; readonly contentHash: string } | null,
  ): Promise<{ readonly existing: { readonly jobId: string; readonly sameContent: boolean } | null }>;
  read(jobId: string): Promise<JobStatus | null>;
  result(jobId: string): Promise<Record<string, unknown> | null>;
  change(
    jobId: string,
    change: JobChange,
  ): Promise<{ readonly status: JobStatus; readonly changed: boolean } | null>;
  touch(jobId: string, progress: number): Promise<void>;
  remove(jobId: string): Promise<void>;
  counts(kind: JobKind): Promise<{
    readonly byState: Readonly<Record<JobState, number>>;
    readonly completedIn24h: number;
    readonly meanProcessingMs: number | null;
  }>;
  failed(kind: JobKind, limit: number): Promise<readonly JobStatus[]>;
  idleSince(atMs: number, limit: number): Promise<readonly string[]>;
  onEnd(listener: (jobId: string) => void): () => void;
}

const DAY_MS = 24 * 3_600_000;
const KEPT_FAILED = 1000;
/** Of one job at once there are its worker, a canceller and a sweep. */
const MAX_RACES = 20;

/**
 * KEYS: job, open, counts, idempotency or ''. ARGV: id, status JSON, ttl, now, state, idempotency JSON, its ttl, begin of
 * jobs' keys. The key of a job that is not there any more, since its submission failed, is free again.
 */
const CREATE = `
if KEYS[4] ~= '' then
  local first = redis.call('GET', KEYS[4])
  if first and redis.call('EXISTS', ARGV[8] .. cjson.decode(first).jobId) == 1 then return first end
  redis.call('SET', KEYS[4], ARGV[6], 'PX', ARGV[7])
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('ZADD', KEYS[2], ARGV[4], ARGV[1])
redis.call('HINCRBY', KEYS[3], ARGV[5], 1)
return ''`;

/**
 * KEYS: job, open, counts, result, failed, completed.
 * ARGV: id, expected JSON, new JSON, ttl, now, old state, new state, is final, result or '', processing ms or ''.
 */
const REPLACE = `
if redis.call('GET', KEYS[1]) ~= ARGV[2] then return 0 end
redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4])
if ARGV[6] ~= ARGV[7] then
  redis.call('HINCRBY', KEYS[3], ARGV[6], -1)
  redis.call('HINCRBY', KEYS[3], ARGV[7], 1)
end
if ARGV[8] == '0' then
  redis.call('ZADD', KEYS[2], ARGV[5], ARGV[1])
  return 1
end
redis.call('ZREM', KEYS[2], ARGV[1])
if ARGV[9] ~= '' then redis.call('SET', KEYS[4], ARGV[9], 'PX', ARGV[4]) end
if ARGV[7] == 'failed' then
  redis.call('ZADD', KEYS[5], ARGV[5], ARGV[1])
  redis.call('ZREMRANGEBYRANK', KEYS[5], 0, -${KEPT_FAILED + 1})
end
if ARGV[7] == 'completed' then
  redis.call('ZADD', KEYS[6], ARGV[5], ARGV[1] .. ' ' .. ARGV[10])
  redis.call('ZREMRANGEBYSCORE', KEYS[6], '-inf', ARGV[5] - ${DAY_MS})
end
redis.call('PUBLISH', '${JOB_ENDED_CHANNEL}', ARGV[1])
return 1`;

/** KEYS: job, open, counts, result, failed. ARGV: id. */
const REMOVE = `
local text = redis.call('GET', KEYS[1])
if text then redis.call('HINCRBY', KEYS[3], cjson.decode(text).state, -1) end
redis.call('DEL', KEYS[1], KEYS[4])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[5], ARGV[1])
redis.call('PUBLISH', '${JOB_ENDED_CHANNEL}', ARGV[1])
return 1`;

const firstSchema = z.object({ jobId: z.string(), contentHash: z.string() });
const resultSchema = z.record(z.string(), z.unknown());

/** Jobs in Redis. A change is a comparison and a replacement in one step: of two that race, the later one looks again. */
export function createRedisJobStore(
  connection: RedisConnection,
  { ttlMs, applyChange, nowMs = Date.now }: RedisJobStoreOptions,
): RedisJobStore {
  const listeners = new Set<(jobId: string) => void>();
  connection.subscribe(JOB_ENDED_CHANNEL, (jobId) => {
    for (const listener of [...listeners]) listener(jobId);
  });

  async function readText(jobId: string): Promise<string | null> {
    return connection.run('reading a job', (client) => client.get(jobKey(jobId)));
  }

  /** False where the job is not as it was: somebody was faster. */
  async function replace(
    text: string,
    before: JobStatus,
    after: JobStatus,
    result: Buffer | null,
  ): Promise<boolean> {
    const { jobId, kind, startedAtMs, createdAtMs } = before;
    const now = nowMs();
    const replaced = await connection.run('changing a job', (client) =>
      client.eval(REPLACE, {
        keys: [
          jobKey(jobId),
          OPEN_JOBS_KEY,
          jobCountsKey(kind),
          jobResultKey(jobId),
          failedJobsKey(kind),
          completedJobsKey(kind),
        ],
        arguments: [
          jobId,
          text,
          JSON.stringify(after),
          String(ttlMs),
          String(now),
          before.state,
          after.state,
          FINAL_JOB_STATES.includes(after.state) ? '1' : '0',
          result ?? '',
          String((after.finishedAtMs ?? now) - (startedAtMs ?? createdAtMs)),
        ],
      }),
    );
    return replaced === 1;
  }

  async function read(jobId: string): Promise<JobStatus | null> {
    const text = await readText(jobId);
    return text === null ? null : statusOf(text);
  }

  return {
    create: async (status, idempotency) => {
      const first = await connection.run('keeping a job', (client) =>
        client.eval(CREATE, {
          keys: [
            jobKey(status.jobId),
            OPEN_JOBS_KEY,
            jobCountsKey(status.kind),
            idempotency === null ? '' : jobIdempotencyKey(idempotency.key),
          ],
          arguments: [
            status.jobId,
            JSON.stringify(status),
            String(ttlMs),
            String(nowMs()),
            status.state,
            JSON.stringify({ jobId: status.jobId, contentHash: idempotency?.contentHash ?? '' }),
            String(IDEMPOTENCY_TTL_MS),
            jobKey(''),
          ],
        }),
      );
      if (typeof first !== 'string' || first === '') return { existing: null };
      const { jobId, contentHash } = firstSchema.parse(JSON.parse(first));
      return { existing: { jobId, sameContent: contentHash === idempotency?.contentHash } };
    },
    read,
    result: async (jobId) => {
      const packed = await connection.run('reading a result', (client) =>
        client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer }).get(jobResultKey(jobId)),
      );
      return packed === null ? null : resultSchema.parse(await unpackJson(packed));
    },
    change: async (jobId, change) => {
      const result = change.type === 'complete' ? await packJson(change.result) : null;
      for (let race = 0; race < MAX_RACES; race++) {
        const text = await readText(jobId);
        if (text === null) return null;
        const before = statusOf(text);
        const after = applyChange(before, change);
        if (after === before) return { status: before, changed: false };
        if (await replace(text, before, after, result)) return { status: after, changed: true };
      }
      throw new Error(`job ${jobId} changes all the time`);
    },
    touch: async (jobId, progress) => {
      const text = await readText(jobId);
      if (text === null) return;
      const before = statusOf(text);
      if (FINAL_JOB_STATES.includes(before.state)) return;
      await replace(text, before, { ...before, progress: Math.max(before.progress, progress) }, null);
    },
    remove: async (jobId) => {
      const status = await read(jobId);
      if (status === null) {
        // Its time was over before anybody ended it.
        await connection.run('forgetting a job', (client) => client.zRem(OPEN_JOBS_KEY, jobId));
        return;
      }
      const { kind } = status;
      await connection.run('forgetting a job', (client) =>
        client.eval(REMOVE, {
          keys: [jobKey(jobId), OPEN_JOBS_KEY, jobCountsKey(kind), jobResultKey(jobId), failedJobsKey(kind)],
          arguments: [jobId],
        }),
      );
    },
    counts: async (kind) => {
      const [counted, completed] = await connection.run('counting jobs', (client) =>
        Promise.all([
          client.hGetAll(jobCountsKey(kind)),
          client.zRangeByScore(completedJobsKey(kind), nowMs() - DAY_MS, '+inf'),
        ]),
      );
      const times = completed.map((member) => Number(member.split(' ')[1]));
      return {
        byState: Object.fromEntries(
          JOB_STATES.map((state) => [state, Math.max(0, Number(counted[state] ?? 0))]),
        ) as Record<JobState, number>,
        completedIn24h: times.length,
        meanProcessingMs:
          times.length === 0 ? null : times.reduce((sum, time) => sum + time, 0) / times.length,
      };
    },
    failed: async (kind, limit) => {
      const ids = await connection.run('reading failed jobs', (client) =>
        client.zRange(failedJobsKey(kind), 0, limit - 1, { REV: true }),
      );
      if (ids.length === 0) return [];
      const texts = await connection.run('reading failed jobs', (client) => client.mGet(ids.map(jobKey)));
      return texts.flatMap((text) => (text === null ? [] : [statusOf(text)]));
    },
    idleSince: (atMs, limit) =>
      connection.run('reading open jobs', (client) =>
        client.zRangeByScore(OPEN_JOBS_KEY, '-inf', atMs, { LIMIT: { offset: 0, count: limit } }),
      ),
    onEnd: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

function statusOf(text: string): JobStatus {
  return jobStatusSchema.parse(JSON.parse(text));
}
