import { RESP_TYPES } from 'redis';
import {
  type Artifact,
  type BodyCapture,
  type BodyCaptureStatus,
  bodyCaptureSchema,
} from '../protocol/body-captures.ts';
import { FramegateError } from '../protocol/framegate-error.ts';
import { afterRace } from './after-race.ts';
import {
  ALL_BODY_CAPTURES_KEY,
  BODY_CAPTURE_QUEUE_KEY,
  bodyCaptureKey,
  bodyCapturesInKey,
  DUE_ARTIFACTS_KEY,
  ownBodyCapturesKey,
  partnerBodyCapturesKey,
} from './keys.ts';
import { packJson, unpackJson } from './packed-json.ts';
import type { RedisConnection } from './redis-connection.ts';

interface Page {
  readonly limit: number;
  readonly beforeMs?: number;
}

/** As CaptureStore of src/captures/types.ts. */
export interface RedisCaptureStore {
  create(capture: BodyCapture): Promise<boolean>;
  read(captureId: string): Promise<BodyCapture | null>;
  change(captureId: string, apply: (capture: BodyCapture) => BodyCapture | null): Promise<BodyCapture | null>;
  listOf(userId: string, page: Page): Promise<readonly BodyCapture[]>;
  listAll(page: Page & { readonly status?: BodyCaptureStatus }): Promise<readonly BodyCapture[]>;
  listOfPartner(partnerId: string, page: Page): Promise<readonly BodyCapture[]>;
  remove(captureId: string): Promise<void>;
  enqueue(captureId: string, atMs: number): Promise<void>;
  dequeue(captureId: string): Promise<void>;
  queuePosition(captureId: string): Promise<number | null>;
  dueArtifacts(nowMs: number, limit: number): Promise<readonly Artifact[]>;
  removeArtifact(captureId: string, artifactId: string): Promise<void>;
}

/** Of one capture at once there are its worker, a sweeper and the people who edit it. */
const MAX_RACES = 20;
/** What has waited for longer lost its job before a worker had it, and must not stand before the others for ever. */
const LONGEST_WAIT_MS = 24 * 3_600_000;

/** KEYS: capture, then the sets that it is listed in. ARGV: id, revision, document, when it was made. */
const CREATE = `
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], 'revision', ARGV[2], 'document', ARGV[3])
for i = 2, #KEYS do redis.call('ZADD', KEYS[i], ARGV[4], ARGV[1]) end
return 1`;

/**
 * KEYS: capture, due, set of the old status, set of the new one. ARGV: id, expected revision, new revision, document, when
 * it was made, number of files that are not due any more, those, and pairs of time and file that are due now.
 */
const REPLACE = `
if redis.call('HGET', KEYS[1], 'revision') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], 'revision', ARGV[3], 'document', ARGV[4])
if KEYS[3] ~= KEYS[4] then
  redis.call('ZREM', KEYS[3], ARGV[1])
  redis.call('ZADD', KEYS[4], ARGV[5], ARGV[1])
end
local gone = tonumber(ARGV[6])
for i = 7, 6 + gone do redis.call('ZREM', KEYS[2], ARGV[i]) end
for i = 7 + gone, #ARGV, 2 do redis.call('ZADD', KEYS[2], ARGV[i], ARGV[i + 1]) end
return 1`;

/** KEYS: capture, due, queue, then the sets that it is listed in. ARGV: id, expected revision, its files. */
const REMOVE = `
if redis.call('HGET', KEYS[1], 'revision') ~= ARGV[2] then return 0 end
redis.call('DEL', KEYS[1])
for i = 3, #ARGV do redis.call('ZREM', KEYS[2], ARGV[i]) end
for i = 3, #KEYS do redis.call('ZREM', KEYS[i], ARGV[1]) end
return 1`;

