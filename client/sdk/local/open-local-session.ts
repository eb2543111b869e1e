import { FramegateError } from '../../../src/protocol/framegate-error.ts';
import type { CameraPicture } from '../camera/camera.ts';
import type { GuidedSession } from '../guided-session.ts';
import { profileSubject } from '../profile-subject.ts';
import type { LocalSessionRequest } from './local-session-request.ts';

/**
 * Guidance on this device alone: the same verdicts, hints and captures as at the edge, and nothing leaves the device. A
 * capture has no receipt; what is known of it follows as a `result` of the kind `live-check`.
 * Rejects with FramegateError detector-unavailable where its code cannot be loaded, or where the detector was loaded for
 * something else than the profile guides.
 */
export async function openLocalSession(request: LocalSessionRequest): Promise<GuidedSession<CameraPicture>> {
  const { profile, detector } = request;
  const subject = profileSubject(profile);
  if (subject !== detector.subject) {
    const message = `${profile} guides a ${subject}, the detector was loaded for a ${detector.subject}`;
    throw new FramegateError('detector-unavailable', message);
  }
  const { startLocalSession } = await import('./start-local-session.ts').catch((cause: unknown) => {
    throw new FramegateError('detector-unavailable', 'the code of the guidance could not be loaded', {
      retryable: true,
      cause,
    });
  });
  return startLocalSession(request);
}
