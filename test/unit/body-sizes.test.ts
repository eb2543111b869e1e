import { beforeAll, describe, expect, it, test } from 'vitest';
import { assembleMeasurement } from '../../src/analysis/body/assemble-measurement.ts';
import { correctEvidence } from '../../src/analysis/body/evidence/correct-evidence.ts';
import {
  type LoadedBodyRegressors,
  loadBodyRegressors,
} from '../../src/analysis/body/regressors/load-body-regressors.ts';
import { type BodyScale, bodyScale } from '../../src/analysis/body/sizes/body-scale.ts';
import { measureBody } from '../../src/analysis/body/sizes/measure-body.ts';
import { standingFrame } from '../../src/analysis/body/sizes/standing-frame.ts';
import { trunkWidths } from '../../src/analysis/body/sizes/trunk-widths.ts';
import {
  BODY_METRICS,
  type BodyViewEvidence,
  bodyMeasurementSchema,
  bodyViewEvidenceSchema,
} from '../../src/protocol/body-measurement.ts';
import { BODY_POINT } from '../../src/vision/body-points.ts';
import { MODELS_FOLDER } from '../../src/vision/model-registry.ts';
import { bodyEvidence } from '../support/body-evidence.ts';

let loaded: LoadedBodyRegressors;
beforeAll(async () => {
  loaded = await loadBodyRegressors(MODELS_FOLDER);
});

const NOBODY_KNOWS = { heightCm: null, sex: null };
const front = (changes: Parameters<typeof bodyEvidence>[1] = {}) =>
  bodyEvidence('front', { trunkShare: 0.095, ...changes });
const side = (changes: Parameters<typeof bodyEvidence>[1] = {}) =>
  bodyEvidence('side', { trunkShare: 0.07, ...changes });

/** A card that faces the camera, beside the made-up body's right shoulder. */
function card(pxPerCm: number): BodyViewEvidence['card'] {
  const [x, y, halfX, halfY] = [200, 800, (8.56 * pxPerCm) / 2, (5.398 * pxPerCm) / 2];
  return {
    corners: [
      [x - halfX, y - halfY],
      [x + halfX, y - halfY],
      [x + halfX, y + halfY],
      [x - halfX, y + halfY],
    ],
    pxPerCm,
    relativeSd: 0.003,
    distanceCm: 2000 / pxPerCm,
    tiltDeg: 0,
    gains: null,
    colourProblem: null,
  };
}

function frameOf(evidence: BodyViewEvidence) {
  const frame = standingFrame(evidence);
  if (frame === null) throw new Error('the made-up body has no frame');
  return { evidence, frame };
}

function scaleOf(
  frontView: BodyViewEvidence,
  sideView: BodyViewEvidence,
  heightCm: number | null,
): BodyScale {
  const scale = bodyScale(frameOf(frontView), frameOf(sideView), { heightCm, sex: null });
  if (scale === null) throw new Error('there is no scale');
  return scale;
}

it('the made-up evidence is evidence', () => {
  expect(() => bodyViewEvidenceSchema.parse(front({ card: card(8) }))).not.toThrow();
});

describe('where a body stands', () => {
  it('is the floor below its middle, which its toes are seen under', () => {
    // A person of 172 cm, 250 cm away, the level camera at 92.5 cm with 2000 px: toes a tenth of the stature nearer.
    const [distanceCm, heightCm] = [250, 92.5];
    const rowAt = (overFloorCm: number, awayCm: number) => 960 + (2000 * (heightCm - overFloorCm)) / awayCm;
    const standing = { crownY: rowAt(172, distanceCm), floorY: rowAt(0, distanceCm - 17.2), x: 540 };
    const { frame } = frameOf(front({ standing }));
    expect(Math.abs(frame.floorY - rowAt(0, distanceCm))).toBeLessThan(4);
    expect(frame.staturePx / 8 / 172).toBeGreaterThan(0.985);
    expect(frame.staturePx / 8 / 172).toBeLessThan(1.005);
  });

  it('is not known without a body', () => {
    expect(standingFrame({ ...front(), body: null })).toBeNull();
  });
});

