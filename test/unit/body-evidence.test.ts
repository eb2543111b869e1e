import { describe, expect, it, test } from 'vitest';
import { correctEvidence } from '../../src/analysis/body/evidence/correct-evidence.ts';
import { faceSizes } from '../../src/analysis/body/evidence/face-sizes.ts';
import { openGaps } from '../../src/analysis/body/evidence/open-gaps.ts';
import { packMask, unpackMask } from '../../src/analysis/body/evidence/pack-mask.ts';
import { silhouetteOf, spanThrough } from '../../src/analysis/body/evidence/silhouette.ts';
import { snapMask } from '../../src/analysis/body/evidence/snap-mask.ts';
import { type SeenBody, turnOf, viewProblems } from '../../src/analysis/body/evidence/view-problems.ts';
import { type BodyMask, MASK_PIXELS, MASK_SIDE_PX } from '../../src/vision/body-mask.ts';
import { BODY_POINT, BODY_POINT_COUNT } from '../../src/vision/body-points.ts';
import { plausiblePose } from '../../src/vision/card/plausible-pose.ts';
import type { Region, RgbImage } from '../../src/vision/types.ts';
import { bodyEvidence, standingPoints } from '../support/body-evidence.ts';

const REGION: Region = { centerX: 512, centerY: 512, sizePx: 1024, rotationRad: 0 };

/** A mask whose value falls from 1 to 0 over two of its pixels at a distance from a place. */
function softMask(region: Region, insidePx: (x: number, y: number) => number): BodyMask {
  const scale = region.sizePx / MASK_SIDE_PX;
  const confidence = Float32Array.from({ length: MASK_PIXELS }, (_, i) => {
    const x = region.centerX + ((i % MASK_SIDE_PX) + 0.5 - MASK_SIDE_PX / 2) * scale;
    const y = region.centerY + (Math.floor(i / MASK_SIDE_PX) + 0.5 - MASK_SIDE_PX / 2) * scale;
    return Math.min(1, Math.max(0, 0.5 + insidePx(x, y) / (2 * scale)));
  });
  return { confidence, region };
}

/** What is inside in one grey, what is outside in another, the border smooth over a pixel. */
function twoTone(size: number, insidePx: (x: number, y: number) => number): RgbImage {
  const data = new Uint8Array(size * size * 3);
  for (let i = 0; i < size * size; i++) {
    const cover = Math.min(1, Math.max(0, 0.5 + insidePx((i % size) + 0.5, Math.floor(i / size) + 0.5)));
    data.fill(Math.round(90 + 80 * cover), i * 3, i * 3 + 3);
  }
  return { data, width: size, height: size };
}

describe('a packed mask', () => {
  const mask = softMask(REGION, (x, y) => 200 - Math.hypot(x - 500, y - 480));

  it('comes back as it was, to a byte', () => {
    const back = unpackMask(packMask(mask));
    expect(back.region).toEqual(REGION);
    for (const [i, value] of back.confidence.entries())
      expect(Math.abs(value - mask.confidence[i]!)).toBeLessThan(0.003);
    expect(packMask(mask).deflated.length).toBeLessThan(8000);
  });

  test.each([['not base64 of anything'], [packMask(mask).deflated.slice(0, 40)]])(
    'that is broken is refused',
    (deflated) => {
      expect(() => unpackMask({ region: REGION, deflated })).toThrow(
        expect.objectContaining({ code: 'request-invalid' }),
      );
    },
  );

  it('that would unpack to more than a mask is refused before it is', () => {
    const bomb = packMask({ region: REGION, confidence: new Float32Array(4 * MASK_PIXELS) });
    expect(() => unpackMask(bomb)).toThrow(
      expect.objectContaining({
        code: 'request-invalid',
        cause: expect.objectContaining({ code: 'ERR_BUFFER_TOO_LARGE' }),
      }),
    );
  });
});

describe('a silhouette that is snapped to the picture', () => {
  test.each([
    ['level', 0, 0],
    ['turned by 5°', 5, 0],
    ['a mask too wide', 0, 5],
    ['a mask too narrow', 0, -5],
  ])('%s: is as wide as the picture says, to a fifth of a pixel', (_, turnDeg, offPx) => {
    const region = { ...REGION, rotationRad: (turnDeg * Math.PI) / 180 };
    const bar = (halfPx: number) => (x: number) => halfPx - Math.abs(x - 500.3);
    const snapped = snapMask(twoTone(1024, bar(110.4)), softMask(region, bar(110.4 + offPx)));
    const silhouette = silhouetteOf(unpackMask(packMask(snapped)));
    const span = spanThrough(silhouette, { x: 500, y: 512 }, { x: 1, y: 0 }, 300)!;
    expect(Math.abs(span.lengthPx - 220.8)).toBeLessThan(turnDeg === 0 ? 0.2 : 0.8);
  });

  it('is moved along columns where the edge is level', () => {
    const disc = (x: number, y: number) => 200 - Math.hypot(x - 512, y - 512);
    const snapped = snapMask(
      twoTone(1024, disc),
      softMask(REGION, (x, y) => disc(x, y) + 4),
    );
    const top = silhouetteOf(snapped).edgeFrom({ x: 512, y: 512 }, { x: 0, y: -1 }, 400)!;
    expect(top.y).toBeCloseTo(312, 0);
  });

  it('stays where the picture shows no edge', () => {
    const mask = softMask(REGION, (x) => 100 - Math.abs(x - 512));
    const plain = twoTone(1024, () => 1);
    const span = spanThrough(silhouetteOf(snapMask(plain, mask)), { x: 512, y: 512 }, { x: 1, y: 0 }, 300)!;
    expect(span.lengthPx).toBeCloseTo(200, 0);
  });
});

