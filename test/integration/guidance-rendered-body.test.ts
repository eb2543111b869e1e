import { beforeAll, describe, expect, it } from 'vitest';
import { traceBody } from '../../src/guidance/body-trace.ts';
import { type Evaluation, evaluate } from '../../src/guidance/evaluate.ts';
import { resolveProfile } from '../../src/guidance/profiles.ts';
import type { Trace } from '../../src/guidance/types.ts';
import { BODY_MEASURE_IDS, type ProfileName } from '../../src/protocol/checks.ts';
import { type BodySceneChanges, DEFAULT_BODY_SCENE } from '../../src/synthetic/body/body-scene.ts';
import { renderBody } from '../../src/synthetic/body/render-body.ts';
import { createBodyFrameAnalysis } from '../../src/vision/analyse-body-frame.ts';
import type { FrameAnalysisStage } from '../../src/vision/analyse-frame.ts';
import { createBodyFinder } from '../../src/vision/body-finder.ts';
import { openModels } from '../../src/vision/model-registry.ts';
import type { BodyTrack, CanonicalFace, RgbImage } from '../../src/vision/types.ts';
import { cropped, readPosePicture, sideBySide } from '../support/body-pictures.ts';
import { BODY_SCENE_FAULTS, type GOOD_STANCES, goodBodyScene } from '../support/body-scene-faults.ts';
import { importedPoseModels } from '../support/pose-models.ts';
import { sharedData } from '../support/shared-data.ts';

type View = keyof typeof GOOD_STANCES;

const VIEWS: readonly View[] = ['body-front', 'body-side'];
const folder = sharedData('mediapipe');

/** People, clothes and places that differ from one another, and are all good. */
const GOOD: readonly (readonly [name: string, changes: BodySceneChanges])[] = [
  ['of middle size', {}],
  ['small', { body: { statureCm: 150 }, camera: { distanceCm: 215, heightCm: 85 } }],
  ['tall', { body: { statureCm: 198 }, camera: { distanceCm: 285, heightCm: 105 } }],
  ['with very light skin', { looks: { skin: 1 } }],
  ['with very dark skin', { looks: { skin: 10 } }],
  ['in white before a grey wall', { looks: { shirt: [240, 240, 240], trousers: [235, 235, 235] } }],
  ['in white before a white wall', { looks: { shirt: [240, 240, 240] }, room: { wall: [240, 240, 240] } }],
  [
    'in black before a white wall',
    { looks: { shirt: [16, 16, 18], trousers: [14, 14, 16], shoes: null }, room: { wall: [245, 245, 245] } },
  ],
  ['before a lively wall', { room: { texture: 1 } }],
  ['in a dim room', { camera: { exposureEv: -2, noise: 0.02 } }],
  ['in a bright room', { camera: { exposureEv: 0.7 } }],
];

