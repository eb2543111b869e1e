import type { ProfileName } from '../../protocol/checks.ts';
import type { CloseReason } from '../../protocol/close-codes.ts';
import type { ServerMessage } from '../../protocol/messages.ts';
import type { EventRecord, FrameRecord } from '../../protocol/records.ts';
import type { FrameSubject, FrameTrack, ImageFormat } from '../../vision/types.ts';
import type { ResumeState } from './resume-state.ts';
import type { CaptureDraft } from './state.ts';

export type TimerName = 'hello' | 'token' | 'still' | 'publish' | 'slow' | 'leave';

export interface AnalysisOrder {
  readonly data: Uint8Array;
  readonly declared: { readonly format: ImageFormat; readonly width: number; readonly height: number };
  readonly track: FrameTrack | null;
  readonly subject: FrameSubject;
}

/** What a step asks its host to do, in this order. */
export type Effect =
  | { readonly type: 'send'; readonly message: ServerMessage }
  | { readonly type: 'close'; readonly reason: CloseReason }
  | { readonly type: 'authenticate'; readonly token: string | undefined; readonly profile: ProfileName }
  | {
      readonly type: 'claim';
      readonly sessionId: string;
      readonly resumeToken: string;
      readonly subject: string | null;
    }
  /** The session is live under this id: it can be paced, counted and superseded. */
  | {
      readonly type: 'opened';
      readonly sessionId: string;
      readonly generation: number;
      readonly resumeToken: string;
      readonly subject: string | null;
    }
  /** A frame waits for a slot. */
  | { readonly type: 'offer-frame' }
  | {
      readonly type: 'analyse-frame';
      readonly seq: number;
      readonly waitedMs: number;
      readonly job: AnalysisOrder;
    }
  | { readonly type: 'analyse-still'; readonly captureId: string; readonly job: AnalysisOrder }
  | { readonly type: 'publish'; readonly draft: CaptureDraft; readonly data: Uint8Array }
  /** From now on, and those of `captureIds` that are there already. */
  | { readonly type: 'subscribe-results'; readonly captureIds: readonly string[] }
  | { readonly type: 'unsubscribe-results' }
  /** `final` ones are answered by save-ended. */
  | { readonly type: 'save'; readonly state: ResumeState; readonly final: boolean }
  | { readonly type: 'forget' }
  | { readonly type: 'set-timer'; readonly name: TimerName; readonly delayMs: number }
  | { readonly type: 'clear-timer'; readonly name: TimerName }
  | { readonly type: 'record-frame'; readonly record: FrameRecord }
  | { readonly type: 'record-event'; readonly event: AuditEvent }
  | { readonly type: 'count-capture'; readonly outcome: 'captured' | 'rejected' | 'failed' }
  /** Nothing follows; the host forgets the session. */
  | { readonly type: 'end'; readonly reason: EndReason };

export type EndReason = CloseReason | 'connection-lost';

export type AuditEvent = Pick<EventRecord, 'entity' | 'entityId' | 'event' | 'details'>;