/** Body captures in Redis. A change is a comparison of revisions and a replacement in one step. */
export function createRedisCaptureStore(connection: RedisConnection): RedisCaptureStore {
  async function read(captureId: string): Promise<BodyCapture | null> {
    const packed = await connection.run('reading a body capture', (client) =>
      client
        .withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer })
        .hGet(bodyCaptureKey(captureId), 'document'),
    );
    return packed === null || packed === undefined ? null : bodyCaptureSchema.parse(await unpackJson(packed));
  }

  async function replace(before: BodyCapture, after: BodyCapture): Promise<boolean> {
    const wasDue = dueOf(before);
    const isDue = dueOf(after);
    const gone = [...wasDue.keys()].filter((member) => !isDue.has(member));
    const added = [...isDue].filter(([member, atMs]) => wasDue.get(member) !== atMs);
    const document = await packJson(after);
    const replaced = await connection.run('changing a body capture', (client) =>
      client.eval(REPLACE, {
        keys: [
          bodyCaptureKey(before.captureId),
          DUE_ARTIFACTS_KEY,
          bodyCapturesInKey(before.status),
          bodyCapturesInKey(after.status),
        ],
        arguments: [
          before.captureId,
          String(before.revision),
          String(after.revision),
          document,
          String(before.createdAtMs),
          String(gone.length),
          ...gone,
          ...added.flatMap(([member, atMs]) => [String(atMs), member]),
        ],
      }),
    );
    return replaced === 1;
  }

  async function change(
    captureId: string,
    apply: (capture: BodyCapture) => BodyCapture | null,
  ): Promise<BodyCapture | null> {
    for (let race = 0; race < MAX_RACES; race++) {
      const before = await read(captureId);
      if (before === null) return null;
      const applied = apply(before);
      if (applied === null || applied === before) return before;
      const after = { ...applied, revision: before.revision + 1 };
      if (await replace(before, after)) return after;
      await afterRace(race);
    }
    throw changedByTooMany();
  }

  /** Those of a sorted set, newest first; all that were made in the page's last millisecond. */
  async function list(key: string, { limit, beforeMs }: Page): Promise<readonly BodyCapture[]> {
    const from = beforeMs === undefined ? '+inf' : `(${beforeMs}`;
    const page = await connection.run('listing body captures', (client) =>
      client.zRangeWithScores(key, from, '-inf', {
        BY: 'SCORE',
        REV: true,
        LIMIT: { offset: 0, count: limit },
      }),
    );
    const last = page.at(-1);
    if (last === undefined) return [];
    const ids = page.filter(({ score }) => score !== last.score).map(({ value }) => value);
    const ofLast = await connection.run('listing body captures', (client) =>
      client.zRange(key, last.score, last.score, { BY: 'SCORE', REV: true }),
    );
    const found = await Promise.all([...ids, ...ofLast].map(read));
    return found.filter((one) => one !== null);
  }

  return {
    create: async (capture) => {
      const document = await packJson(capture);
      const created = await connection.run('keeping a body capture', (client) =>
        client.eval(CREATE, {
          keys: [bodyCaptureKey(capture.captureId), ...listsOf(capture)],
          arguments: [capture.captureId, String(capture.revision), document, String(capture.createdAtMs)],
        }),
      );
      return created === 1;
    },
    read,
    change,
    listOf: (userId, page) => list(ownBodyCapturesKey(userId), page),
    listAll: ({ status, ...page }) =>
      list(status === undefined ? ALL_BODY_CAPTURES_KEY : bodyCapturesInKey(status), page),
    listOfPartner: (partnerId, page) => list(partnerBodyCapturesKey(partnerId), page),
    remove: async (captureId) => {
      for (let race = 0; race < MAX_RACES; race++) {
        const capture = await read(captureId);
        if (capture === null) return;
        const removed = await connection.run('deleting a body capture', (client) =>
          client.eval(REMOVE, {
            keys: [bodyCaptureKey(captureId), DUE_ARTIFACTS_KEY, BODY_CAPTURE_QUEUE_KEY, ...listsOf(capture)],
            arguments: [captureId, String(capture.revision), ...dueOf(capture).keys()],
          }),
        );
        if (removed === 1) return;
        await afterRace(race);
      }
      throw changedByTooMany();
    },
    enqueue: async (captureId, atMs) => {
      await connection.run('queueing a body capture', (client) =>
        client
          .multi()
          .zRemRangeByScore(BODY_CAPTURE_QUEUE_KEY, '-inf', atMs - LONGEST_WAIT_MS)
          .zAdd(BODY_CAPTURE_QUEUE_KEY, { score: atMs, value: captureId })
          .exec(),
      );
    },
    dequeue: async (captureId) => {
      await connection.run('taking a body capture out of the queue', (client) =>
        client.zRem(BODY_CAPTURE_QUEUE_KEY, captureId),
      );
    },
    queuePosition: async (captureId) => {
      const rank = await connection.run('asking the queue of body captures', (client) =>
        client.zRank(BODY_CAPTURE_QUEUE_KEY, captureId),
      );
      return rank === null ? null : rank + 1;
    },
    dueArtifacts: async (nowMs, limit) => {
      const members = await connection.run('asking for due files', (client) =>
        client.zRangeByScore(DUE_ARTIFACTS_KEY, '-inf', nowMs, { LIMIT: { offset: 0, count: limit } }),
      );
      const found = await Promise.all(
        members.map(async (member) => {
          const [captureId = '', artifactId] = member.split(' ');
          const capture = await read(captureId);
          return capture?.artifacts.filter((one) => one.artifactId === artifactId) ?? [];
        }),
      );
      return found.flat();
    },
    removeArtifact: async (captureId, artifactId) => {
      await change(captureId, (capture) =>
        capture.artifacts.some((one) => one.artifactId === artifactId)
          ? {
              ...capture,
              artifacts: capture.artifacts.filter((one) => one.artifactId !== artifactId),
            }
          : null,
      );
    },
  };
}

function changedByTooMany(): FramegateError {
  return new FramegateError('state-unavailable', 'a body capture is changed by too many at once', {
    retryable: true,
    retryAfterMs: 1000,
  });
}

/** The sorted sets, by time of creation, that name it. */
function listsOf({ userId, status, partner }: BodyCapture): string[] {
  return [
    ALL_BODY_CAPTURES_KEY,
    ownBodyCapturesKey(userId),
    bodyCapturesInKey(status),
    ...(partner === null ? [] : [partnerBodyCapturesKey(partner.partnerId)]),
  ];
}

function dueOf({ captureId, artifacts }: BodyCapture): Map<string, number> {
  return new Map(
    artifacts.flatMap(({ artifactId, removeAtMs }) =>
      removeAtMs === null ? [] : [[`${captureId} ${artifactId}`, removeAtMs] as const],
    ),
  );
}
