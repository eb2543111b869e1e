import { toFramegateError } from '../../../src/protocol/framegate-error.ts';
import type { CameraPicture } from '../camera/camera.ts';
import type { PresenceCheck } from '../pump/presence-check.ts';
import type { LocalDetector } from './local-detector.ts';

/** What the pre-check looks at: enough to see a face across a room, and more than enough for a body. */
const LOOK_EDGE_PX = 256;

/**
 * Asks a detector whether somebody is in view, for a session that would send the picture. It cannot say while it is busy
 * with the picture before, and once it has failed.
 */
export function presenceCheck(detector: LocalDetector): PresenceCheck<CameraPicture> {
  let busy = false;
  let failed = false;

  async function isSomebodyThere(picture: CameraPicture): Promise<boolean> {
    try {
      const { faceCount, bodyCount = 0 } = await detector.look(await picture.bitmap(LOOK_EDGE_PX));
      return faceCount + bodyCount > 0;
    } catch (thrown) {
      // A picture that cannot be read says nothing of the next one; a detector does not come back.
      failed = toFramegateError(thrown).code === 'detector-unavailable';
      throw thrown;
    } finally {
      busy = false;
    }
  }

  return {
    subject: detector.subject,
    look(picture) {
      if (busy || failed) return null;
      busy = true;
      return isSomebodyThere(picture);
    },
  };
}