describe('guidance of rendered bodies', () => {
  let stage: FrameAnalysisStage<RgbImage, BodyTrack>;
  let canonical: CanonicalFace;
  beforeAll(async () => {
    const { models } = await importedPoseModels('lite');
    stage = createBodyFrameAnalysis(createBodyFinder(models, { withMask: true }));
    canonical = await (await openModels()).loadCanonicalFace();
    return async () => {
      await models.detector.close();
      await models.landmarks.close();
    };
  });

  const rendered = (view: View, changes?: BodySceneChanges) =>
    renderBody(goodBodyScene(DEFAULT_BODY_SCENE, view, changes), canonical).image;

  async function judged(
    image: RgbImage,
    name: ProfileName,
    previous: Trace | null = null,
    elapsedMs = 0,
  ): Promise<Evaluation & { readonly trace: Trace | null; readonly objecting: readonly string[] }> {
    const { analysis } = await stage.analyse(image, null);
    const evaluation = evaluate({ analysis, previous, elapsedMs }, resolveProfile(name));
    const objecting = evaluation.checks.flatMap(({ id, status }) =>
      status === 'adjust' || status === 'fail' ? [id] : [],
    );
    return { ...evaluation, trace: traceBody(analysis), objecting };
  }

  // From the side every third: what differs is the same.
  const scenes = VIEWS.flatMap((view) =>
    GOOD.filter((_, i) => view === 'body-front' || i % 3 === 0).map(
      ([name, changes]) => [view, name, changes] as const,
    ),
  );
  it.each(scenes)('%s, a person %s: passes', async (view, _name, changes) => {
    const { verdict, objecting } = await judged(rendered(view, changes), view);
    expect({ verdict, objecting }).toEqual({ verdict: 'pass', objecting: [] });
  });

  it.each(BODY_SCENE_FAULTS.map((fault) => [fault.profile, fault.name, fault.hint, fault] as const))(
    '%s, %s: %s',
    async (view, _name, hint, { measure, changes }) => {
      const { verdict, fault, objecting } = await judged(rendered(view, changes), view);
      expect(verdict).toBe('adjust');
      expect(fault?.hint.code).toBe(hint);
      expect(objecting).toContain(measure);
    },
  );

  it('every measure has a fault here or in the tests below', () => {
    const below = ['body-count', 'body-centring', 'body-motion'];
    const covered = new Set<string>([...BODY_SCENE_FAULTS.map(({ measure }) => measure), ...below]);
    expect(BODY_MEASURE_IDS.filter((id) => !covered.has(id))).toEqual([]);
  });

  it('an empty room is told to step in, two people to leave one', async () => {
    const empty = { data: new Uint8Array(360 * 640 * 3).fill(150), width: 360, height: 640 };
    const nobody = await judged(empty, 'body-front');
    expect(nobody).toMatchObject({ verdict: 'adjust', subjectThere: false });
    expect(nobody.fault?.hint.code).toBe('no-body');
    const two = sideBySide(rendered('body-front'), rendered('body-front', { looks: { skin: 2 } }));
    const both = await judged(two, 'body-front');
    expect(both).toMatchObject({ verdict: 'adjust', subjectThere: false });
    expect(both.fault?.hint.code).toBe('one-person');
  });

  it.each<[View, number, string]>([
    ['body-front', 50, 'move-right'],
    ['body-front', -50, 'move-left'],
    // Facing the image's right, that is where forwards leads.
    ['body-side', 80, 'shift-backwards'],
    ['body-side', -80, 'shift-forwards'],
  ])('%s, %d px aside: %s', async (view, byPx, hint) => {
    const image = rendered(view, { camera: { distanceCm: 290 } });
    const { fault, objecting } = await judged(shifted(image, byPx), view);
    expect(objecting).toContain('body-centring');
    expect(fault).toMatchObject({ measure: 'body-centring', hint: { code: hint } });
  });

  it('a body at rest does not move, one that sways does', async () => {
    const first = await judged(rendered('body-front'), 'body-front');
    for (const seed of [11, 12, 13]) {
      const later = await judged(rendered('body-front', { seed }), 'body-front', first.trace, 100);
      expect(later.objecting).toEqual([]);
    }
    const swayed = await judged(shifted(rendered('body-front'), 8), 'body-front', first.trace, 100);
    expect(swayed.fault).toEqual({ measure: 'body-motion', hint: { code: 'hold-still' } });
  });

  describe.skipIf(folder === null)('a photograph (skipped without the optional test data)', () => {
    it('a lunge with the arms out, far away; cut off at the feet, and twice', async () => {
      const image = await readPosePicture(folder!);
      const whole = await judged(image, 'body-front');
      expect(whole.fault?.hint.code).toBe('step-closer');
      expect(whole.objecting).toEqual(expect.arrayContaining(['body-ratio', 'arms-away', 'feet-apart']));
      const cut = await judged(cropped(image, { x: 150, y: 150, width: 700, height: 445 }), 'body-front');
      expect(cut.fault?.hint.code).toBe('feet-in-view');
      const twice = await judged(sideBySide(image, image), 'body-front');
      expect(twice.fault?.hint.code).toBe('one-person');
    });
  });
});

/** The picture moved to the right, its edge drawn out. */
function shifted({ data, width, height }: RgbImage, byPx: number): RgbImage {
  const out = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + Math.min(width - 1, Math.max(0, x - byPx))) * 3;
      out.set(data.subarray(from, from + 3), (y * width + x) * 3);
    }
  }
  return { data: out, width, height };
}
