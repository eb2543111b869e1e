import type { ErrorCode } from '../../protocol/error-codes.ts';
import type { ClientMessage, Pace } from '../../protocol/messages.ts';
import type { ResultRecord } from '../../protocol/records.ts';
import type { FrameResult } from '../../vision/types.ts';
import type { PublishAck } from '../ports.ts';
import type { TimerName } from './effects.ts';
import type { SessionSettings } from './settings.ts';

/** Why something failed, in the project's codes. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
}

export type SessionEvent =
  | { readonly type: 'message'; readonly message: ClientMessage; readonly messageBytes: number }
  /** Something that is no message of this protocol. */
  | { readonly type: 'bad-message'; readonly failure: Failure; readonly messageBytes: number }
  | {
      readonly type: 'authenticated';
      readonly subject: string | null;
      /** When the token ends; null where there is none. */
      readonly expiresAtMs: number | null;
      readonly sessionId: string;
      readonly resumeToken: string;
    }
  | { readonly type: 'auth-failed'; readonly failure: Failure }
  /** `state` is what the store gave, unchecked. */
  | { readonly type: 'claimed'; readonly generation: number; readonly state: unknown }
  | { readonly type: 'claim-failed'; readonly failure: Failure }
  /** An analysis slot is free: start the newest frame now, if there is one. */
  | { readonly type: 'slot-granted' }
  | { readonly type: 'frame-analysed'; readonly seq: number; readonly result: FrameResult }
  | { readonly type: 'frame-failed'; readonly seq: number; readonly failure: Failure }
  | { readonly type: 'still-analysed'; readonly captureId: string; readonly result: FrameResult }
  | { readonly type: 'still-failed'; readonly captureId: string; readonly failure: Failure }
  | { readonly type: 'publish-acked'; readonly captureId: string; readonly ack: PublishAck }
  | { readonly type: 'publish-failed'; readonly captureId: string; readonly failure: Failure }
  | { readonly type: 'result'; readonly record: ResultRecord }
  /** A `final` save, whether it succeeded or not. */
  | { readonly type: 'save-ended' }
  /** Another connection has the session; `flush` when the newer one is on this node and waits for the state. */
  | { readonly type: 'superseded'; readonly flush: boolean }
  | { readonly type: 'pace-changed'; readonly pace: Omit<Pace, 'type'> }
  | { readonly type: 'backpressure'; readonly bufferedBytes: number }
  | { readonly type: 'drained' }
  | { readonly type: 'send-dropped' }
  | { readonly type: 'drain' }
  | { readonly type: 'timer'; readonly name: TimerName }
  | { readonly type: 'connection-closed' };

/** What a step may read besides state and event. */
export interface Surroundings {
  readonly atMs: number;
  /** An id that nothing has used yet, for a capture that begins; made when it is asked for, because hardly any does. */
  readonly freshCaptureId: () => string;
  readonly settings: SessionSettings;
}
