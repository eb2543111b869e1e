import type { Interval } from './interval.ts';
import type { PictureLibrary } from './pictures.ts';
import type { SessionPlan } from './session-plan.ts';

export interface ThreadData {
  readonly library: PictureLibrary;
  /** Of the run's clock, in milliseconds since the epoch. */
  readonly beganAtMs: number;
}

/** What a thread is told. Each order is answered once with `done` and its id. */
export type ThreadOrder =
  | { readonly type: 'open'; readonly plans: readonly SessionPlan[]; readonly perSecond: number }
  | { readonly type: 'set-fps'; readonly fps: number | null }
  /** Breaks the connections of sessions with these indices, or of all. */
  | { readonly type: 'cut'; readonly indices: readonly number[] | null }
  /** Sends the present interval at once. */
  | { readonly type: 'flush' }
  | { readonly type: 'leave' };

export type ThreadCall = ThreadOrder & { readonly id: number };

export type ThreadMessage =
  | { readonly type: 'interval'; readonly interval: Interval }
  | { readonly type: 'done'; readonly id: number };
