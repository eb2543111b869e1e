import { z } from 'zod';
import { erasureIdsKey, OPEN_ERASURES_KEY } from './keys.ts';
import type { RedisConnection } from './redis-connection.ts';

const openErasureSchema = z.object({
  erasureId: z.string(),
  subjectType: z.enum(['user', 'capture']),
  subjectId: z.string(),
  requestedAtMs: z.number(),
});
type OpenErasure = z.infer<typeof openErasureSchema>;

interface FoundIds {
  readonly captureIds: readonly string[];
  readonly sessionIds: readonly string[];
}

/** Erasures that have begun and not ended; every method rejects with state-unavailable while Redis is away. */
export interface RedisErasureBook {
  /** The erasure of this subject that is open; else `erasure`, which is from now on. */
  begin(erasure: OpenErasure): Promise<OpenErasure>;
  /** Adds what was found to be its subject's, before it is removed. */
  found(erasureId: string, ids: FoundIds): Promise<void>;
  idsOf(erasureId: string): Promise<FoundIds>;
  end(erasure: OpenErasure): Promise<void>;
  open(): Promise<readonly OpenErasure[]>;
}

/** KEYS: open erasures. ARGV: subject, JSON. */
const BEGIN = `
redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2])
return redis.call('HGET', KEYS[1], ARGV[1])`;

const CAPTURE = 'capture:';
const SESSION = 'session:';

export function createRedisErasureBook(connection: RedisConnection): RedisErasureBook {
  return {
    begin: async (erasure) => {
      const text = await connection.run('beginning an erasure', (client) =>
        client.eval(BEGIN, {
          keys: [OPEN_ERASURES_KEY],
          arguments: [fieldOf(erasure), JSON.stringify(erasure)],
        }),
      );
      return openErasureSchema.parse(JSON.parse(String(text)));
    },
    found: async (erasureId, { captureIds, sessionIds }) => {
      const members = [...captureIds.map((id) => CAPTURE + id), ...sessionIds.map((id) => SESSION + id)];
      if (members.length === 0) return;
      await connection.run('noting an erasure', (client) => client.sAdd(erasureIdsKey(erasureId), members));
    },
    idsOf: async (erasureId) => {
      const members = await connection.run('reading an erasure', (client) =>
        client.sMembers(erasureIdsKey(erasureId)),
      );
      const of = (kind: string) =>
        members.filter((member) => member.startsWith(kind)).map((member) => member.slice(kind.length));
      return { captureIds: of(CAPTURE), sessionIds: of(SESSION) };
    },
    end: async (erasure) => {
      await connection.run('ending an erasure', (client) =>
        client.multi().hDel(OPEN_ERASURES_KEY, fieldOf(erasure)).del(erasureIdsKey(erasure.erasureId)).exec(),
      );
    },
    open: async () => {
      const texts = await connection.run('reading erasures', (client) => client.hVals(OPEN_ERASURES_KEY));
      return texts.map((text) => openErasureSchema.parse(JSON.parse(text)));
    },
  };
}

function fieldOf({ subjectType, subjectId }: OpenErasure): string {
  return `${subjectType}:${subjectId}`;
}
