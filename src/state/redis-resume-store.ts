import { z } from 'zod';
import { ENDED_TTL_MS, resumeKey, SUPERSEDED_CHANNEL } from './keys.ts';
import type { RedisConnection } from './redis-connection.ts';

export interface ResumeEntry {
  readonly sessionId: string;
  readonly tokenHash: string;
  readonly subject: string | null;
  readonly node: string;
  readonly state: unknown;
}

export interface ResumeClaim {
  readonly sessionId: string;
  readonly tokenHash: string;
  readonly subject: string | null;
  readonly node: string;
}

/** Sessions that wait for their client; see the port of the same name in the edge for the rules. */
export interface RedisResumeStore {
  save(entry: ResumeEntry, generation: number, ttlMs: number): Promise<'saved' | 'superseded'>;
  claim(claim: ResumeClaim, ttlMs: number): Promise<{ generation: number; state: unknown } | null>;
  remove(sessionId: string, generation: number): Promise<void>;
  onSuperseded(handler: (claim: { sessionId: string; generation: number }) => void): () => void;
}

/**
 * Each script runs as one step of Redis, so that two nodes that claim the same session get different generations
 * and a node that lost it cannot write over its successor.
 */
const SAVE = `
local generation = redis.call('HGET', KEYS[1], 'generation')
if generation and tonumber(generation) > tonumber(ARGV[1]) then return 0 end
if redis.call('HEXISTS', KEYS[1], 'ended') == 1 then return 0 end
redis.call('HSET', KEYS[1], 'generation', ARGV[1], 'tokenHash', ARGV[2], 'subject', ARGV[3], 'node', ARGV[4], 'state', ARGV[5])
redis.call('PEXPIRE', KEYS[1], ARGV[6])
return 1`;

const CLAIM = `
local entry = redis.call('HMGET', KEYS[1], 'tokenHash', 'subject', 'state')
if not entry[3] or entry[1] ~= ARGV[1] or entry[2] ~= ARGV[2] then return nil end
local generation = redis.call('HINCRBY', KEYS[1], 'generation', 1)
redis.call('HSET', KEYS[1], 'node', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('PUBLISH', ARGV[5], cjson.encode({ sessionId = ARGV[6], generation = generation }))
return { generation, entry[3] }`;

const REMOVE = `
local generation = redis.call('HGET', KEYS[1], 'generation')
if generation and tonumber(generation) > tonumber(ARGV[1]) then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'generation', ARGV[1], 'ended', 1)
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1`;

const claimedSchema = z.tuple([z.number(), z.string()]).nullable();
const supersededSchema = z.object({ sessionId: z.string(), generation: z.number() });

export function createRedisResumeStore(connection: RedisConnection): RedisResumeStore {
  const handlers = new Set<(claim: { sessionId: string; generation: number }) => void>();

  connection.subscribe(SUPERSEDED_CHANNEL, (message) => {
    const claim = supersededSchema.safeParse(parseJson(message));
    // Redis is open to other publishers: what is no claim is none of ours.
    if (!claim.success) return;
    for (const handler of [...handlers]) handler(claim.data);
  });

  return {
    save: async (entry, generation, ttlMs) => {
      const saved = await connection.run('saving a session', (client) =>
        client.eval(SAVE, {
          keys: [resumeKey(entry.sessionId)],
          arguments: [
            String(generation),
            entry.tokenHash,
            JSON.stringify(entry.subject),
            entry.node,
            JSON.stringify(entry.state),
            String(ttlMs),
          ],
        }),
      );
      return saved === 1 ? 'saved' : 'superseded';
    },
    claim: async (claim, ttlMs) => {
      const reply = await connection.run('claiming a session', (client) =>
        client.eval(CLAIM, {
          keys: [resumeKey(claim.sessionId)],
          arguments: [
            claim.tokenHash,
            JSON.stringify(claim.subject),
            claim.node,
            String(ttlMs),
            SUPERSEDED_CHANNEL,
            claim.sessionId,
          ],
        }),
      );
      const claimed = claimedSchema.parse(reply);
      if (claimed === null) return null;
      return { generation: claimed[0], state: JSON.parse(claimed[1]) as unknown };
    },
    remove: async (sessionId, generation) => {
      await connection.run('forgetting a session', (client) =>
        client.eval(REMOVE, {
          keys: [resumeKey(sessionId)],
          arguments: [String(generation), String(ENDED_TTL_MS)],
        }),
      );
    },
    onSuperseded: (handler) => {
      handlers.add(handler);
      return () => {
        handlers.delete(handler);
      };
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
