import type { Bus } from '../../bus/create-bus.ts';
import type { Config } from '../../config/parse-config.ts';
import type { DependencyCheck } from '../../http/routes/health.ts';
import type { Logger } from '../../observability/logger.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { RedisState } from '../../state/create-redis-state.ts';
import type { ObjectStorage } from '../../storage/types.ts';
import type { Store } from '../../store/types.ts';

/** What every role is given; the connections are shared where several roles run in one process. */
export interface RoleContext {
  readonly config: Config;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly codeVersion: string;
}

export interface RunningRole {
  readonly name: 'edge' | 'worker' | 'sink' | 'api';
  /** What people should know of it: an address, thread counts. */
  readonly summary: string;
  /** Finishes work in hand and gives the rest back. */
  stop(): Promise<void>;
}

export function busCheck(bus: Bus): DependencyCheck {
  return {
    name: 'nats',
    required: true,
    async check() {
      await bus.ping();
      const { server, serverVersion } = bus.status();
      return `${server}, version ${serverVersion}`;
    },
  };
}

/** Live guidance goes on without room for captures, and there may be some on another day. */
export function roomCheck(bus: Bus): DependencyCheck {
  return {
    name: 'jetstream-room',
    required: false,
    async check() {
      await bus.hasRoom();
      return 'takes messages';
    },
  };
}

/** Live guidance goes on without Redis, so a node without it is degraded, not unavailable. */
export function redisCheck(redis: RedisState): DependencyCheck {
  return {
    name: 'redis',
    required: false,
    async check() {
      await redis.ping();
      return 'answers';
    },
  };
}

export function storeCheck(store: Store, required: boolean): DependencyCheck {
  return {
    name: 'clickhouse',
    required,
    async check() {
      await store.ping();
      return 'answers';
    },
  };
}

export function storageCheck(storage: ObjectStorage): DependencyCheck {
  return {
    name: 'storage',
    required: false,
    async check() {
      await storage.ping();
      return storage.name;
    },
  };
}
