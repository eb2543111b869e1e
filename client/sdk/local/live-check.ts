import type { Inspection } from '../../../src/guidance/inspect.ts';
import type { Judged } from '../../../src/guidance/judge.ts';
import type { Result } from '../../../src/protocol/messages.ts';
import { roundTo } from '../../../src/protocol/round-to.ts';
import { flatPoints } from '../../../src/vision/landmarks.ts';
import type { FrameAnalysis } from '../../../src/vision/types.ts';

const LIVE_CHECK_KIND = 'live-check';

/** What this device found in a capture, as a result message of the kind `live-check`. Pure. */
export function liveCheckResult(
  captureId: string,
  still: { readonly width: number; readonly height: number },
  analysis: FrameAnalysis,
  { guidance, face, body, faceCount }: Judged<Inspection>,
): Result {
  const scale = still.width / analysis.width;
  return {
    type: 'result',
    captureId,
    kind: LIVE_CHECK_KIND,
    status: 'done',
    result: {
      schema: 'framegate.live-check/1',
      image: { width: still.width, height: still.height },
      verdict: guidance.verdict,
      face:
        face === null || analysis.face === null
          ? null
          : {
              ...face,
              distanceCm: roundTo(analysis.face.pose.distanceCm, 1),
              landmarks: flatPoints(analysis.face.landmarks, scale),
            },
      faceCount,
      // As in an analysis: absent where no body was looked for.
      ...(analysis.bodyCount !== undefined && {
        body:
          body === null || !analysis.body
            ? null
            : { ...body, landmarks: flatPoints(analysis.body.landmarks, scale) },
        bodyCount: analysis.bodyCount,
      }),
      checks: guidance.checks,
    },
  };
}
