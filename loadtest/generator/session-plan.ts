/** What one simulated client is like. */
export interface SessionPlan {
  /** Unique within a run; also decides the camera's phase and which picture comes first. */
  readonly index: number;
  /** http:// of the node. */
  readonly url: string;
  /** Source address, where one has not enough ports for all. */
  readonly localAddress?: string;
  /** With its level: `face-skin:strict`. */
  readonly profile: string;
  /** Name of a picture set. */
  readonly pictures: string;
  /** What the camera gives. null: no camera sets the time, the next frame goes out with an answer. 0: never a frame. */
  readonly fps: number | null;
  /** Frames under way at most; null for what the node allows. */
  readonly inFlight: number | null;
  readonly link: Link | null;
  readonly capture: CaptureWish | null;
  readonly reading: Reading;
  /** Whether pace and credit are obeyed. */
  readonly obeys: boolean;
}

/** The way between client and node, up and down alike. */
export interface Link {
  readonly name: string;
  readonly kilobitsPerSecond: number;
  readonly delayMs: number;
}

export interface CaptureWish {
  readonly everyMs: number;
  /** Before the first. */
  readonly afterMs: number;
  /** By holding still, which shows the pictures that pass, or by the button. */
  readonly by: 'dwell' | 'button';
}

/** `nothing`: after `welcome` the socket is not read any more; `slowly`: for a moment each second. */
export type Reading = 'all' | 'nothing' | 'slowly';

/** A good client with a good camera and a good link; scenarios change what they are about. */
export const PLAIN_PLAN = {
  profile: 'face-skin:strict',
  // Guided all the time, and never captured: captures are a load of their own.
  pictures: 'aside',
  inFlight: null,
  link: null,
  capture: null,
  reading: 'all',
  obeys: true,
} as const satisfies Partial<SessionPlan>;
