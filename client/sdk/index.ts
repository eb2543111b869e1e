/** framegate-client: guidance for a camera in a browser, without a framework. */
export type {
  Check,
  CheckStatus,
  Hint,
  MeasureId,
  ProfileName,
  Thresholds,
} from '../../src/protocol/checks.ts';
export type { ErrorCode } from '../../src/protocol/error-codes.ts';
export { FramegateError } from '../../src/protocol/framegate-error.ts';
export type { HintCode } from '../../src/protocol/hint-codes.ts';
export type { Feedback, Pace, Rejected, Result } from '../../src/protocol/messages.ts';
export type { Camera, CameraDevice, CameraInfo, CameraPicture, CameraRequest } from './camera/camera.ts';
export { cameraFrom, openCamera } from './camera/open-camera.ts';
export type {
  AskedCapture,
  GuidedSession,
  GuidedSessionEvents,
  SessionSettings,
  SessionState,
  TakenCapture,
} from './guided-session.ts';
export { presenceCheck } from './local/detector-presence-check.ts';
export { loadLocalDetector } from './local/load-local-detector.ts';
export type {
  LocalDetector,
  LocalDetectorName,
  LocalDetectorOptions,
  LocalLook,
  LocalSubject,
} from './local/local-detector.ts';
export type { LocalSessionRequest } from './local/local-session-request.ts';
export { openLocalSession } from './local/open-local-session.ts';
export type { EncodedFrame, EncodedPicture, Picture, StillLimits } from './picture.ts';
export type { PresenceCheck } from './pump/presence-check.ts';
export {
  createRemoteSession,
  type RemoteSession,
  type RemoteSessionOptions,
  type SentTotals,
} from './pump/remote-session.ts';
export type { ClientSocket, OpenSocket } from './session/connection.ts';
export type { Network } from './session/network.ts';
export { createSessionClient } from './session/session-client.ts';
export type { SessionClientOptions } from './session/session-client-options.ts';
export type {
  ClientState,
  OutgoingFrame,
  SessionClient,
  SessionClientEvents,
} from './session/session-client-types.ts';
export type { CloseInfo } from './session/session-error.ts';
