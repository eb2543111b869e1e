import { PROFILE_SUBJECTS, type ProfileName } from '../../protocol/checks.ts';
import {
  DEFAULT_SESSION_LIMITS,
  HELLO_LIMITS,
  MAX_BAD_MESSAGES,
  RESUME_WINDOW_MS,
  type SessionLimits,
} from '../../protocol/limits.ts';
import type { ModelIdentity } from '../../protocol/records.ts';
import type { FrameSubject } from '../../vision/types.ts';
import type { Coach } from './coach-port.ts';

/** All that a session is told from outside and that does not change while the node runs. */
export interface SessionSettings {
  readonly node: string;
  /** What each subject is found with. */
  readonly models: Readonly<Record<FrameSubject, readonly ModelIdentity[]>>;
  readonly limits: SessionLimits;
  readonly coach: Coach;
  readonly timing: SessionTiming;
  /** Connections at once, those before `hello` included. */
  readonly maxConnections: number;
  /** Sessions on this node whose tokens name the same subject. */
  readonly maxSessionsPerSubject: number;
  readonly maxBadMessages: number;
  /** The longer side that a capture request asks for at most. */
  readonly maxStillEdgePx: number;
  /** Unread bytes at which a connection that does not read is closed. */
  readonly maxBufferedBytes: number;
}

/** The models that a session's frames are looked at with. */
export function sessionModels({ models }: SessionSettings, profile: ProfileName): ModelIdentity[] {
  return [...models[PROFILE_SUBJECTS[profile]]];
}

export interface SessionTiming {
  readonly helloTimeoutMs: number;
  /** For the still to arrive after `capture-request`. */
  readonly stillDeadlineMs: number;
  /** After a capture, before the next dwell may lead to one. */
  readonly captureCooldownMs: number;
  /** Wait before each further try to publish; as many tries as entries, plus the first. */
  readonly publishBackoffMs: readonly number[];
  /** Unread output may stand this long. */
  readonly slowClientMs: number;
  /** Least time between two saves that nothing important caused. */
  readonly saveIntervalMs: number;
  readonly resumeWindowMs: number;
  /** How long a leaving session waits for its work in hand. */
  readonly drainTimeoutMs: number;
}

export const DEFAULT_SESSION_TIMING: SessionTiming = {
  helloTimeoutMs: HELLO_LIMITS.timeoutMs,
  stillDeadlineMs: 5000,
  captureCooldownMs: 3000,
  publishBackoffMs: [200, 500, 1000, 2000, 4000],
  slowClientMs: 10_000,
  saveIntervalMs: 1000,
  resumeWindowMs: RESUME_WINDOW_MS,
  drainTimeoutMs: 8000,
};

export const DEFAULT_SESSION_SETTINGS = {
  limits: DEFAULT_SESSION_LIMITS,
  timing: DEFAULT_SESSION_TIMING,
  maxConnections: 1000,
  maxSessionsPerSubject: 64,
  maxBadMessages: MAX_BAD_MESSAGES,
  maxStillEdgePx: 4096,
  maxBufferedBytes: 1024 * 1024,
} as const satisfies Partial<SessionSettings>;