describe('gaps between trunk and arms', () => {
  const size = 1024;
  const points = standingPoints({ crownY: 100, floorY: 900, x: 512 });
  const shoulder = points[BODY_POINT.leftShoulder * 3]!;
  const elbow = points[BODY_POINT.leftElbow * 3]!;
  const shoulderY = points[BODY_POINT.leftShoulder * 3 + 1]!;
  const elbowY = points[BODY_POINT.leftElbow * 3 + 1]!;
  /** Trunk of 60 px to each side; the arms' middles lead from shoulders to elbows, 12 px to each side. */
  const figure = (x: number, y: number) => {
    const share = (y - shoulderY) / (elbowY - shoulderY);
    const arm = shoulder + share * (elbow - shoulder) - 512;
    const aside = Math.abs(x - 512);
    return Math.max(60 - aside, 12 - Math.abs(aside - arm));
  };
  const closed = softMask(REGION, (x, y) => {
    const share = (y - shoulderY) / (elbowY - shoulderY);
    return shoulder + share * (elbow - shoulder) - 512 + 12 - Math.abs(x - 512);
  });
  const row = shoulderY + 0.8 * (elbowY - shoulderY);
  const widthOf = (mask: BodyMask) =>
    spanThrough(silhouetteOf(mask), { x: 512, y: row }, { x: 1, y: 0 }, 300)!.lengthPx;

  it('are opened where the background is seen through them', () => {
    expect(widthOf(closed)).toBeGreaterThan(200);
    const image = twoTone(size, figure);
    expect(widthOf(snapMask(image, openGaps(image, closed, points)))).toBeCloseTo(120, 0);
  });

  it('stay closed where the trunk looks like the background', () => {
    expect(
      widthOf(
        openGaps(
          twoTone(size, () => 1),
          closed,
          points,
        ),
      ),
    ).toBe(widthOf(closed));
  });
});

describe('corrected key points', () => {
  const evidence = [bodyEvidence('front'), bodyEvidence('side')];

  it('take the place of the seen ones in their own view, and nothing else changes', () => {
    const [front, side] = correctEvidence(evidence, [{ view: 'front', point: 'leftHip', x: 300, y: 400 }]);
    const at = BODY_POINT.leftHip * 3;
    expect(front!.body!.landmarks.slice(at, at + 2)).toEqual([300, 400]);
    expect(front!.body!.landmarks[at + 2]).toBe(evidence[0]!.body!.landmarks[at + 2]);
    expect(front!.body!.mask).toBe(evidence[0]!.body!.mask);
    expect(side).toBe(evidence[1]);
    expect(evidence[0]!.body!.landmarks.slice(at, at + 2)).not.toEqual([300, 400]);
  });

  test.each([
    ['an unknown name', { view: 'front', point: 'leftWing', x: 1, y: 1 }],
    ['a name of the prototype', { view: 'front', point: 'constructor', x: 1, y: 1 }],
    ['a place above the picture', { view: 'front', point: 'leftHip', x: 1, y: -1 }],
    ['a place beside the picture', { view: 'side', point: 'leftHip', x: 5000, y: 1 }],
    ['no number', { view: 'side', point: 'leftHip', x: Number.NaN, y: 1 }],
  ] as const)('%s is refused', (_, correction) => {
    expect(() => correctEvidence(evidence, [correction])).toThrow(
      expect.objectContaining({ code: 'request-invalid' }),
    );
  });

  it('are refused for a view that shows no body', () => {
    const correction = { view: 'side', point: 'leftHip', x: 1, y: 1 } as const;
    expect(() => correctEvidence([evidence[0]!], [correction])).toThrow(/no body is known/);
  });
});

