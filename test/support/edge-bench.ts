import type { CapturePublisher, Connection, ConnectionHandler, PublishAck } from '../../src/edge/ports.ts';
import type { SessionSettings } from '../../src/edge/session/settings.ts';
import { createSessionHost, type SessionHost, type SessionHostDeps } from '../../src/edge/session-host.ts';
import { createCodec } from '../../src/protocol/codec.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import { SERVER_STRUCTURE_LIMITS } from '../../src/protocol/limits.ts';
import type { ClientMessage, ServerMessage } from '../../src/protocol/messages.ts';
import { parseServerMessage } from '../../src/protocol/parse-message.ts';
import type { CaptureRecord, EventRecord, FrameRecord, ResultRecord } from '../../src/protocol/records.ts';
import type { FrameAnalyser, FrameResult } from '../../src/vision/types.ts';
import { createMemoryResumeStore } from './memory-resume-store.ts';
import { TEST_SETTINGS } from './session-script.ts';
import { type Look, resultOf } from './stub-coach.ts';
import { createVirtualClock, settled, type VirtualClock } from './virtual-clock.ts';

const codec = createCodec(SERVER_STRUCTURE_LIMITS);

export interface PendingAnalysis {
  /** The first byte of the image: tests put the seq there. */
  readonly mark: number;
  finish(look: Look, quality?: number): void;
  fail(error: FramegateError): void;
}

export interface PendingPublish {
  readonly record: CaptureRecord;
  ack(): void;
  /** The message is in the stream, but the answer is lost. */
  lose(): void;
  fail(retryable: boolean): void;
}

export interface BenchClient {
  readonly received: ServerMessage[];
  readonly handler: ConnectionHandler;
  /** null while the connection is open on the node's side. */
  closed: { code: number; reason: string } | null;
  /** What `send` answers, and how much stands unread. */
  outcome: 'sent' | 'buffered' | 'dropped';
  buffered: number;
  /** From now on nothing arrives. */
  dark: boolean;
  send(message: ClientMessage): void;
}

export interface Bench {
  readonly clock: VirtualClock;
  readonly analyses: PendingAnalysis[];
  readonly publishes: PendingPublish[];
  /** captureId → streamSeq, as JetStream has them. */
  readonly stream: Map<string, number>;
  readonly frames: FrameRecord[];
  readonly events: EventRecord[];
  readonly logged: string[];
  readonly resume: ReturnType<typeof createMemoryResumeStore>;
  host(node: string, change?: Partial<SessionSettings>): SessionHost;
  connect(host: SessionHost, context?: { anonymous?: boolean; token?: string }): BenchClient;
  deliver(result: ResultRecord): void;
  subscriptions(): number;
}

/** Nodes that share a resume store, a result feed and a stream, with analysis and bus in the test's hands. */
export function createBench(): Bench {
  const clock = createVirtualClock();
  const resume = createMemoryResumeStore();
  const subscribers = new Set<(result: ResultRecord) => void>();
  const stored: ResultRecord[] = [];
  let lastId = 0;
  const nextId = (kind: string) => `${kind}-${++lastId}`;

  const bench: Bench = {
    clock,
    resume,
    analyses: [],
    publishes: [],
    stream: new Map(),
    frames: [],
    events: [],
    logged: [],
    host: (node, change = {}) => createSessionHost(depsOf({ ...TEST_SETTINGS, ...change, node })),
    connect(host, { anonymous = false, token } = {}) {
      const client: Omit<BenchClient, 'handler'> & { handler?: ConnectionHandler } = {
        received: [],
        closed: null,
        outcome: 'sent',
        buffered: 0,
        dark: false,
        send: (message) => client.handler?.onMessage(codec.encode(message)),
      };
      const connection: Connection = {
        send(bytes) {
          if (client.closed !== null) throw new Error('send after close');
          if (!client.dark) client.received.push(parseServerMessage(codec, bytes));
          return client.outcome;
        },
        close(code, reason) {
          if (client.closed !== null) throw new Error('closed twice');
          client.closed = { code, reason };
          queueMicrotask(() => client.handler?.onClose());
        },
        bufferedBytes: () => client.buffered,
      };
      client.handler = host.accept(connection, {
        remoteAddress: '127.0.0.1',
        anonymous,
        ...(token === undefined ? {} : { token }),
      });
      return client as BenchClient;
    },
    deliver(result) {
      stored.push(result);
      for (const handler of [...subscribers]) handler(result);
    },
    subscriptions: () => subscribers.size,
  };

  const analyser: FrameAnalyser = {
    concurrency: 2,
    threads: 1,
    analyse: (job) =>
      new Promise<FrameResult>((resolve, reject) => {
        const remove = () => bench.analyses.splice(bench.analyses.indexOf(analysis), 1);
        const analysis: PendingAnalysis = {
          mark: job.data[0] ?? 0,
          finish(look, quality) {
            remove();
            resolve(resultOf(look, quality));
          },
          fail(error) {
            remove();
            reject(error);
          },
        };
        bench.analyses.push(analysis);
      }),
    close: async () => {},
  };

  const publisher: CapturePublisher = {
    publish: (record) =>
      new Promise<PublishAck>((resolve, reject) => {
        const remove = () => bench.publishes.splice(bench.publishes.indexOf(publish), 1);
        const store = () => {
          const { captureId } = record;
          if (!bench.stream.has(captureId)) bench.stream.set(captureId, bench.stream.size + 1);
          return { stream: 'CAPTURES', streamSeq: bench.stream.get(captureId)! };
        };
        const fail = (retryable: boolean) => {
          remove();
          reject(new FramegateError('bus-unavailable', 'no acknowledgement', { retryable }));
        };
        const publish: PendingPublish = {
          record,
          ack() {
            remove();
            resolve(store());
          },
          lose() {
            store();
            fail(true);
          },
          fail,
        };
        bench.publishes.push(publish);
      }),
  };

  function depsOf(settings: SessionSettings): SessionHostDeps {
    const log = (_fields: unknown, message: string) => bench.logged.push(message);
    return {
      settings,
      analyser,
      publisher,
      resume,
      clock,
      authenticator: {
        async verify(token) {
          if (token === undefined) throw new FramegateError('token-missing', 'a token is required');
          if (token === 'expired') throw new FramegateError('token-expired', 'too old');
          return { subject: token, expiresAtMs: null };
        },
      },
      results: {
        async subscribe(sessionId, handler) {
          const own = (result: ResultRecord) => {
            if (result.sessionId === sessionId) handler(result);
          };
          subscribers.add(own);
          return () => subscribers.delete(own);
        },
        replay: async (sessionId, captureIds) =>
          stored.filter((result) => result.sessionId === sessionId && captureIds.includes(result.captureId)),
      },
      frameLog: { record: (record) => bench.frames.push(record) },
      eventLog: { record: (record) => bench.events.push(record) },
      ids: {
        sessionId: () => nextId('session'),
        captureId: () => nextId('capture'),
        eventId: () => nextId('event'),
        resumeToken: () => nextId('token'),
      },
      logger: { info: log, warn: log, error: log },
      sha256: async () => 'ab'.repeat(32),
    };
  }

  return bench;
}

export function frameMessage(seq: number, capturedAtMs = seq): ClientMessage {
  const data = new Uint8Array(20).fill(seq % 256);
  return { type: 'frame', seq, capturedAtMs, width: 100, height: 80, format: 'jpeg', data };
}

export function stillMessage(captureId: string): ClientMessage {
  const data = new Uint8Array(40).fill(255);
  return { type: 'still', captureId, seq: 1, width: 1000, height: 800, format: 'jpeg', data };
}

export { settled };
