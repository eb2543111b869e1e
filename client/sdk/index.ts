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
export type {
  AskedCapture,
  GuidedSession,
  GuidedSessionEvents,
  SessionSettings,
  SessionState,
  TakenCapture,
} from './guided-session.ts';
export type {
  LocalDetector,
  LocalDetectorName,
  LocalDetectorOptions,
  LocalLook,
} from './local/local-detector.ts';
export type { EncodedFrame, EncodedPicture, Picture, StillLimits } from './picture.ts';
