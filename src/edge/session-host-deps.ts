import type { FrameAnalyser } from '../vision/types.ts';
import type {
  Authenticator,
  CapturePublisher,
  Clock,
  EventLog,
  FrameLog,
  Ids,
  ResultFeed,
  ResumeStore,
  SessionLogger,
  SessionObserver,
} from './ports.ts';
import type { SessionSettings } from './session/settings.ts';

export interface SessionHostDeps {
  readonly settings: SessionSettings;
  readonly analyser: FrameAnalyser;
  readonly authenticator: Authenticator;
  readonly publisher: CapturePublisher;
  readonly results: ResultFeed;
  readonly resume: ResumeStore;
  readonly frameLog: FrameLog;
  readonly eventLog: EventLog;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: SessionLogger;
  readonly observer?: SessionObserver;
  /** Hex. Off this thread by default: hashing ten megabytes would hold up every socket. */
  readonly sha256?: (data: Uint8Array) => Promise<string>;
}
