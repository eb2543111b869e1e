import { createClient } from 'redis';
import { FramegateError } from '../protocol/framegate-error.ts';
import { createCommandWindow } from './command-window.ts';

export type RedisConnectionState = 'connecting' | 'connected' | 'reconnecting' | 'closed';

export interface RedisConnectionOptions {
  /** `redis://…` or `rediss://…`, with user, password and database where needed. */
  readonly url: string;
  /** How long one command may take; a server that hangs must not hold up a session. Default 1 s. */
  readonly commandTimeoutMs?: number;
  readonly onState?: (state: RedisConnectionState) => void;
}

/** A connection that reconnects for ever and whose commands fail fast while it is away. */
export interface RedisConnection {
  state(): RedisConnectionState;
  /** Runs a script or a command. Rejects with state-unavailable (retryable), or internal for a wrong command. */
  run<T>(doing: string, command: (client: RedisClient) => Promise<T>): Promise<T>;
  /** Calls `handler` for every message of a channel, from now on and after every reconnection. */
  subscribe(channel: string, handler: (message: string) => void): void;
  close(): void;
}

export type RedisClient = ReturnType<typeof createRedisClient>;

const MAX_RECONNECT_MS = 2000;
/** A round trip's worth for tens of thousands of commands a second. */
const MAX_IN_FLIGHT = 512;
const PING_MS = 5000;
/** A connection that says nothing for this long, not even to a ping, is made anew: its server's machine may be gone. */
const SILENCE_MS = 3 * PING_MS;

function createRedisClient(url: string, isClosed: () => boolean) {
  return createClient({
    url,
    // A command for a server that is away fails now: queueing it would answer a question nobody asks any more.
    disableOfflineQueue: true,
    pingInterval: PING_MS,
    // The client would start a timer for each command; the window below counts for all of them.
    commandOptions: { timeout: undefined },
    socket: {
      connectTimeout: 2000,
      socketTimeout: SILENCE_MS,
      reconnectStrategy: (retries) =>
        isClosed() ? false : Math.min(50 * 2 ** Math.min(retries, 6), MAX_RECONNECT_MS),
    },
  });
}

/** Starts to connect and returns at once. */
export function createRedisConnection(options: RedisConnectionOptions): RedisConnection {
  let state: RedisConnectionState = 'connecting';
  const isClosed = () => state === 'closed';
  const window = createCommandWindow({
    maxInFlight: MAX_IN_FLIGHT,
    timeoutMs: options.commandTimeoutMs ?? 1000,
    setTimer: (delayMs, fire) => {
      setTimeout(fire, delayMs);
    },
  });
  const client = createRedisClient(options.url, isClosed);
  // Redis allows nothing but subscriptions on a connection that has one.
  const subscriber = createRedisClient(options.url, isClosed);

  function enter(next: RedisConnectionState): void {
    if (state === next || state === 'closed') return;
    state = next;
    options.onState?.(next);
  }

  // Without a listener the client would throw; what went wrong shows in the state and in every command.
  client.on('error', () => enter('reconnecting'));
  client.on('reconnecting', () => enter('reconnecting'));
  client.on('ready', () => enter('connected'));
  subscriber.on('error', () => {});
  const connecting = [client.connect(), subscriber.connect()];
  const giveUp = () => {
    // Only close() ends the attempts.
  };
  for (const attempt of connecting) attempt.then(giveUp, giveUp);

  function unavailable(doing: string, cause?: unknown): FramegateError {
    return new FramegateError('state-unavailable', `${doing}: Redis does not answer`, {
      retryable: state !== 'closed',
      retryAfterMs: 1000,
      cause,
    });
  }

  return {
    state: () => state,
    run: async (doing, command) => {
      if (state !== 'connected') throw unavailable(doing);
      try {
        return await window.run(
          () => command(client),
          () => unavailable(doing),
        );
      } catch (thrown) {
        if (thrown instanceof FramegateError) throw thrown;
        throw translate(thrown, doing, unavailable);
      }
    },
    subscribe: (channel, handler) => {
      const subscribe = () => {
        subscriber.subscribe(channel, handler).catch(() => {
          // Lost again in this moment: the next 'ready' subscribes.
        });
      };
      // The client keeps its subscriptions over reconnections, once the first one has been made.
      if (subscriber.isReady) subscribe();
      else subscriber.once('ready', subscribe);
    },
    close: () => {
      enter('closed');
      client.destroy();
      subscriber.destroy();
    },
  };
}

/** Redis's own error replies begin with a word in capitals. */
function translate(
  thrown: unknown,
  doing: string,
  unavailable: (doing: string, cause: unknown) => FramegateError,
): FramegateError {
  const reply = thrown instanceof Error ? /^([A-Z]{2,})\b/.exec(thrown.message)?.[1] : undefined;
  const temporary = [
    'LOADING',
    'BUSY',
    'MASTERDOWN',
    'READONLY',
    'CLUSTERDOWN',
    'TRYAGAIN',
    'OOM',
    'MISCONF',
  ];
  if (reply === undefined || temporary.includes(reply)) return unavailable(doing, thrown);
  return new FramegateError('internal', `${doing}: ${(thrown as Error).message}`, { cause: thrown });
}