describe('widths of the trunk', () => {
  it('are those of the silhouette, to the share of a pixel that its made-up mask is soft by', () => {
    const spans = trunkWidths(frameOf(front()).frame);
    for (const span of Object.values(spans)) expect(Math.abs(span!.lengthPx - 0.19 * 1400)).toBeLessThan(1.5);
    expect(spans.chest!.from.y).toBeLessThan(spans.waist!.from.y);
    expect(spans.waist!.from.y).toBeLessThan(spans.hip!.from.y);
  });

  it('are not told where the silhouette goes on into the arms', () => {
    expect(trunkWidths(frameOf(front({ trunkShare: 0.3 })).frame).chest).toBeNull();
  });
});

describe('the scale', () => {
  it('of a card is taken to the depth of the body', () => {
    const scale = scaleOf(front({ card: card(8) }), side(), null);
    expect(scale.source).toBe('card');
    expect(scale.pxPerCm.front).toBeCloseTo((8 * 250) / 251.3, 2);
    expect(scale.relativeSd).toBeGreaterThan(0.008);
    expect(scale.disagreement).toBeNull();
  });

  it('of a card that leans back is the wrist’s: the card is farther away than the hand', () => {
    // The upper edge is seen shorter than the lower one by the perspective of 25°.
    const leaning = { ...card(8)!, tiltDeg: 25 };
    const [x, y] = [200, 750];
    const [sin, cos] = [Math.sin(Math.PI / 7.2), Math.cos(Math.PI / 7.2)];
    const corner = (a: number, b: number): [number, number] => {
      const away = 250 - b * sin;
      const centre = [((x - 540) / 2000) * 250, ((y - 960) / 2000) * 250] as const;
      return [540 + (2000 * (centre[0] + a)) / away, 960 + (2000 * (centre[1] + b * cos)) / away];
    };
    const [w, h] = [5.398 / 2, 8.56 / 2];
    // The long side is upright, and comes first.
    leaning.corners = [corner(-w, h), corner(-w, -h), corner(w, -h), corner(w, h)];
    const upright = scaleOf(front({ card: card(8) }), side(), null);
    const leant = scaleOf(front({ card: leaning }), side(), null);
    expect(leant.pxPerCm.front).toBeGreaterThan(upright.pxPerCm.front * 1.008);
  });

  it('of a stated height is as sure as people are of it', () => {
    const scale = scaleOf(front(), side(), 172);
    expect(scale.source).toBe('stature');
    expect(scale.pxPerCm.front * 172).toBeCloseTo(frameOf(front()).frame.staturePx, 3);
    expect(scale.relativeSd).toBeGreaterThan(0.015);
  });

  it('of both lies between them and is surer than either', () => {
    const view = front({ card: card(8) });
    const [byCard, byHeight, both] = [
      scaleOf(view, side(), null),
      scaleOf(front(), side(), 172),
      scaleOf(view, side(), 172),
    ];
    const sorted = [byCard, both, byHeight].map(({ pxPerCm }) => pxPerCm.front);
    expect(sorted[1]).toBeGreaterThan(Math.min(sorted[0]!, sorted[2]!));
    expect(sorted[1]).toBeLessThan(Math.max(sorted[0]!, sorted[2]!));
    expect(both.relativeSd).toBeLessThan(Math.min(byCard.relativeSd, byHeight.relativeSd));
    expect(both.source).toBe('card');
  });

  it('of the side follows from how much larger the same person is there', () => {
    const nearer = side({ standing: { crownY: 200, floorY: 1760, x: 540 } });
    const { pxPerCm } = scaleOf(front({ card: card(8) }), nearer, null);
    const ratio = frameOf(nearer).frame.staturePx / frameOf(front()).frame.staturePx;
    expect(pxPerCm.side / pxPerCm.front).toBeCloseTo(ratio, 6);
  });
});

