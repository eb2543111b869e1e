import type { GatewaySettings } from '../../src/edge/gateway/gateway-settings.ts';
import { createGateway, type Gateway } from '../../src/edge/gateway.ts';
import type { SessionSettings } from '../../src/edge/session/settings.ts';
import { createSessionHost, type SessionHost } from '../../src/edge/session-host.ts';
import { systemClock } from '../../src/edge/system-clock.ts';
import { systemIds } from '../../src/edge/system-ids.ts';
import type { Route } from '../../src/http/route.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import { createMemoryResumeStore } from './memory-resume-store.ts';
import { TEST_SETTINGS } from './session-script.ts';
import { resultOf } from './stub-coach.ts';
import { openSession, type WireClient } from './wire-client.ts';

export interface AbusedEdge {
  readonly port: number;
  readonly gateway: Gateway;
  readonly host: SessionHost;
  /** What was logged as an error. */
  readonly faults: readonly unknown[];
  /** TCP connections closed on arrival. */
  socketsRefused(): number;
  /** The code of each upgrade that was refused. */
  readonly upgradesRefused: readonly string[];
  close(): Promise<void>;
}

export interface AbusedEdgeOptions {
  readonly gateway?: Partial<GatewaySettings>;
  readonly session?: Partial<SessionSettings>;
  readonly routes?: readonly Route[];
  /** Default true: a session needs no token. One of `good-…` is taken in any case, another is invalid. */
  readonly anonymous?: boolean;
}

/** A gateway with real sessions behind it, on real sockets and a real clock, and an analyser that answers at once. */
export async function startAbusedEdge(options: AbusedEdgeOptions = {}): Promise<AbusedEdge> {
  const { anonymous = true } = options;
  const faults: unknown[] = [];
  const upgradesRefused: string[] = [];
  let socketsRefused = 0;
  const logger = { info() {}, warn() {}, error: (fields: unknown) => faults.push(fields) };
  const host = createSessionHost({
    settings: { ...TEST_SETTINGS, ...options.session },
    analyser: { concurrency: 2, threads: 1, analyse: async () => resultOf('adjust'), close: async () => {} },
    authenticator: {
      async verify(token) {
        if (token?.startsWith('good-') === true) return { subject: token, expiresAtMs: null };
        throw new FramegateError('token-invalid', 'the token is forged');
      },
    },
    publisher: { publish: () => Promise.reject(new FramegateError('bus-unavailable', 'no bus here')) },
    results: { subscribe: async () => () => {}, replay: async () => [] },
    resume: createMemoryResumeStore(),
    frameLog: { record() {} },
    eventLog: { record() {} },
    clock: systemClock,
    ids: systemIds,
    logger,
  });
  const gateway = createGateway({
    host,
    anonymous,
    ...(options.gateway && { settings: options.gateway }),
    ...(options.routes && { routes: options.routes }),
    health: { node: 'n1', warm: () => true, dependencies: [] },
    metrics: { contentType: 'text/plain', text: async () => '' },
    observer: {
      bytesReceived() {},
      bytesSent() {},
      roundTrip() {},
      errorSent() {},
      connectionOpened() {},
      connectionClosed() {},
      upgradeRefused: (code) => upgradesRefused.push(code),
      socketRefused: () => {
        socketsRefused += 1;
      },
    },
    logger,
  });
  const { port } = await gateway.listen('127.0.0.1', 0);
  return {
    port,
    gateway,
    host,
    faults,
    upgradesRefused,
    socketsRefused: () => socketsRefused,
    async close() {
      await gateway.close();
      await host.close();
    },
  };
}

export interface GoodClient {
  /** Ends the session. Gives how many frames were answered; rejects where one was not, or not in order. */
  finish(): Promise<number>;
}

/** A session that sends one frame after the other, each when the one before was answered. */
export async function startGoodClient(port: number): Promise<GoodClient> {
  const client = await openSession(port);
  let finished = false;
  const done = stream(client, () => finished);
  // Whoever calls finish hears of it.
  done.catch(() => {});
  return {
    async finish() {
      finished = true;
      const frames = await done;
      client.close();
      await client.closed;
      return frames;
    },
  };
}

async function stream(client: WireClient, isFinished: () => boolean): Promise<number> {
  let seq = 0;
  while (seq < 2 || !isFinished()) {
    seq += 1;
    client.sendFrame(seq, { data: new Uint8Array(2000).fill(seq), width: 100, height: 80, format: 'jpeg' });
    const feedback = await client.next('feedback');
    if (feedback.seq !== seq || feedback.verdict !== 'adjust') {
      throw new Error(`frame ${seq} was answered with ${feedback.verdict} ${feedback.seq}`);
    }
    // A session may send 30 frames a second.
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  return seq;
}
