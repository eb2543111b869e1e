import { beforeAll, describe, expect, it } from 'vitest';
import {
  GOLDEN_POSE_MARGIN,
  goldenPoseErrors,
  type PointError,
  readGoldenPose,
} from '../../loadtest/vision-accuracy/golden-pose.ts';
import { changeScene } from '../../src/synthetic/face-scene.ts';
import { renderScene } from '../../src/synthetic/render-face.ts';
import { edgesReached, missingParts } from '../../src/vision/body-extent.ts';
import { type BodyFinder, createBodyFinder } from '../../src/vision/body-finder.ts';
import { maskInImage } from '../../src/vision/body-mask.ts';
import { BODY_POINT } from '../../src/vision/body-points.ts';
import { POSE_MODEL_SIZES } from '../../src/vision/load-pose-models.ts';
import { openModels } from '../../src/vision/model-registry.ts';
import type { BodyPose } from '../../src/vision/pose-landmarks.ts';
import type { BodyTrack, RgbImage } from '../../src/vision/types.ts';
import { cropped, readPosePicture, reduced, sideBySide } from '../support/body-pictures.ts';
import { importedPoseModels } from '../support/pose-models.ts';
import { goodScene } from '../support/scene-faults.ts';
import { sharedData } from '../support/shared-data.ts';

const folder = sharedData('mediapipe');
const NOTHING: RgbImage = { data: new Uint8Array(), width: 0, height: 0 };
const image = folder === null ? NOTHING : await readPosePicture(folder);
const golden = folder === null ? [] : await readGoldenPose(folder);
/** The heavy one takes half of the time: with FRAMEGATE_TEST_LONG=yes. */
const SIZES = POSE_MODEL_SIZES.filter(
  (size) => size !== 'heavy' || process.env.FRAMEGATE_TEST_LONG === 'yes',
);
/** All of the person in pose.jpg and little else. */
const PERSON = { x: 220, y: 150, width: 560, height: 517 };

/** What is not in the picture of this body, by landmarks and by the mask's contact with the edges. */
function extentOf({ mask, ...body }: BodyPose, { width, height }: RgbImage) {
  return {
    parts: missingParts(body, width, height),
    edges: edgesReached(maskInImage(mask!, width, height), width, height),
  };
}

