import { validateFace } from '../../guidance/face-validation.ts';
import type { ValidateFaceDeps } from '../../http/routes/validate-face.ts';
import { FramegateError } from '../../protocol/framegate-error.ts';
import { roundTo } from '../../protocol/round-to.ts';
import type { FrameAnalyser } from '../../vision/types.ts';

/** The picture is looked at within a square of this side. */
const MAX_EDGE_PX = 512;
const MESH_DECIMALS = 5;

/**
 * Validation on an inference pool that may serve live sessions too: at most `maxAtOnce` pictures are in it, the next
 * callers are told to come again, so that sessions keep their share.
 */
export function openFaceValidator(analyser: FrameAnalyser, maxAtOnce: number): ValidateFaceDeps['validate'] {
  let inWork = 0;
  return async (data, thresholds) => {
    if (inWork >= maxAtOnce) {
      throw new FramegateError('server-busy', 'too many pictures are being validated here', {
        retryable: true,
        retryAfterMs: 1000,
      });
    }
    inWork += 1;
    try {
      const { analysis } = await analyser.analyse({ data, track: null, maxEdgePx: MAX_EDGE_PX });
      const { face, width, height } = analysis;
      return {
        ...validateFace(analysis, thresholds),
        landmarks: face === null ? null : relativePoints(face.landmarks, width, height),
      };
    } finally {
      inWork -= 1;
    }
  };
}

function relativePoints(landmarks: Float32Array, width: number, height: number): [number, number][] {
  return Array.from({ length: landmarks.length / 3 }, (_, index) => [
    roundTo(landmarks[index * 3]! / width, MESH_DECIMALS),
    roundTo(landmarks[index * 3 + 1]! / height, MESH_DECIMALS),
  ]);
}
