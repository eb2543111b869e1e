import { beforeAll, describe, expect, it } from 'vitest';
import { type BodySceneChanges, bodyScene } from '../../src/synthetic/body/body-scene.ts';
import { type RenderedBody, renderBody } from '../../src/synthetic/body/render-body.ts';
import { type BodyFinder, createBodyFinder } from '../../src/vision/body-finder.ts';
import { maskInImage } from '../../src/vision/body-mask.ts';
import { BODY_POINT } from '../../src/vision/body-points.ts';
import { openModels } from '../../src/vision/model-registry.ts';
import type { BodyPose } from '../../src/vision/pose-landmarks.ts';
import type { CanonicalFace } from '../../src/vision/types.ts';
import { importedPoseModels } from '../support/pose-models.ts';

/** What bodies are measured by, and what the model places well on people. */
const BIG_JOINTS = [
  BODY_POINT.nose,
  BODY_POINT.leftShoulder,
  BODY_POINT.rightShoulder,
  BODY_POINT.leftHip,
  BODY_POINT.rightHip,
  BODY_POINT.leftKnee,
  BODY_POINT.rightKnee,
  BODY_POINT.leftAnkle,
  BODY_POINT.rightAnkle,
];

const SCENES: readonly (readonly [name: string, changes: BodySceneChanges])[] = [
  ['from the front', {}],
  ['with a card', { card: { tiltXDeg: 15, tiltYDeg: -10 } }],
  [
    'small, dark and with long hair',
    { body: { statureCm: 150 }, looks: { skin: 9, hair: { style: 'long', colour: [24, 18, 16] } } },
  ],
  ['tall and far', { body: { statureCm: 200 }, camera: { distanceCm: 330 } }],
  ['turned', { stance: { yawDeg: 40 } }],
];

describe('a rendered figure and the pose model', () => {
  let finder: BodyFinder;
  let canonical: CanonicalFace;
  beforeAll(async () => {
    const { models } = await importedPoseModels('full');
    finder = createBodyFinder(models, { withMask: true });
    canonical = await (await openModels()).loadCanonicalFace();
    return async () => {
      await models.detector.close();
      await models.landmarks.close();
    };
  });

  it.each(SCENES)('%s: it is found as one person, its points near the true ones', async (_, changes) => {
    const rendered = renderBody(bodyScene(changes), canonical);
    const { body, bodyCount } = await finder.find(rendered.image, null);
    expect(bodyCount).toBe(1);
    expect(body!.score).toBeGreaterThan(0.95);
    expect(meanErrorCm(body!, rendered)).toBeLessThan(3.5);
    expect(overlap(body!, rendered)).toBeGreaterThan(0.95);
  });

  it('is found from the side', async () => {
    const rendered = renderBody(bodyScene({ stance: { yawDeg: 90, armsAwayDeg: 6 } }), canonical);
    const { body } = await finder.find(rendered.image, null);
    expect(body!.score).toBeGreaterThan(0.9);
    expect(meanErrorCm(body!, rendered)).toBeLessThan(6);
    expect(overlap(body!, rendered)).toBeGreaterThan(0.9);
  });
});

function meanErrorCm({ landmarks }: BodyPose, { truth }: RenderedBody): number {
  const errors = BIG_JOINTS.map((point) =>
    Math.hypot(
      landmarks[point * 3]! - truth.landmarks[point * 3]!,
      landmarks[point * 3 + 1]! - truth.landmarks[point * 3 + 1]!,
    ),
  );
  return errors.reduce((sum, error) => sum + error, 0) / errors.length / truth.pxPerCm;
}

/** Intersection over union of the model's segmentation and the true silhouette. */
function overlap({ mask }: BodyPose, { image, truth }: RenderedBody): number {
  const seen = maskInImage(mask!, image.width, image.height);
  let both = 0;
  let either = 0;
  for (const [at, value] of seen.entries()) {
    const isSeen = value >= 128;
    const isTrue = truth.mask[at]! >= 128;
    if (isSeen && isTrue) both++;
    if (isSeen || isTrue) either++;
  }
  return both / either;
}
