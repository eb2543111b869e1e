import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inspect } from '../../src/guidance/inspect.ts';
import { resolveProfile } from '../../src/guidance/profiles.ts';
import { createFrameAnalysis, type FrameAnalysisStage } from '../../src/vision/analyse-frame.ts';
import { DEFAULT_DECODE_LIMITS, startDecoding } from '../../src/vision/decode-image.ts';
import { createFaceFinder } from '../../src/vision/face-finder.ts';
import { createJpegDecoder, type JpegDecoder } from '../../src/vision/jpeg-decoder.ts';
import { distancePx, LANDMARK } from '../../src/vision/landmarks.ts';
import { type LoadedFaceModels, loadFaceModels } from '../../src/vision/load-face-models.ts';
import { MODELS_FOLDER } from '../../src/vision/model-registry.ts';
import type { FaceAnalysis } from '../../src/vision/types.ts';
import { singlePictures } from '../support/parity-pictures.ts';

const jpegDecoder = createJpegDecoder();
const profiles = ['face-skin:strict', 'face-skin', 'face-contour:relaxed'].map((name) =>
  resolveProfile(name as Parameters<typeof resolveProfile>[0]),
);

describe.skipIf(jpegDecoder === null)('the quick decoder and sharp', () => {
  let loaded: LoadedFaceModels;
  let stage: FrameAnalysisStage;

  beforeAll(async () => {
    loaded = await loadFaceModels(MODELS_FOLDER);
    stage = createFrameAnalysis(createFaceFinder(loaded.models), loaded.canonical);
  });
  afterAll(async () => {
    await Promise.all([loaded.models.detector.close(), loaded.models.mesh.close()]);
  });

  async function decode(data: Uint8Array, decoder: JpegDecoder | null) {
    return (await startDecoding(data, DEFAULT_DECODE_LIMITS, undefined, decoder).finish()).image;
  }

  test('lead to the same verdict and hint', async () => {
    // Every other one shows as much, in half the time.
    const pictures = (await singlePictures(loaded.canonical)).filter((_, i) => i % 2 === 0);
    const meshOffs: number[] = [];
    let meanLevels = 0;
    for (const { name, data } of pictures) {
      const exact = await decode(data, null);
      const expected = (await stage.analyse(exact, null)).analysis;
      const quick = await decode(data, jpegDecoder);
      const found = (await stage.analyse(quick, null)).analysis;
      meanLevels = Math.max(meanLevels, meanDifference(exact.data, quick.data));
      for (const profile of profiles) {
        const [a, b] = [inspect(expected, profile), inspect(found, profile)];
        expect([b.verdict, b.hint?.code], `${name}, ${profile.level}`).toEqual([a.verdict, a.hint?.code]);
      }
      if (expected.face === null || found.face === null) continue;
      for (const axis of ['yawDeg', 'pitchDeg', 'rollDeg'] as const) {
        expect(Math.abs(found.face.pose[axis] - expected.face.pose[axis]), `${name}: ${axis}`).toBeLessThan(
          1,
        );
      }
      meshOffs.push(meshOff(expected.face, found.face));
    }
    meshOffs.sort((a, b) => a - b);
    expect(meanLevels).toBeGreaterThan(0);
    expect(meanLevels).toBeLessThan(2);
    expect(meshOffs[Math.floor(meshOffs.length / 2)]).toBeLessThan(0.005);
    expect(meshOffs.at(-1)).toBeLessThan(0.02);
  }, 60_000);
});

/** Of the distance between the outer eye corners, the point that is furthest off. */
function meshOff({ landmarks }: FaceAnalysis, other: FaceAnalysis): number {
  const eyesPx = distancePx(landmarks, LANDMARK.rightEyeOuter, LANDMARK.leftEyeOuter);
  let worst = 0;
  for (let i = 0; i < landmarks.length; i += 3) {
    const [dx, dy] = [other.landmarks[i]! - landmarks[i]!, other.landmarks[i + 1]! - landmarks[i + 1]!];
    worst = Math.max(worst, Math.hypot(dx, dy) / eyesPx);
  }
  return worst;
}

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!);
  return sum / a.length;
}
