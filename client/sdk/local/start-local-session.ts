import type { CameraPicture } from '../camera/camera.ts';
import type { GuidedSession } from '../guided-session.ts';
import type { EncodedPicture } from '../picture.ts';
import { createLocalSession } from './local-session.ts';
import type { LocalSessionRequest } from './local-session-request.ts';

/** The longer side of what is looked at: as frames are sent to a node on a good link. */
const FRAME_EDGE_PX = 512;
/** As a node decodes stills. */
const STILL_EDGE_PX = 1920;

export function startLocalSession(request: LocalSessionRequest): GuidedSession<CameraPicture> {
  const { detector, now = () => performance.timeOrigin + performance.now(), ...choices } = request;
  return createLocalSession<CameraPicture>(
    {
      models: detector.models,
      analyse: async (picture) => detector.analyse(await picture.bitmap(FRAME_EDGE_PX)),
      async analyseStill(still) {
        const bitmap = await decodeStill(still);
        detector.forget();
        // Neither does the next frame go on where the still was.
        return detector.analyse(bitmap).finally(() => detector.forget());
      },
      now,
      newId: () => crypto.randomUUID(),
      setTimer(delayMs, handler) {
        const timer = setTimeout(handler, delayMs);
        return () => clearTimeout(timer);
      },
    },
    choices,
  );
}

/** What was encoded is judged, rather than the picture that it was made of. */
function decodeStill({ data, width, height, format }: EncodedPicture): Promise<ImageBitmap> {
  const scale = Math.min(1, STILL_EDGE_PX / Math.max(width, height));
  return createImageBitmap(new Blob([data as Uint8Array<ArrayBuffer>], { type: `image/${format}` }), {
    resizeWidth: Math.round(width * scale),
    resizeHeight: Math.round(height * scale),
    resizeQuality: 'high',
  });
}
