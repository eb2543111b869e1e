import { type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import {
  type Authenticator,
  type ConnectionOptions,
  connect,
  credsAuthenticator,
  type NatsConnection,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from '@nats-io/transport-node';
import { FramegateError } from '../protocol/framegate-error.ts';
import { natsError } from './nats-errors.ts';
import { createRefusals, type Refusals } from './refusals.ts';
import type { BusState, BusStatus } from './types.ts';

export type BusCredentials =
  | { readonly type: 'token'; readonly token: string }
  | { readonly type: 'password'; readonly user: string; readonly password: string }
  /** The text of a `.creds` file. */
  | { readonly type: 'creds'; readonly creds: string };

export interface BusOptions {
  /** `nats://host:port`, `tls://…`; several of one cluster separated by commas or as an array. */
  readonly servers: string | readonly string[];
  /** Shown by NATS's monitoring. */
  readonly name: string;
  readonly credentials?: BusCredentials;
  readonly tls?: { readonly caFile?: string; readonly certFile?: string; readonly keyFile?: string };
  /** Domain of the JetStream that this process publishes to and consumes from; absent for the server's own. */
  readonly jetStreamDomain?: string;
  /** Domain of the JetStream that holds RESULTS, where an edge's leaf node has a domain of its own. */
  readonly resultsDomain?: string;
  /** How long the first connection may take in all. Default 10 s. */
  readonly connectTimeoutMs?: number;
  /** How long a publish or an API call may take, a reconnection included. Default 5 s. */
  readonly requestTimeoutMs?: number;
}

/** A connection to NATS that reconnects for ever. `nats` is for the files of src/bus alone. */
export interface Bus {
  /** Largest message, headers included, of the server connected to now. */
  readonly maxPayloadBytes: number;
  status(): BusStatus;
  /** Calls `listener` at every change of the state. Gives the unsubscribe. */
  onStatus(listener: (status: BusStatus) => void): () => void;
  /** Rejects with bus-unavailable where JetStream had no room for what was published last. */
  hasRoom(): Promise<void>;
  /** Resolves when JetStream answers; rejects with bus-unavailable. */
  ping(): Promise<void>;
  /** Sends what is queued and disconnects. Consumptions are to be stopped before. */
  close(): Promise<void>;
  readonly nats: NatsHandles;
}

export interface NatsHandles {
  readonly connection: NatsConnection;
  readonly jetstream: JetStreamClient;
  readonly manager: JetStreamManager;
  /** Of the domain that holds RESULTS. */
  readonly results: { readonly jetstream: JetStreamClient; readonly manager: JetStreamManager };
  readonly requestTimeoutMs: number;
  readonly refusals: Refusals;
  /** Resolves when connected; rejects with bus-unavailable after requestTimeoutMs, or at once when closed. */
  connected(): Promise<void>;
}

const FIRST_CONNECT_PAUSE_MS = 250;
/** For one server to answer: one that hangs must not keep the others of its cluster from being tried. */
const SERVER_TIMEOUT_MS = 2500;
/** A server that answers no ping for two of these hangs, or the way to it is cut: another one is looked for. */
const PING_INTERVAL_MS = 3000;
const CLOSE_TIMEOUT_MS = 5000;

/** Connects. Rejects with bus-unavailable when no server answered in time, bus-refused when it refused. */
export async function createBus(options: BusOptions): Promise<Bus> {
  const requestTimeoutMs = options.requestTimeoutMs ?? 5000;
  const connection = await firstConnection(options);
  const listeners = new Set<(status: BusStatus) => void>();
  const refusals = createRefusals();
  let state: BusState = 'connected';
  let reconnects = 0;

  const status = (): BusStatus => ({
    state,
    server: connection.getServer(),
    serverVersion: connection.info?.version ?? 'unknown',
    reconnects,
  });
  const enter = (next: BusState) => {
    if (state === next || state === 'closed') return;
    state = next;
    for (const listener of [...listeners]) listener(status());
  };
  const watching = watchStatus(connection, (type) => {
    if (type === 'disconnect' || type === 'reconnecting') enter('reconnecting');
    if (type === 'reconnect') {
      reconnects++;
      enter('connected');
    }
  });
  const closed = connection.closed().then(() => enter('closed'));

  async function handlesOf(domain: string | undefined) {
    const settings = { timeout: requestTimeoutMs, ...(domain === undefined ? {} : { domain }) };
    return {
      jetstream: jetstream(connection, settings),
      manager: await jetstreamManager(connection, { ...settings, checkAPI: false }),
    };
  }
  const own = await handlesOf(options.jetStreamDomain);
  const results = options.resultsDomain === undefined ? own : await handlesOf(options.resultsDomain);

  function connected(): Promise<void> {
    if (state === 'connected') return Promise.resolve();
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        clearTimeout(timer);
        listeners.delete(listener);
        act();
      };
      const unavailable = () =>
        new FramegateError('bus-unavailable', `NATS at ${connection.getServer()} is away`, {
          retryable: state !== 'closed',
          retryAfterMs: 1000,
        });
      const listener = () => {
        if (state === 'connected') settle(resolve);
        if (state === 'closed') settle(() => reject(unavailable()));
      };
      const timer = setTimeout(() => settle(() => reject(unavailable())), requestTimeoutMs);
      listeners.add(listener);
      listener();
    });
  }

  return {
    get maxPayloadBytes() {
      return connection.info?.max_payload ?? 0;
    },
    status,
    onStatus: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    hasRoom: async () => {
      const refused = refusals.current();
      if (refused.length === 0) return;
      const reasons = refused.map(({ stream, reason }) => `${stream}: ${reason}`).join('; ');
      throw new FramegateError('bus-unavailable', reasons, { retryable: true });
    },
    ping: async () => {
      await connected();
      try {
        await own.manager.getAccountInfo();
      } catch (thrown) {
        throw natsError(thrown, 'asking JetStream');
      }
    },
    close: async () => {
      // Draining waits for the server's answer, which never comes while it is away.
      if (state === 'connected') await withTimeout(drain(connection), CLOSE_TIMEOUT_MS);
      await connection.close();
      await closed;
      await watching;
    },
    nats: { connection, ...own, results, requestTimeoutMs, refusals, connected },
  };
}

