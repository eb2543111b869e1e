/** What a live session needs of the rest of the system. Implementations live elsewhere; only cli/ joins them. */
import type { ProfileName } from '../protocol/checks.ts';
import type { CaptureRecord, EventRecord, FrameRecord, ResultRecord } from '../protocol/records.ts';

/** One client's socket, as the gateway wraps it. */
export interface Connection {
  /** `buffered`: taken, but the client reads slowly; `dropped`: not taken, the connection is lost or over its limit. */
  send(bytes: Uint8Array): 'sent' | 'buffered' | 'dropped';
  /** Sends what is buffered and then the close frame. May be called once; a later call is ignored. */
  close(code: number, reason: string): void;
  /** Bytes taken by `send` that have not left yet. */
  bufferedBytes(): number;
}

/** What the gateway calls for one connection, in the order in which things happen on the socket. None throws. */
export interface ConnectionHandler {
  /**
   * One whole binary message. The host keeps `bytes` (frames are views of it), so the gateway hands over a copy
   * of the socket's buffer and does not touch it again.
   */
  onMessage(bytes: Uint8Array): void;
  /** A text message came; its content does not matter. */
  onText(): void;
  /** The socket has room again after `send` gave `buffered`. */
  onDrain(): void;
  /** The connection is gone, whoever closed it. Nothing may be called afterwards. */
  onClose(): void;
  /** A heartbeat came back. */
  onRoundTrip(roundTripMs: number): void;
}

/** What the gateway knows of a connection before its first message. */
export interface ConnectionContext {
  readonly remoteAddress: string;
  /** Whether a session without any token is allowed here (a loopback bind). */
  readonly anonymous: boolean;
  /** A token that came with the upgrade request; one in `hello` goes before it. */
  readonly token?: string;
}

/** Who a token speaks for. */
export interface Identity {
  /** null for an anonymous session. */
  readonly subject: string | null;
  /** When the token ends and the session with it; null where nothing ends it. */
  readonly expiresAtMs: number | null;
}

export interface Authenticator {
  /** Rejects with token-missing (undefined), token-invalid, token-expired or token-out-of-scope. */
  verify(token: string | undefined, profile: ProfileName): Promise<Identity>;
}

export interface CapturePublisher {
  /**
   * Resolves when JetStream has acknowledged. The message id is `record.captureId`, so a repeat is one message.
   * Rejects with FramegateError, `retryable` where another try may succeed.
   */
  publish(record: CaptureRecord, data: Uint8Array): Promise<PublishAck>;
}

export interface PublishAck {
  readonly stream: string;
  readonly streamSeq: number;
}

export interface ResultFeed {
  /** Calls `handler` for every result of the session from now on. Resolves once results are sure to arrive. */
  subscribe(sessionId: string, handler: (result: ResultRecord) => void): Promise<() => void>;
  /** The results that are there already for these captures; an empty list of captures gives none. */
  replay(sessionId: string, captureIds: readonly string[]): Promise<readonly ResultRecord[]>;
}

/** A session as another node would go on with it. */
export interface ResumeEntry {
  readonly sessionId: string;
  /** SHA-256 of the resume token, hex; the token itself is stored nowhere. */
  readonly tokenHash: string;
  readonly subject: string | null;
  /** The node that holds the session now. */
  readonly node: string;
  /** JSON. Checked by whoever loads it. */
  readonly state: unknown;
}

export interface ResumeClaim {
  readonly sessionId: string;
  readonly tokenHash: string;
  readonly subject: string | null;
  readonly node: string;
}

/**
 * Where sessions wait for their client to come back, on any node. `generation` is the fencing token: every
 * claim raises it, and a save with an older one changes nothing.
 */
export interface ResumeStore {
  /** Generation 1 creates. Rejects with state-unavailable. */
  save(entry: ResumeEntry, generation: number, ttlMs: number): Promise<'saved' | 'superseded'>;
  /**
   * In one atomic step: compares tokenHash and subject, raises the generation, sets the node and gives the state.
   * null when the session is unknown, expired or someone else's. Rejects with state-unavailable.
   */
  claim(claim: ResumeClaim, ttlMs: number): Promise<{ generation: number; state: unknown } | null>;
  /** Forgets a session that has ended, unless it was claimed since. */
  remove(sessionId: string, generation: number): Promise<void>;
  /** Calls `handler` when a claim, by any node, has raised a session's generation. Gives the unsubscribe. */
  onSuperseded(handler: (claim: { sessionId: string; generation: number }) => void): () => void;
}

/** Takes records without waiting and without throwing; batches and retries are its own matter. */
export interface FrameLog {
  record(record: FrameRecord): void;
}

export interface EventLog {
  record(record: EventRecord): void;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  nowMs(): number;
  /** Calls `fire` once after `delayMs`; gives the cancel. */
  setTimer(delayMs: number, fire: () => void): () => void;
}

export interface Ids {
  /** Letters, digits and `-` only: it stands in NATS subjects. */
  sessionId(): string;
  captureId(): string;
  eventId(): string;
  /** At least 128 random bits. */
  resumeToken(): string;
}

/** Counters and timings, for metrics. Called on the hot path: it must be cheap and must not throw. */
export interface SessionObserver {
  frameAnswered(verdict: FrameRecord['verdict'], timing: FrameRecord['timing']): void;
  captureEnded(outcome: 'captured' | 'rejected' | 'failed'): void;
  sessionClosed(reason: string): void;
  errorSent(code: string): void;
  paceSent(maxFps: number): void;
  /** `resumed`, or the code of the error. */
  resumeEnded(outcome: string): void;
}

export interface SessionLogger {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}
