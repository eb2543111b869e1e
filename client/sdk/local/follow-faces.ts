import { createFrameAnalysis } from '../../../src/vision/analyse-frame.ts';
import type { FaceFinder } from '../../../src/vision/face-finder.ts';
import { boundsOf } from '../../../src/vision/landmarks.ts';
import type { CanonicalFace, TrackState } from '../../../src/vision/types.ts';
import type { ReadPicture } from './picture-reader.ts';
import { greyPicture, type SubjectFollower } from './subject-follower.ts';

/** Enough for the engine to compile what every frame runs. */
const WARM_UP_PICTURES = 4;

/** @param forgetView for a finder that keeps something of the last picture itself */
export function followFaces(
  finder: FaceFinder<ReadPicture>,
  canonical: CanonicalFace,
  forgetView: () => Promise<void> = async () => {},
): SubjectFollower {
  const stage = createFrameAnalysis(finder, canonical);
  let track: TrackState | null = null;
  return {
    async look(picture) {
      const found = await finder.find(picture, track);
      track = found.track;
      return { faceCount: found.faceCount, box: found.mesh && boundsOf(found.mesh.landmarks) };
    },
    async analyse(picture) {
      const result = await stage.analyse(picture, track);
      track = result.track;
      return result.analysis;
    },
    async warmUp() {
      const { picture, region } = greyPicture();
      for (let i = 0; i < WARM_UP_PICTURES; i++) {
        await stage.analyse(picture, { region, framesSinceDetect: 0, faceCount: 1, secondFaceRatio: 0 });
      }
    },
    async forget() {
      track = null;
      await forgetView();
    },
  };
}