async function firstConnection(options: BusOptions): Promise<NatsConnection> {
  const connectTimeoutMs = options.connectTimeoutMs ?? 10_000;
  const deadlineMs = performance.now() + connectTimeoutMs;
  const settings = connectionOptions(options, connectTimeoutMs);
  for (;;) {
    try {
      return await connect(settings);
    } catch (thrown) {
      const error = natsError(thrown, `connecting to NATS at ${[options.servers].flat().join(', ')}`);
      if (!error.retryable || performance.now() + FIRST_CONNECT_PAUSE_MS > deadlineMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, FIRST_CONNECT_PAUSE_MS));
    }
  }
}

function connectionOptions(options: BusOptions, connectTimeoutMs: number): ConnectionOptions {
  const authenticator = authenticatorOf(options.credentials);
  return {
    servers: [options.servers].flat().flatMap((server) => server.split(',').map((part) => part.trim())),
    name: options.name,
    timeout: Math.min(connectTimeoutMs, SERVER_TIMEOUT_MS),
    maxReconnectAttempts: -1,
    // Credentials may be rotated on the server before this process: keep trying.
    ignoreAuthErrorAbort: true,
    reconnectTimeWait: 500,
    reconnectJitter: 500,
    pingInterval: PING_INTERVAL_MS,
    maxPingOut: 2,
    noAsyncTraces: true,
    ...(authenticator === null ? {} : { authenticator }),
    ...(options.tls === undefined ? {} : { tls: { ...options.tls } }),
  };
}

function authenticatorOf(credentials: BusCredentials | undefined): Authenticator | null {
  switch (credentials?.type) {
    case undefined:
      return null;
    case 'token':
      return tokenAuthenticator(credentials.token);
    case 'password':
      return usernamePasswordAuthenticator(credentials.user, credentials.password);
    case 'creds':
      return credsAuthenticator(new TextEncoder().encode(credentials.creds));
  }
}

async function watchStatus(connection: NatsConnection, changed: (type: string) => void): Promise<void> {
  for await (const event of connection.status()) changed(event.type);
}

async function drain(connection: NatsConnection): Promise<void> {
  try {
    await connection.drain();
  } catch {
    // The connection went away meanwhile: there is nothing left to send it to.
  }
}

async function withTimeout(work: Promise<void>, timeoutMs: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([work, timeout]);
  clearTimeout(timer);
}
