import {
  createRedisConnection,
  type RedisConnectionOptions,
  type RedisConnectionState,
} from './redis-connection.ts';
import {
  createRedisContourCache,
  type RedisContourCache,
  type RedisContourCacheOptions,
} from './redis-contour-cache.ts';
import { createRedisImageStore, type RedisImageStore } from './redis-image-store.ts';
import { createRedisJobStore, type RedisJobStore, type RedisJobStoreOptions } from './redis-job-store.ts';
import { createRedisRateLimiter, type RateLimiter } from './redis-rate-limiter.ts';
import { createRedisResumeStore, type RedisResumeStore } from './redis-resume-store.ts';
import { createRedisWorkerRegister, type WorkerRegister } from './redis-worker-register.ts';

export interface RedisStateOptions extends RedisConnectionOptions {
  /** How long creation waits for the first connection before it goes on without. Default 2 s. */
  readonly firstConnectMs?: number;
}

export interface RedisState {
  readonly resume: RedisResumeStore;
  readonly rateLimiter: RateLimiter;
  readonly images: RedisImageStore;
  readonly workers: WorkerRegister;
  /** Jobs, for whoever submits or works on them. */
  openJobStore(options: RedisJobStoreOptions): RedisJobStore;
  /** Earlier contour results, for whoever draws contours. */
  openContourCache(options: RedisContourCacheOptions): RedisContourCache;
  status(): { readonly state: RedisConnectionState };
  /** Calls `listener` at every change of the state. Gives the unsubscribe. */
  onStatus(listener: (state: RedisConnectionState) => void): () => void;
  /** Resolves when Redis answers; rejects with state-unavailable. */
  ping(): Promise<void>;
  close(): void;
}

/**
 * Shared state in Redis. Resolves also where Redis is away: live guidance does not need it, every call here then
 * rejects with state-unavailable at once, and the connection is tried for ever.
 */
export async function createRedisState(options: RedisStateOptions): Promise<RedisState> {
  const listeners = new Set<(state: RedisConnectionState) => void>();
  const connection = createRedisConnection({
    ...options,
    onState: (state) => {
      for (const listener of [...listeners]) listener(state);
      options.onState?.(state);
    },
  });
  const onStatus = (listener: (state: RedisConnectionState) => void) => {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  };
  const state: RedisState = {
    resume: createRedisResumeStore(connection),
    rateLimiter: createRedisRateLimiter(connection),
    images: createRedisImageStore(connection),
    workers: createRedisWorkerRegister(connection),
    openJobStore: (options) => createRedisJobStore(connection, options),
    openContourCache: (options) => createRedisContourCache(connection, options),
    status: () => ({ state: connection.state() }),
    onStatus,
    ping: async () => {
      await connection.run('asking Redis', (client) => client.ping());
    },
    close: connection.close,
  };
  await new Promise<void>((resolve) => {
    const settle = () => {
      clearTimeout(timer);
      unlisten();
      resolve();
    };
    const timer = setTimeout(settle, options.firstConnectMs ?? 2000);
    const unlisten = onStatus((next) => {
      if (next === 'connected') settle();
    });
  });
  return state;
}