describe('sizes', () => {
  const views = () => [front({ card: card(7.8) }), side()];

  it('are whole, with intervals and lines, and the same for the same evidence', () => {
    const measured = measureBody(views(), NOBODY_KNOWS, loaded.regressors);
    for (const metric of BODY_METRICS) {
      expect(measured.metrics[metric]).toBeGreaterThan(0);
      expect(measured.intervals[metric]).toBeGreaterThan(0);
      expect(measured.confidences[metric]).toBeGreaterThan(0);
    }
    expect(measured.inputs.chestBreadthMm).toBeGreaterThan(330);
    expect(measured.inputs.chestBreadthMm).toBeLessThan(350);
    expect(measured.lines.filter(({ metric }) => metric === 'waist_circumference_cm')).toHaveLength(2);
    expect(measureBody(views(), NOBODY_KNOWS, loaded.regressors)).toEqual(measured);
  });

  it('are less sure without a card', () => {
    const byCard = measureBody(views(), NOBODY_KNOWS, loaded.regressors);
    const byHeight = measureBody([front(), side()], { heightCm: 172, sex: null }, loaded.regressors);
    const shareOf = ({ intervals, metrics }: typeof byCard) =>
      intervals.waist_circumference_cm! / metrics.waist_circumference_cm!;
    expect(shareOf(byHeight)).toBeGreaterThan(1.1 * shareOf(byCard));
  });

  it('move with corrected key points', () => {
    const before = measureBody(views(), NOBODY_KNOWS, loaded.regressors);
    const { landmarks } = front().body!;
    const up = (point: 'leftHip' | 'rightHip') => ({
      view: 'front' as const,
      point,
      x: landmarks[BODY_POINT[point] * 3]!,
      y: landmarks[BODY_POINT[point] * 3 + 1]! - 60,
    });
    const corrected = correctEvidence(views(), [up('leftHip'), up('rightHip')]);
    const after = measureBody(corrected, NOBODY_KNOWS, loaded.regressors);
    const waistOf = ({ lines }: typeof before) =>
      lines.find(({ view, metric }) => view === 'front' && metric === 'waist_circumference_cm')!.from[1];
    expect(waistOf(before) - waistOf(after)).toBeGreaterThan(10);
  });

  const refusal = (evidence: readonly BodyViewEvidence[], heightCm: number | null = null) => {
    try {
      measureBody(evidence, { heightCm, sex: null }, loaded.regressors);
    } catch (thrown) {
      return thrown;
    }
    return null;
  };

  test.each([
    ['no side', () => [front({ card: card(8) })], ['side']],
    ['no picture at all', () => [], ['front', 'side']],
  ])('are refused for %s', (_, evidence, missing) => {
    expect(refusal(evidence())).toMatchObject({ code: 'views-missing', details: { missing } });
  });

  test.each([
    [
      'a picture that says no',
      () => [front({ problems: [{ code: 'nobody', blocks: true, message: 'nobody' }] }), side()],
      { view: 'front', code: 'nobody' },
    ],
    ['neither card nor height', () => [front(), side()], { view: 'front', code: 'no-card' }],
    [
      'arms in one with the trunk',
      () => [front({ card: card(8), trunkShare: 0.3 }), side()],
      { view: 'front', code: 'arms-too-close' },
    ],
    [
      'a body without a head',
      () => [
        front({ card: card(8) }),
        { ...side(), body: { ...side().body!, landmarks: new Array(99).fill(0) } },
      ],
      { view: 'side', code: 'part-missing' },
    ],
  ])('are refused for %s, naming it', (_, evidence, problem) => {
    expect(refusal(evidence())).toMatchObject({
      code: 'capture-not-measurable',
      details: { problems: expect.arrayContaining([expect.objectContaining({ ...problem, blocks: true })]) },
    });
  });

  it('are given in spite of a problem that does not block', () => {
    const doubted = side({ problems: [{ code: 'too-dark', blocks: false, message: 'dark' }] });
    expect(refusal([front({ card: card(7.8) }), doubted])).toBeNull();
  });
});

describe('the whole measurement', () => {
  it('is one by the protocol, with its stages, models and durations', () => {
    const measured = assembleMeasurement(
      [front({ card: card(7.8) }), side()],
      { heightCm: 172, sex: 'female' },
      loaded,
      { pose: 120, card: 80 },
    );
    expect(() => bodyMeasurementSchema.parse(measured)).not.toThrow();
    const { stages } = measured;
    expect(stages.find(({ stage }) => stage === 'pose')).toMatchObject({ durationMs: 120, confidence: 0.98 });
    expect(stages.map(({ stage }) => stage)).not.toContain('skin');
    expect(measured.skin).toBeNull();
    expect(measured.models.map(({ name }) => name)).toEqual(['pose-landmark-full', 'body-regressors']);
    expect(measured.quality).toMatchObject({ card_detected: true, lighting_ok: true });
  });

  it('says so where card and stated height contradict each other', () => {
    const flagsOf = (heightCm: number) =>
      assembleMeasurement([front({ card: card(7.8) }), side()], { heightCm, sex: null }, loaded).flags.map(
        ({ code }) => code,
      );
    expect(flagsOf(172)).not.toContain('height-unlike-card');
    expect(flagsOf(150)).toContain('height-unlike-card');
  });
});
