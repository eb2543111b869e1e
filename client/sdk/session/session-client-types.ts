import type { FramegateError } from '../../../src/protocol/framegate-error.ts';
import type {
  Captured,
  CaptureRequest,
  ErrorMessage,
  Feedback,
  Pace,
  Rejected,
  Result,
  ServerMessage,
  Still,
  Welcome,
} from '../../../src/protocol/messages.ts';
import type { CloseInfo } from './session-error.ts';

export type ClientState = 'connecting' | 'live' | 'reconnecting' | 'closed';

export interface SessionClientEvents {
  /** `error` says why it is not live; the same state comes again when the reason changes. */
  state: (state: ClientState, close: CloseInfo | null, error: FramegateError | null) => void;
  /** `roundTripMs` is that of the hello. */
  welcome: (message: Welcome, roundTripMs: number) => void;
  feedback: (message: Feedback, roundTripMs: number | null) => void;
  captureRequest: (message: CaptureRequest) => void;
  captured: (message: Captured) => void;
  rejected: (message: Rejected) => void;
  result: (message: Result) => void;
  pace: (message: Pace) => void;
  error: (message: ErrorMessage) => void;
  /** Every message received, in order, before its own event. */
  message: (message: ServerMessage) => void;
}

export interface OutgoingFrame {
  /** Milliseconds since the epoch. */
  readonly capturedAtMs: number;
  readonly width: number;
  readonly height: number;
  readonly format: 'jpeg' | 'webp';
  readonly data: Uint8Array;
}

export interface SessionClient {
  readonly state: ClientState;
  readonly welcome: Welcome | null;
  on<Name extends keyof SessionClientEvents>(name: Name, handler: SessionClientEvents[Name]): () => void;
  /**
   * Opens the session; rejects with the node's error, or dependency-unavailable where nobody answers. Without a network
   * it waits for one, and says so by `state`.
   */
  connect(): Promise<Welcome>;
  /** Whether a frame would be sent now: connected, and within credit and pace. Ask before encoding. */
  wantsFrame(): boolean;
  /** Sends a frame and returns its seq, or null where there is no credit: the frame is dropped, never queued. */
  sendFrame(frame: OutgoingFrame): number | null;
  /** Whether it was sent: false without a connection. */
  sendStill(still: Omit<Still, 'type'>): boolean;
  /** Asks for a capture now, next to the last frame sent. */
  capture(): void;
  readonly inFlight: number;
  /** Bytes that have not left this device. */
  readonly bufferedAmount: number;
  /** Says bye and ends; no event follows. */
  close(reason?: string): void;
}
