import { beforeAll, describe, expect, it, test } from 'vitest';
import { assembleMeasurement } from '../../src/analysis/body/assemble-measurement.ts';
import { type BodyViewDeps, readBodyView } from '../../src/analysis/body/evidence/read-body-view.ts';
import {
  type LoadedBodyRegressors,
  loadBodyRegressors,
} from '../../src/analysis/body/regressors/load-body-regressors.ts';
import { measureBody } from '../../src/analysis/body/sizes/measure-body.ts';
import { TRUNK_LEVELS } from '../../src/analysis/body/sizes/trunk-widths.ts';
import {
  type BodyView,
  type BodyViewEvidence,
  bodyMeasurementSchema,
  bodyViewEvidenceSchema,
} from '../../src/protocol/body-measurement.ts';
import { type BodySceneChanges, bodyScene } from '../../src/synthetic/body/body-scene.ts';
import { type RenderedBody, renderBody } from '../../src/synthetic/body/render-body.ts';
import { createBodyFinder } from '../../src/vision/body-finder.ts';
import { findCard } from '../../src/vision/card/find-card.ts';
import { createFaceFinder } from '../../src/vision/face-finder.ts';
import { loadFaceModels } from '../../src/vision/load-face-models.ts';
import { MODELS_FOLDER, openModels } from '../../src/vision/model-registry.ts';
import { loadOpenCv } from '../../src/vision/open-cv.ts';
import type { CanonicalFace, RgbImage } from '../../src/vision/types.ts';
import { cropped, sideBySide } from '../support/body-pictures.ts';
import { importedPoseModels } from '../support/pose-models.ts';

const WALL = { wall: [112, 116, 122] } as const;
/** Skin as it reflects; a hand as white as the card would hide it. */
const SKIN = [175, 130, 106] as const;

const PEOPLE: readonly (readonly [name: string, changes: BodySceneChanges])[] = [
  [
    'slight and short, the card leaning',
    {
      body: {
        statureCm: 154,
        chest: { breadthCm: 25.5, depthCm: 21 },
        waist: { breadthCm: 26, depthCm: 18.5 },
        hip: { breadthCm: 31.5, depthCm: 20.5 },
      },
      card: { tiltXDeg: 8, tiltYDeg: -18 },
    },
  ],
  [
    'large and tall, farther away',
    {
      body: {
        statureCm: 188,
        chest: { breadthCm: 33, depthCm: 29 },
        waist: { breadthCm: 39, depthCm: 31 },
        hip: { breadthCm: 40, depthCm: 30 },
      },
      camera: { distanceCm: 320 },
      card: { hand: 'left', tiltXDeg: -6, tiltYDeg: 10 },
    },
  ],
];

