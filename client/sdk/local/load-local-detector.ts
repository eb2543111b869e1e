import { FramegateError } from '../../../src/protocol/framegate-error.ts';
import { profileSubject } from '../profile-subject.ts';
import type { LocalDetector, LocalDetectorOptions } from './local-detector.ts';

/**
 * Loads a detector for this device: its code, its models (kept for the next time) and a worker for both.
 * Rejects with FramegateError detector-unavailable, whatever fails, and for `reference-card`: cards are found by nodes only.
 */
export async function loadLocalDetector(options: LocalDetectorOptions): Promise<LocalDetector> {
  const { profile = 'face-skin' } = options;
  const subject = profileSubject(profile);
  if (subject === 'card') {
    throw new FramegateError(
      'detector-unavailable',
      `${profile} needs a node: no detector on a device finds cards`,
    );
  }
  const { startDetector } = await import('./start-detector.ts').catch((cause: unknown) => {
    throw new FramegateError('detector-unavailable', 'the code of the detector could not be loaded', {
      retryable: true,
      cause,
    });
  });
  return startDetector(subject, options);
}
