import { createRedisAccountStore, type RedisAccountStore } from './redis-account-store.ts';
import { createRedisCaptureStore, type RedisCaptureStore } from './redis-capture-store.ts';
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
import { createRedisErasureBook, type RedisErasureBook } from './redis-erasure-book.ts';
import { createRedisImageStore, type RedisImageStore } from './redis-image-store.ts';
import { createRedisJobStore, type RedisJobStore, type RedisJobStoreOptions } from './redis-job-store.ts';
import { createRedisLeases, type RedisLeases } from './redis-leases.ts';
import {
  createRedisPartnerBatches,
  forgetPartnerBatches,
  type RedisPartnerBatches,
  type RedisPartnerBatchesOptions,
} from './redis-partner-batches.ts';
import { createRedisPartnerWebhooks, type RedisPartnerWebhooks } from './redis-partner-webhooks.ts';
import { createRedisRateLimiter, type RateLimiter } from './redis-rate-limiter.ts';
import {
  createRedisRefreshStore,
  type RedisRefreshStore,
  type RedisRefreshStoreOptions,
} from './redis-refresh-store.ts';
import { createRedisResumeStore, type RedisResumeStore } from './redis-resume-store.ts';
import { keptSigningSecret } from './redis-signing-secret.ts';
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
  readonly erasures: RedisErasureBook;
  readonly leases: RedisLeases;
  readonly captures: RedisCaptureStore;
  readonly accounts: RedisAccountStore;
  readonly partnerWebhooks: RedisPartnerWebhooks;
  /** Made by whoever asks first, where no secret is configured. */
  signingSecret(): Promise<string>;
  /** Sign-ins, for whoever gives out refresh tokens. */
  openRefreshStore(options: RedisRefreshStoreOptions): RedisRefreshStore;
  /** Jobs, for whoever submits or works on them. */
  openJobStore(options: RedisJobStoreOptions): RedisJobStore;
  /** Batches of partners, for whoever takes or works on them. */
  openPartnerBatches(options: RedisPartnerBatchesOptions): RedisPartnerBatches;
  /** What belongs to a partner's account beside it: its batches and its webhook. */
  forgetPartner(partnerId: string): Promise<void>;
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
  const partnerWebhooks = createRedisPartnerWebhooks(connection);
  const state: RedisState = {
    resume: createRedisResumeStore(connection),
    rateLimiter: createRedisRateLimiter(connection),
    images: createRedisImageStore(connection),
    workers: createRedisWorkerRegister(connection),
    erasures: createRedisErasureBook(connection),
    leases: createRedisLeases(connection),
    captures: createRedisCaptureStore(connection),
    accounts: createRedisAccountStore(connection),
    partnerWebhooks,
    signingSecret: () => keptSigningSecret(connection),
    openRefreshStore: (options) => createRedisRefreshStore(connection, options),
    openJobStore: (options) => createRedisJobStore(connection, options),
    openPartnerBatches: (options) => createRedisPartnerBatches(connection, options),
    forgetPartner: async (partnerId) => {
      await forgetPartnerBatches(connection, partnerId);
      await partnerWebhooks.remove(partnerId);
    },
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
