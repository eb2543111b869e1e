import type { Hint, Thresholds } from '../../src/protocol/checks.ts';
import type { FramegateError } from '../../src/protocol/framegate-error.ts';
import type { Feedback, Pace, Rejected, Result } from '../../src/protocol/messages.ts';
import type { ModelIdentity } from '../../src/protocol/records.ts';
import type { EncodedPicture, Picture } from './picture.ts';

export type SessionState = 'idle' | 'connecting' | 'live' | 'reconnecting' | 'closed';

/** What is in force, once the session is open. */
export interface SessionSettings {
  readonly sessionId: string;
  /** The edge node, or `this-device`. */
  readonly node: string;
  /** With its level: `face-skin:moderate`. */
  readonly profile: string;
  readonly thresholds: Thresholds;
  readonly models: readonly ModelIdentity[];
}

export interface AskedCapture {
  readonly captureId: string;
  readonly seq: number;
  readonly deadlineMs: number;
}

export interface TakenCapture {
  readonly captureId: string;
  /** The still that was sent; null where it was handed over by an earlier page or from a frame at the node. */
  readonly still: EncodedPicture | null;
  /** Where it was handed over; null when it stayed on this device. */
  readonly receipt: { readonly stream: string; readonly streamSeq: number } | null;
  /** The kinds of result that will come of it, in any order; absent where the node does not say. */
  readonly resultKinds?: readonly string[];
}

export interface GuidedSessionEvents {
  /**
   * `error` says why a session is not live (yet): device-offline and server-busy while it goes on trying; null where
   * nothing is wrong. The same state comes again when the reason changes.
   */
  state: (state: SessionState, error: FramegateError | null) => void;
  /**
   * Exactly one for each frame that was sent, in increasing `seq`. A frame that a lost connection took counts as
   * `skipped`, one that the node refused has the verdict `error`.
   */
  feedback: (feedback: Feedback, roundTripMs: number | null) => void;
  /** When what the person is told changes; null when there is nothing to mend. */
  hint: (hint: Hint | null) => void;
  /** When it changes; 0..1. */
  dwell: (progress: number) => void;
  captureRequest: (request: AskedCapture) => void;
  captured: (capture: TakenCapture) => void;
  rejected: (rejection: Rejected) => void;
  result: (result: Result) => void;
  pace: (pace: Pace) => void;
  /** About one frame, capture or helper; the session goes on. */
  error: (error: FramegateError) => void;
}

/**
 * Guidance by an edge node (`createRemoteSession`) or on this device alone (`createLocalSession`). Pictures go in,
 * events come out. Handlers may not throw.
 */
export interface GuidedSession<P extends Picture = Picture> {
  readonly state: SessionState;
  readonly settings: SessionSettings | null;
  on<Name extends keyof GuidedSessionEvents>(name: Name, handler: GuidedSessionEvents[Name]): () => void;
  /** Opens the session. Rejects with the FramegateError that keeps it from being opened. */
  connect(): Promise<SessionSettings>;
  /** Whether a picture would be looked at now: ask before making one. */
  wantsPicture(): boolean;
  /** Takes the picture over and closes it. A picture that comes too soon is dropped, never queued. */
  offer(picture: P): void;
  /** Asks for a capture now; the answer is `captureRequest`, or `error` with capture-refused. */
  capture(): void;
  /** While paused it wants no pictures; results still come. */
  pause(): void;
  resume(): void;
  /** Ends it; no event follows. */
  close(reason?: string): void;
}
