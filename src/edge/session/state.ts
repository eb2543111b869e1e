import type { Profile } from '../../guidance/types.ts';
import type { Check, Thresholds } from '../../protocol/checks.ts';
import type { Hello } from '../../protocol/messages.ts';
import type { CaptureRecord, Consent, FaceSummary } from '../../protocol/records.ts';
import type { FrameTrack, ImageFormat } from '../../vision/types.ts';
import type { CoachMemory } from './coach-port.ts';

/**
 * One connection's session. Timers of each phase:
 * awaiting-hello, authenticating, claiming: `hello`. live: `still` (capture requested), `publish` (between tries),
 * `slow` (unread output), `leave` (draining). detached: `publish`. closed: none.
 */
export type SessionState = AwaitingHello | Authenticating | Claiming | Live | Detached | Closed;

export interface AwaitingHello {
  readonly phase: 'awaiting-hello';
}

/** A hello that is well-formed and asks for a profile that exists. */
export interface Request {
  readonly hello: Omit<Hello, 'token' | 'collect'>;
  readonly profile: Profile;
  readonly collect: SessionFacts['collect'];
}

export interface Authenticating {
  readonly phase: 'authenticating';
  readonly request: Request;
}

export interface Claiming {
  readonly phase: 'claiming';
  readonly request: Request;
  readonly subject: string | null;
}

export interface Live {
  readonly phase: 'live';
  readonly facts: SessionFacts;
  readonly frames: Frames;
  readonly coachMemory: CoachMemory;
  readonly capture: Capture;
  readonly captured: Acknowledged | null;
  /** The last capture that came to nothing: a still that was on its way for it is no offence. */
  readonly endedCaptureId: string | null;
  readonly results: Results;
  readonly counts: Counts;
  readonly badMessages: number;
  /** Output stands unread. */
  readonly congested: boolean;
  readonly savedAtMs: number;
  /** Why no new work is taken; `saving` once the work in hand is finished. */
  readonly leaving: null | 'finishing' | 'saving';
}

/** The connection is gone, but a capture that has passed is still being handed over. */
export interface Detached {
  readonly phase: 'detached';
  readonly live: Live;
  readonly publishing: Publishing | PublishPaused;
  /** Whether the outcome is saved for a resume: not after `bye`, nor when someone else has the session. */
  readonly resumable: boolean;
}

export interface Closed {
  readonly phase: 'closed';
}

export interface SessionFacts {
  readonly sessionId: string;
  readonly resumeToken: string;
  readonly generation: number;
  readonly subject: string | null;
  readonly profile: Profile;
  /** As in `hello`; kept because a resume has to name the same. */
  readonly selector: string;
  readonly overrides: Thresholds | undefined;
  readonly consent: Consent;
  readonly locale: string;
  readonly client: Hello['client'];
  /** The body capture whose views this session takes; undefined for a session of its own. */
  readonly collect: CaptureRecord['collect'];
  readonly startedAtMs: number;
}

export interface FrameMeta {
  readonly seq: number;
  /** The client's clock. */
  readonly capturedAtMs: number;
  /** The node's clock. */
  readonly receivedAtMs: number;
  readonly width: number;
  readonly height: number;
  readonly format: 'jpeg' | 'webp';
  readonly frameBytes: number;
}

export interface HeldFrame extends FrameMeta {
  readonly data: Uint8Array;
}

export interface FrameInWork extends HeldFrame {
  readonly startedAtMs: number;
}

export interface Frames {
  /** The highest accepted. */
  readonly lastSeq: number;
  /** When the next frame would come at the highest rate; how far it lies ahead is the burst that was used. */
  readonly nextDueAtMs: number;
  readonly inWork: FrameInWork | null;
  readonly waiting: HeldFrame | null;
  /** Overtaken while an earlier frame is in work; answered as soon as that one is. */
  readonly overtaken: readonly FrameMeta[];
  readonly track: FrameTrack | null;
  /** How much of the dwell the last judged frame had, and whether it would do for a manual capture. */
  readonly lastDwell: number;
  readonly lastAllowsManual: boolean;
}

/** The frame that would be the capture if no still came: the dwell's best, else the last that a manual capture could use. */
export interface KeptFrame {
  readonly frame: HeldFrame;
  readonly checks: readonly Check[];
  readonly quality: number;
  readonly face: FaceSummary | null;
}

export type Capture = Ready | Requested | Validating | Publishing | PublishPaused;

export interface Ready {
  readonly phase: 'ready';
  /** Before this, a completed dwell leads to nothing. */
  readonly armedAtMs: number;
  readonly kept: KeptFrame | null;
}

export interface CaptureOrder {
  readonly captureId: string;
  readonly trigger: 'auto' | 'manual';
  /** The dwell's best frame, or the one shown when the button was pressed. */
  readonly seq: number;
  readonly capturedAtMs: number;
}

export interface Requested {
  readonly phase: 'requested';
  readonly order: CaptureOrder;
  readonly deadlineAtMs: number;
  readonly fallback: KeptFrame | null;
}

export interface HeldStill {
  readonly width: number;
  readonly height: number;
  readonly format: ImageFormat;
  readonly data: Uint8Array;
}

export interface Validating {
  readonly phase: 'validating';
  readonly order: CaptureOrder;
  readonly deadlineAtMs: number;
  readonly fallback: KeptFrame | null;
  readonly still: HeldStill;
}

/** The hash is added where the record is published: hashing ten megabytes is no work for this thread. */
export type CaptureDraft = Omit<CaptureRecord, 'imageSha256'>;

export interface Publishing {
  readonly phase: 'publishing';
  readonly order: CaptureOrder;
  readonly draft: CaptureDraft;
  readonly data: Uint8Array;
  /** 1 for the first try. */
  readonly attempt: number;
}

export interface PublishPaused extends Omit<Publishing, 'phase'> {
  readonly phase: 'publish-paused';
}

export interface Acknowledged {
  readonly captureId: string;
  readonly stream: string;
  readonly streamSeq: number;
}

export interface Results {
  /** Captures whose results may come, newest last. */
  readonly captureIds: readonly string[];
  /** Delivered, each `captureId/kind`, newest last. */
  readonly delivered: readonly string[];
}

export interface Counts {
  /** Accepted frames and acknowledged captures, over all of the session's connections. */
  readonly frames: number;
  readonly captures: number;
}