describe('problems of a picture', () => {
  const world = (turnDeg: number) => {
    const points = new Float32Array(BODY_POINT_COUNT * 3);
    const radians = (turnDeg * Math.PI) / 180;
    for (const [point, side] of [
      [BODY_POINT.leftShoulder, 0.2],
      [BODY_POINT.rightShoulder, -0.2],
      [BODY_POINT.leftHip, 0.1],
      [BODY_POINT.rightHip, -0.1],
    ] as const) {
      points[point * 3] = side * Math.cos(radians);
      points[point * 3 + 2] = side * Math.sin(radians);
    }
    return points;
  };
  const seen = (changes: Partial<SeenBody> = {}, turnDeg = 0): SeenBody => ({
    view: 'front',
    width: 1080,
    height: 1920,
    bodyCount: 1,
    pose: {
      landmarks: standingPoints({ crownY: 300, floorY: 1700, x: 540 }),
      worldLandmarks: world(turnDeg),
      presence: new Float32Array(BODY_POINT_COUNT).fill(1),
    },
    appearance: {
      edgesReached: [],
      box: { x: 300, y: 300, width: 480, height: 1400 },
      luminance: 0.2,
      clippedShare: 0,
      backgroundContrast: 20,
    },
    ...changes,
  });
  const codes = (body: SeenBody) =>
    viewProblems(body).map(({ code, blocks }) => `${code}${blocks ? '!' : ''}`);

  it('are none for a whole body that faces the camera, or stands sideways where that is asked', () => {
    expect(codes(seen())).toEqual([]);
    expect(codes(seen({ view: 'side' }, 90))).toEqual([]);
    expect(codes(seen({ view: 'side' }, -90))).toEqual([]);
  });

  it('name what blocks', () => {
    const appearance = seen().appearance!;
    expect(codes(seen({ pose: null, bodyCount: 0 }))).toEqual(['nobody!']);
    expect(codes(seen({ bodyCount: 2 }))).toEqual(['several-people!']);
    expect(codes(seen({}, 90))).toEqual(['not-facing!']);
    expect(codes(seen({}, 180))).toEqual(['not-facing!']);
    expect(codes(seen({ view: 'side' }, 0))).toEqual(['not-sideways!']);
    expect(codes(seen({ appearance: { ...appearance, edgesReached: ['bottom'] } }))).toEqual(['cut-off!']);
    expect(codes(seen({ appearance: { ...appearance, box: { ...appearance.box, height: 200 } } }))).toEqual([
      'too-small!',
    ]);
    const presence = new Float32Array(BODY_POINT_COUNT).fill(1);
    presence[BODY_POINT.leftHeel] = 0.1;
    expect(codes(seen({ pose: { ...seen().pose!, presence } }))).toEqual(['part-missing!']);
  });

  test.each([
    ['a bent knee', 'leftKnee', 250],
    ['a lunge', 'leftAnkle', 420],
  ] as const)('say that %s is no upright stance', (_, point, asidePx) => {
    const landmarks = Float32Array.from(seen().pose!.landmarks);
    landmarks[BODY_POINT[point] * 3]! += asidePx;
    expect(codes(seen({ pose: { ...seen().pose!, landmarks } }))).toEqual(['not-upright!']);
  });

  it('do not block for a hidden arm or poor light', () => {
    const presence = new Float32Array(BODY_POINT_COUNT).fill(1);
    presence[BODY_POINT.leftWrist] = 0.1;
    expect(codes(seen({ pose: { ...seen().pose!, presence } }))).toEqual(['part-missing']);
    expect(codes(seen({ appearance: { ...seen().appearance!, luminance: 0.001 } }))).toEqual(['too-dark']);
    expect(codes(seen({ appearance: { ...seen().appearance!, clippedShare: 0.6 } }))).toEqual(['too-bright']);
  });

  it('ask nothing of a portrait or a card alone', () => {
    expect(codes(seen({ view: 'portrait', pose: null }))).toEqual([]);
    expect(codes(seen({ view: 'ref', pose: null }))).toEqual([]);
  });

  test.each([0, 30, 90, -90, 135])('a turn of %i° is read off the joints', (turnDeg) => {
    expect(turnOf(world(turnDeg))).toBeCloseTo(turnDeg, 4);
  });
});

it('a card whose corners fit a pose that is too steep a little better is read in the other, mirrored one', () => {
  // Measured to a third of a pixel, far from the picture's middle: the card leans by 24°, its mirror image by 44°.
  const corners = [
    { x: 317.81, y: 700.89 },
    { x: 288.28, y: 703.42 },
    { x: 292.1, y: 653.18 },
    { x: 322.01, y: 650.57 },
  ] as const;
  const posed = plausiblePose(corners, { width: 1080, height: 1920 }, 0.2, 2058.73);
  expect(posed!.fitted.tiltDeg).toBeGreaterThan(18);
  expect(posed!.fitted.tiltDeg).toBeLessThan(30);
});

it('a face has the sizes of its mesh', () => {
  const mesh = new Float32Array(468 * 3);
  const put = (index: number, x: number, y: number) => mesh.set([x, y, 0], index * 3);
  put(234, 100, 200);
  put(454, 240, 200);
  put(168, 170, 150);
  put(152, 170, 270);
  put(33, 120, 170);
  put(133, 150, 170);
  put(362, 190, 170);
  put(263, 220, 170);
  expect(faceSizes(mesh)).toEqual({
    headBreadthPx: null,
    cheekboneBreadthPx: 140,
    faceHeightPx: 120,
    interpupillaryPx: 70,
    yawDeg: 0,
  });
});
