/** The protocol's fixed bounds, and the defaults of those that a node may set and tells in `welcome`. */
export const SUBPROTOCOL = 'framegate.v1';
export const STREAM_PATH = '/v1/stream';

export interface StructureLimits {
  /** Maps and arrays inside each other. */
  readonly maxDepth: number;
  /** Values in one message, map keys included. */
  readonly maxValues: number;
  /** UTF-8 bytes of one string. */
  readonly maxStringBytes: number;
}

/** Bounds of what a client may send, before its type is known. The longest string is a token. */
export const CLIENT_STRUCTURE_LIMITS: StructureLimits = { maxDepth: 6, maxValues: 512, maxStringBytes: 8192 };

/** Bounds of what a node may send: a result is the largest. */
export const SERVER_STRUCTURE_LIMITS: StructureLimits = {
  maxDepth: 24,
  maxValues: 200_000,
  maxStringBytes: 1024 * 1024,
};

/** What may arrive before `hello` has been accepted. */
export const HELLO_LIMITS = {
  timeoutMs: 5000,
  maxBytes: 16 * 1024,
  maxMessages: 1,
} as const;

export interface SessionLimits {
  /** Frames a second that the node takes from one session at most; `pace` may ask for less. */
  readonly maxFps: number;
  readonly maxFrameBytes: number;
  readonly maxStillBytes: number;
  /** Frames that may be unanswered at once: one in work, one waiting, one that overtakes it. */
  readonly maxInFlight: number;
}

export const DEFAULT_SESSION_LIMITS: SessionLimits = {
  maxFps: 30,
  maxFrameBytes: 1024 * 1024,
  maxStillBytes: 10 * 1024 * 1024,
  maxInFlight: 3,
};

/** Width × height of a frame at most: 4K. The guidance looks at far fewer, and a node decodes many at once. */
export const MAX_FRAME_PIXELS = 4096 * 2160;

/** Bytes that the message of a frame or a still may have beyond its image. */
export const MESSAGE_OVERHEAD_BYTES = 1024;

/** How long a session can be resumed after its connection was lost. */
export const RESUME_WINDOW_MS = 120_000;

/** Bad messages on one connection before it is closed. */
export const MAX_BAD_MESSAGES = 10;