describe('a body, from its pictures to its sizes', () => {
  let deps: BodyViewDeps;
  let loaded: LoadedBodyRegressors;
  let canonical: CanonicalFace;
  beforeAll(async () => {
    const pose = await importedPoseModels('full');
    const face = await loadFaceModels(MODELS_FOLDER);
    const cv = await loadOpenCv();
    deps = {
      bodyFinder: createBodyFinder(pose.models, { withMask: true }),
      faceFinder: createFaceFinder(face.models),
      findCard: (image, options) => findCard(cv, image, options),
      models: { body: pose.identities, face: face.identities },
    };
    loaded = await loadBodyRegressors(MODELS_FOLDER);
    canonical = await (await openModels()).loadCanonicalFace();
    return async () => {
      await pose.models.detector.close();
      await pose.models.landmarks.close();
      await face.models.detector.close();
      await face.models.mesh.close();
    };
  });

  const render = (changes: BodySceneChanges): RenderedBody =>
    renderBody(
      bodyScene({
        width: 1080,
        height: 1920,
        room: WALL,
        ...changes,
        looks: { skin: SKIN, ...changes.looks },
        camera: { distanceCm: 265, defocusPx: 0.6, ...changes.camera },
      }),
      canonical,
    );
  const read = (image: RgbImage, view: BodyView, focalPx: number | null = null): Promise<BodyViewEvidence> =>
    readBodyView(image, view, deps, { imageSha256: 'a'.repeat(64), focalPx });
  const readRendered = ({ image, truth }: RenderedBody, view: 'front' | 'side') =>
    read(image, view, truth.camera.focalPx);

  it.each(PEOPLE)('%s: scale and widths are right, and so are its parts', async (_, changes) => {
    const front = render(changes);
    const side = render({ ...changes, card: null, stance: { yawDeg: 90, armsAwayDeg: 6 } });
    const evidence = [await readRendered(front, 'front'), await readRendered(side, 'side')];
    for (const one of evidence) {
      expect(() => bodyViewEvidenceSchema.parse(one)).not.toThrow();
      expect(one.problems).toEqual([]);
    }
    const { inputs, pxPerCm, metrics, intervals } = measureBody(
      evidence,
      { heightCm: null, sex: null },
      loaded.regressors,
    );
    expect(Math.abs(pxPerCm.front / front.truth.pxPerCm - 1)).toBeLessThan(0.02);
    for (const level of TRUNK_LEVELS) {
      const { breadthCm, depthCm } = front.truth.levels[level];
      expect(Math.abs(inputs[`${level}BreadthMm`] / 10 / breadthCm - 1)).toBeLessThan(0.04);
      expect(Math.abs(inputs[`${level}DepthMm`] / 10 / depthCm - 1)).toBeLessThan(0.04);
    }
    expect(Math.abs(metrics.height_cm! - front.truth.statureCm)).toBeLessThan(intervals.height_cm!);

    const whole = assembleMeasurement(evidence, { heightCm: null, sex: null }, loaded);
    expect(() => bodyMeasurementSchema.parse(whole)).not.toThrow();
    expect(whole.metrics).toEqual(metrics);
  });

  it('without a card is measured by the stated height, or not at all', async () => {
    const front = await readRendered(render({}), 'front');
    const side = await readRendered(render({ stance: { yawDeg: -90, armsAwayDeg: 6 } }), 'side');
    expect(front.problems.map(({ code, blocks }) => [code, blocks])).toEqual([['no-card', false]]);
    const measure = (heightCm: number | null) =>
      measureBody([front, side], { heightCm, sex: null }, loaded.regressors);
    expect(measure(170).scale.source).toBe('stature');
    expect(() => measure(null)).toThrow(expect.objectContaining({ code: 'capture-not-measurable' }));
  });

  describe('is refused, and nothing is measured', () => {
    let figures: { readonly front: RenderedBody; readonly side: RenderedBody };
    let fine: Readonly<Record<'front' | 'side', BodyViewEvidence>>;
    beforeAll(async () => {
      figures = { front: render({ card: {} }), side: render({ stance: { yawDeg: 90, armsAwayDeg: 6 } }) };
      fine = {
        front: await readRendered(figures.front, 'front'),
        side: await readRendered(figures.side, 'side'),
      };
    });
    const figure = (): RgbImage => figures.front.image;
    const PICTURES: readonly (readonly [string, BodyView, string, () => RgbImage])[] = [
      ['nobody', 'front', 'nobody', () => cropped(figure(), { x: 0, y: 0, width: 1080, height: 300 })],
      ['two people', 'front', 'several-people', () => sideBySide(figure(), figure())],
      [
        'feet cut off',
        'front',
        'cut-off',
        () => cropped(figure(), { x: 0, y: 0, width: 1080, height: 1300 }),
      ],
      [
        'a head cut off',
        'side',
        'cut-off',
        () => cropped(figure(), { x: 0, y: 420, width: 1080, height: 1500 }),
      ],
      ['a profile for the front', 'front', 'not-facing', () => figures.side.image],
      ['a back for the front', 'front', 'not-facing', () => render({ stance: { yawDeg: 180 } }).image],
      ['a front for the side', 'side', 'not-sideways', figure],
    ];

    test.each(PICTURES)('for %s', async (_name, view, code, picture) => {
      const refused = await read(picture(), view);
      expect(refused.problems.filter(({ blocks }) => blocks).map((problem) => problem.code)).toContain(code);
      expect(refused.card).toBeNull();
      expect(refused.skin).toEqual([]);
      const other = view === 'front' ? 'side' : 'front';
      const measure = () =>
        measureBody([refused, fine[other]], { heightCm: 170, sex: null }, loaded.regressors);
      expect(measure).toThrow(
        expect.objectContaining({
          code: 'capture-not-measurable',
          details: { problems: expect.arrayContaining([expect.objectContaining({ view, code })]) },
        }),
      );
    });
  });
});
