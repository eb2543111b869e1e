import type { ErrorCode } from '../../src/protocol/error-codes.ts';
import type { HintCode } from '../../src/protocol/hint-codes.ts';
import type { Feedback, Rejected, Result } from '../../src/protocol/messages.ts';
import type { FailureFace } from '../locales/failure-face.ts';
import type { SessionSettings, TakenCapture } from '../sdk/guided-session.ts';
import type { MissingResults } from './awaited-results.ts';
import type { ScreenName } from './view-state.ts';

/** What an app hears of <framegate-camera>. All of them bubble and are composed. */
export interface FramegateCameraEvents {
  'framegate-state': CustomEvent<{ readonly state: ScreenName; readonly reconnecting: boolean }>;
  /** When what the person is told changes; `code` is null and `text` empty when there is nothing to mend. */
  'framegate-hint': CustomEvent<{
    readonly code: HintCode | null;
    readonly text: string;
    readonly params: Readonly<Record<string, number | string>>;
  }>;
  'framegate-feedback': CustomEvent<{ readonly feedback: Feedback; readonly roundTripMs: number | null }>;
  'framegate-captured': CustomEvent<{
    readonly captureId: string;
    readonly picture: Blob | null;
    readonly receipt: TakenCapture['receipt'];
    /** A framegate-result each, in any order; null where the node does not say what is to come. */
    readonly resultKinds: readonly string[] | null;
  }>;
  'framegate-rejected': CustomEvent<Rejected>;
  'framegate-result': CustomEvent<{
    readonly result: Result;
    readonly settings: SessionSettings | null;
    readonly picture: Blob | null;
  }>;
  /** Of the kinds that were announced these will not come. */
  'framegate-results-missing': CustomEvent<MissingResults>;
  /** Fatal ones, after which the state is `failed`, and those of one frame, capture or helper. */
  'framegate-error': CustomEvent<{
    readonly code: ErrorCode;
    readonly face: FailureFace;
    readonly message: string;
    readonly retryable: boolean;
  }>;
}
