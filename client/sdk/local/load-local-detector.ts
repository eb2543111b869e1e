import { FramegateError } from '../../../src/protocol/framegate-error.ts';
import type { LocalDetector, LocalDetectorOptions } from './local-detector.ts';

/**
 * Loads a detector for this device: its code, its models (kept for the next time) and a worker for both.
 * Rejects with FramegateError detector-unavailable, whatever fails.
 */
export async function loadLocalDetector(options: LocalDetectorOptions): Promise<LocalDetector> {
  const { startDetector } = await import('./start-detector.ts').catch((cause: unknown) => {
    throw new FramegateError('detector-unavailable', 'the code of the detector could not be loaded', {
      retryable: true,
      cause,
    });
  });
  return startDetector(options);
}