describe.each(SIZES)('body pose, %s', (size) => {
  let finder: BodyFinder;
  beforeAll(async () => {
    const { models } = await importedPoseModels(size);
    finder = createBodyFinder(models, { withMask: true });
    return async () => {
      await models.detector.close();
      await models.landmarks.close();
    };
  });

  it('finds nobody in empty rooms', async () => {
    const canonical = await (await openModels()).loadCanonicalFace();
    for (const [seed, sizePx] of [
      [1, { width: 640, height: 480 }],
      [2, { width: 480, height: 640 }],
      [3, { width: 960, height: 540 }],
    ] as const) {
      const scene = changeScene(goodScene(), { ...sizePx, face: null, background: { seed }, seed });
      expect(await finder.find(renderScene(scene, canonical).image, null)).toEqual({
        body: null,
        bodyCount: 0,
        secondBodyRatio: 0,
        track: null,
      });
    }
  });

  describe.skipIf(folder === null)('MediaPipe’s picture (skipped without the optional test data)', () => {
    it('every landmark lies within the margin of MediaPipe’s own test', async () => {
      expect(golden.length).toBe(33);
      const { body, bodyCount } = await finder.find(image, null);
      expect(bodyCount).toBe(1);
      expect(body!.score).toBeGreaterThan(0.99);
      const errors = goldenPoseErrors(golden, body!, image);
      const mean = (read: (error: PointError) => number): number =>
        errors.reduce((sum, error) => sum + read(error), 0) / errors.length;
      const largest = Math.max(...errors.map(({ share }) => share));
      console.log(`golden pose, ${size}`, { largest, mean: mean(({ share }) => share) });
      expect(largest).toBeLessThanOrEqual(GOLDEN_POSE_MARGIN);
      // Narrower than the margin: nothing is shifted, scaled or turned as a whole.
      expect(mean(({ share }) => share)).toBeLessThanOrEqual(0.011);
      expect(Math.abs(mean(({ dxPx }) => dxPx))).toBeLessThanOrEqual(3);
      expect(Math.abs(mean(({ dyPx }) => dyPx))).toBeLessThanOrEqual(3);
      for (const { visibility, presence } of errors) {
        expect(Math.abs(visibility)).toBeLessThan(0.25);
        expect(Math.abs(presence)).toBeLessThan(0.05);
      }
      expect(extentOf(body!, image)).toEqual({ parts: [], edges: [] });
    });

    it('stays within the margin while it is followed', async () => {
      let track: BodyTrack | null = null;
      for (let frame = 0; frame < 4; frame++) {
        const found = await finder.find(image, track);
        const shares = goldenPoseErrors(golden, found.body!, image).map(({ share }) => share);
        expect(Math.max(...shares)).toBeLessThanOrEqual(GOLDEN_POSE_MARGIN);
        track = found.track;
        expect(track).toMatchObject({ framesSinceDetect: frame, bodyCount: 1 });
      }
    });

    it('gives a body of a person’s size, its right side at the picture’s left', async () => {
      const { worldLandmarks } = (await finder.find(image, null)).body!;
      const at = (point: number): Float32Array => worldLandmarks.subarray(point * 3, point * 3 + 3);
      const between = (a: number, b: number): number =>
        Math.hypot(...at(a).map((value, axis) => value - at(b)[axis]!));
      const hips = at(BODY_POINT.leftHip).map((value, axis) => value + at(BODY_POINT.rightHip)[axis]!);
      expect(Math.hypot(...hips)).toBeLessThan(0.02);
      expect(between(BODY_POINT.rightKnee, BODY_POINT.rightAnkle)).toBeGreaterThan(0.3);
      expect(between(BODY_POINT.rightKnee, BODY_POINT.rightAnkle)).toBeLessThan(0.5);
      expect(at(BODY_POINT.rightWrist)[0]).toBeLessThan(at(BODY_POINT.leftWrist)[0]!);
      expect(at(BODY_POINT.nose)[1]).toBeLessThan(at(BODY_POINT.rightAnkle)[1]!);
    });

    it('segments the person: all joints, and none of sky, sea and sand', async () => {
      const { body } = await finder.find(image, null);
      const mask = maskInImage(body!.mask!, image.width, image.height);
      const at = (x: number, y: number): number => mask[Math.floor(y) * image.width + Math.floor(x)]!;
      for (const joint of [
        BODY_POINT.leftElbow,
        BODY_POINT.rightElbow,
        BODY_POINT.leftHip,
        BODY_POINT.rightHip,
        BODY_POINT.rightKnee,
        BODY_POINT.leftKnee,
      ]) {
        const { x, y } = golden[joint]!;
        expect(at(x * image.width, y * image.height)).toBeGreaterThan(200);
      }
      for (const [x, y] of [
        [480, 120],
        [300, 400],
        [700, 420],
        [460, 600],
        [500, 640],
        [20, 20],
      ] as const)
        expect(at(x, y)).toBeLessThan(30);
      const share = mask.reduce((sum, value) => sum + value, 0) / 255 / mask.length;
      expect(share).toBeGreaterThan(0.055);
      expect(share).toBeLessThan(0.085);
    });

    it('counts two people, alike or one half as large, whatever the first one hides', async () => {
      const person = cropped(image, PERSON);
      const alike = await finder.find(sideBySide(image, image), null);
      expect(alike.bodyCount).toBe(2);
      expect(alike.secondBodyRatio).toBeGreaterThan(0.85);
      const unlike = await finder.find(sideBySide(person, reduced(person, 2)), null);
      expect(unlike.bodyCount).toBe(2);
      expect(unlike.secondBodyRatio).toBeGreaterThan(0.15);
      expect(unlike.secondBodyRatio).toBeLessThan(0.4);
      const [nose] = unlike.body!.landmarks;
      expect(nose).toBeLessThan(person.width);
    });

    it.each([
      ['feet', { ...PERSON, height: 445 }, ['feet'], 'bottom'],
      ['hips and legs', { ...PERSON, height: 300 }, ['hips', 'knees', 'feet'], 'bottom'],
      ['an arm and a foot', { x: 360, y: 0, width: 640, height: 667 }, ['arms', 'feet'], 'left'],
    ] as const)('says that %s are cut off', async (_, box, parts, edge) => {
      const picture = cropped(image, box);
      const { body, bodyCount } = await finder.find(picture, null);
      expect(bodyCount).toBe(1);
      const extent = extentOf(body!, picture);
      expect(extent.parts).toEqual(expect.arrayContaining([...parts]));
      expect(extent.edges).toContain(edge);
    });

    it('never takes a person without a head or without a body for a whole one', async () => {
      for (let y = 290; y <= 520; y += 10) {
        const picture = cropped(image, { x: 150, y, width: 700, height: 667 - y });
        const { body } = await finder.find(picture, null);
        const extent = body && extentOf(body, picture);
        // What is left may hold for nobody, or for somebody who is cut off.
        expect(extent === null || extent.edges.includes('top'), `from ${y}`).toBe(true);
        // Legs alone are nobody.
        if (y >= 350) expect(body, `from ${y}`).toBeNull();
      }
    });
  });
});
