import type { FrameAnalysis } from '../../src/vision/types.ts';
import type { PlainAnalysis } from './pages/local-detector.ts';

/** An analysis as the detector gave it, out of the JSON that leaves a page. */
export function revivedAnalysis({ face, body, ...rest }: PlainAnalysis): FrameAnalysis {
  return {
    ...rest,
    face: face && { ...face, landmarks: Float32Array.from(face.landmarks) },
    ...(body !== undefined && {
      body: body && {
        ...body,
        landmarks: Float32Array.from(body.landmarks),
        worldLandmarks: Float32Array.from(body.worldLandmarks),
        visibility: Float32Array.from(body.visibility),
        presence: Float32Array.from(body.presence),
      },
    }),
  };
}
