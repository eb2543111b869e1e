import type { Thresholds } from '../../../src/protocol/checks.ts';
import type { LocalDetector } from './local-detector.ts';

export interface LocalSessionRequest {
  /** Loaded for a profile of the same kind. Stays the caller's: one detector may serve one session after the other. */
  readonly detector: LocalDetector;
  /** `face-skin`, or with a level: `face-skin:strict`. */
  readonly profile: string;
  readonly thresholds?: Thresholds;
  /** How long the verdict has to hold before a capture, instead of the profile's own time. */
  readonly dwellMs?: number;
  /** Milliseconds; only differences count. */
  readonly now?: () => number;
}
