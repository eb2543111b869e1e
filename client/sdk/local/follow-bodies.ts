import { createBodyFrameAnalysis } from '../../../src/vision/analyse-body-frame.ts';
import { createBodyFinder } from '../../../src/vision/body-finder.ts';
import { boundsOf } from '../../../src/vision/landmarks.ts';
import type { PoseModels } from '../../../src/vision/model-runner.ts';
import type { BodyTrack } from '../../../src/vision/types.ts';
import { greyPicture, type SubjectFollower } from './subject-follower.ts';

/** As at the edge, where it is on the same models. */
export function followBodies(models: PoseModels): SubjectFollower {
  const finder = createBodyFinder(models, { withMask: true });
  const stage = createBodyFrameAnalysis(finder);
  let track: BodyTrack | null = null;
  return {
    async look(picture) {
      const found = await finder.find(picture, track);
      track = found.track;
      return { faceCount: 0, bodyCount: found.bodyCount, box: found.body && boundsOf(found.body.landmarks) };
    },
    async analyse(picture) {
      const result = await stage.analyse(picture, track);
      track = result.track;
      return result.analysis;
    },
    async warmUp() {
      const { picture, region } = greyPicture();
      // Where nobody is followed any more the detector looks too: one picture runs both models.
      await stage.analyse(picture, { region, framesSinceDetect: 0, bodyCount: 1, secondBodyRatio: 0 });
    },
    async forget() {
      track = null;
    },
  };
}
