import { beforeAll, describe, expect, test } from 'vitest';
import { individualTypologyAngle } from '../../src/analysis/analyzers/face-quality/skin-tone/individual-typology-angle.ts';
import { calibrateSkin, type SkinEvidence } from '../../src/analysis/body/skin/calibrate-skin.ts';
import { choosePalette } from '../../src/analysis/body/skin/choose-palette.ts';
import { describeSkin } from '../../src/analysis/body/skin/describe-skin.ts';
import { labHex } from '../../src/analysis/body/skin/lab-hex.ts';
import { readSkinPatches, type SkinPicture } from '../../src/analysis/body/skin/read-skin-patches.ts';
import { undertoneOf, usualHueDeg } from '../../src/analysis/body/skin/undertone.ts';
import { bodySkinSchema } from '../../src/protocol/body-measurement.ts';
import { type BodySceneChanges, bodyScene, DEFAULT_BODY_SCENE } from '../../src/synthetic/body/body-scene.ts';
import { type RenderedBody, renderBody } from '../../src/synthetic/body/render-body.ts';
import { drawCardInto, placeCard } from '../../src/synthetic/draw-card.ts';
import {
  DEFAULT_SCENE,
  faceScene,
  type MonkTone,
  type SceneLight,
  type Srgb,
} from '../../src/synthetic/face-scene.ts';
import { renderFace } from '../../src/synthetic/render-face.ts';
import { sceneLighting } from '../../src/synthetic/scene-lighting.ts';
import { skinColour } from '../../src/synthetic/srgb.ts';
import { BODY_POINT } from '../../src/vision/body-points.ts';
import { calibrateFromCard } from '../../src/vision/card/card-colour.ts';
import { findCard } from '../../src/vision/card/find-card.ts';
import { labFromSrgb } from '../../src/vision/colour.ts';
import { openModels } from '../../src/vision/model-registry.ts';
import { type Cv, loadOpenCv } from '../../src/vision/open-cv.ts';
import type { CanonicalFace, RgbImage } from '../../src/vision/types.ts';

const LIGHTS: Readonly<Record<string, Srgb>> = {
  daylight: [255, 255, 255],
  warm: [255, 214, 170],
  cool: [214, 228, 255],
};
/** The renderer's hand is as pale as its card in lighter tones, where the card is not told from it. */
const TONES: readonly MonkTone[] = [5, 6, 7, 8, 9];
const PALE_TONES: readonly MonkTone[] = [2, 3, 4];
const SIZE = { width: 900, height: 1600 };

let cv: Cv;
let canonical: CanonicalFace;
beforeAll(async () => {
  cv = await loadOpenCv();
  canonical = await (await openModels()).loadCanonicalFace();
});

/** A picture takes half a second, and most are looked at more than once. */
const taken = new Map<string, RenderedBody>();

function photograph(tone: MonkTone, light: Srgb, changes: BodySceneChanges = {}): RenderedBody {
  const key = JSON.stringify([tone, light, changes]);
  const known = taken.get(key);
  if (known !== undefined) return known;
  const body = renderBody(
    bodyScene({
      ...SIZE,
      card: { tiltXDeg: 5, tiltYDeg: -5 },
      looks: { skin: tone },
      light: { colour: light },
      ...changes,
    }),
    canonical,
  );
  taken.set(key, body);
  return body;
}

/** Enough for pale skin not to run over in the light's strongest channel. */
function dim(colour: Srgb): SceneLight {
  return { ...DEFAULT_BODY_SCENE.light, intensity: 0.7, colour };
}

/** A card that faces the camera in the same light, and what it says. */
function withCardOnWall(
  { image, truth }: RenderedBody,
  scene: SceneLight,
): { image: RgbImage; gains: [number, number, number] | null } {
  const { focalPx } = truth.camera;
  const placed = placeCard({
    ...SIZE,
    focalPx,
    x: 160,
    y: 420,
    distanceCm: 150,
    turnDeg: 4,
    yawDeg: 3,
    pitchDeg: 0,
  });
  const { colour, direct, ambient, z } = sceneLighting(scene);
  const received = direct * z + 0.9 * ambient;
  const light = [colour[0] * received, colour[1] * received, colour[2] * received] as const;
  const shown = drawCardInto(image, placed, { light, hasPrint: true }, { blurPx: 0.6, noise: 0.01, seed: 3 });
  const finding = findCard(cv, shown, { within: { x: 0, y: 300, width: 320, height: 240 }, focalPx });
  if (finding.found !== 'one') return { image: shown, gains: null };
  const found = calibrateFromCard(shown, finding.card);
  return { image: shown, gains: found.status === 'calibrated' ? [...found.calibration.gains] : null };
}

function pictureOf({ image, truth }: RenderedBody): SkinPicture {
  const visibility = new Float32Array(33).fill(1);
  return { image, landmarks: truth.landmarks, visibility, mask: truth.mask, faceMesh: null };
}

function gainsOf({ image, truth }: RenderedBody): [number, number, number] | null {
  const xs = truth.card!.corners.map(({ x }) => x);
  const ys = truth.card!.corners.map(({ y }) => y);
  const [x, y] = [Math.min(...xs) - 30, Math.min(...ys) - 30];
  const within = { x, y, width: Math.max(...xs) + 30 - x, height: Math.max(...ys) + 30 - y };
  const finding = findCard(cv, image, { within, focalPx: truth.camera.focalPx });
  if (finding.found !== 'one') return null;
  const colour = calibrateFromCard(image, finding.card);
  return colour.status === 'calibrated' ? [...colour.calibration.gains] : null;
}

function evidenceOf(body: RenderedBody, gains: [number, number, number] | null): SkinEvidence {
  return {
    view: 'front',
    skin: readSkinPatches(pictureOf(body)),
    lightingOk: true,
    card: gains && cardWith(gains),
  };
}

function cardWith(gains: [number, number, number] | null): SkinEvidence['card'] {
  const corners: [number, number][] = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ];
  return { corners, pxPerCm: 8, relativeSd: 0.01, distanceCm: 200, tiltDeg: 5, gains, colourProblem: null };
}

function trueIta(tone: MonkTone): number {
  return individualTypologyAngle(labFromSrgb(...skinColour(tone)));
}

describe('the skin of a person with a card', () => {
  test.each(
    Object.entries(LIGHTS).flatMap(([name, light]) => TONES.map((tone) => [name, tone, light] as const)),
  )('%s light, tone %i: the ITA is within 5° of the truth', (_, tone, light) => {
    const body = photograph(tone, light);
    const gains = gainsOf(body);
    expect(gains).not.toBeNull();
    const evidence = evidenceOf(body, gains);
    expect(Math.abs(describeSkin([evidence])!.ita - trueIta(tone))).toBeLessThan(5);
    const skin = calibrateSkin([evidence])!;
    expect(skin.calibratedBy).toBe('card');
    expect(skin.confidence).toBeGreaterThan(0.8);
  });

  test.each(
    Object.entries(LIGHTS).flatMap(([name, light]) => PALE_TONES.map((tone) => [name, tone, light] as const)),
  )('%s light, tone %i, the card beside the person: the ITA is within 5° of the truth', (_, tone, light) => {
    const body = photograph(tone, light, { card: null, light: dim(light), room: { wall: [88, 90, 94] } });
    const { image, gains } = withCardOnWall(body, dim(light));
    expect(gains).not.toBeNull();
    const evidence = evidenceOf({ ...body, image }, gains);
    expect(Math.abs(describeSkin([evidence])!.ita - trueIta(tone))).toBeLessThan(5);
  });

  test('from the side one cheek is enough', () => {
    const body = photograph(6, LIGHTS.warm!, { stance: { yawDeg: 90 } });
    const evidence = evidenceOf(body, gainsOf(body));
    expect(evidence.skin.map(({ region }) => region)).toContain('face');
    expect(Math.abs(describeSkin([evidence])!.ita - trueIta(6))).toBeLessThan(5);
  });

  test('without the card warm light makes another tone of it, and the confidence says so', () => {
    const body = photograph(5, LIGHTS.warm!);
    const plain = evidenceOf(body, null);
    const skin = calibrateSkin([plain])!;
    expect(skin.calibratedBy).toBe('nothing');
    expect(skin.confidence).toBeLessThan(0.4);
    expect(Math.abs(describeSkin([plain])!.ita - trueIta(5))).toBeGreaterThan(10);
  });
});

describe('a card in another picture', () => {
  test('corrects where it may have been in the same light, with less confidence', () => {
    const body = photograph(6, LIGHTS.warm!);
    const front = evidenceOf(body, null);
    const ref: SkinEvidence = { view: 'ref', skin: [], lightingOk: true, card: cardWith(gainsOf(body)) };
    const skin = calibrateSkin([front, ref])!;
    expect(skin.calibratedBy).toBe('other-picture');
    expect(skin.confidence).toBeGreaterThan(0.5);
    expect(skin.confidence).toBeLessThan(0.7);
    expect(Math.abs(individualTypologyAngle(skin.lab) - trueIta(6))).toBeLessThan(5);
  });

  test('is not used where the same face looks different there', () => {
    const warm = evidenceOf(photograph(6, LIGHTS.warm!), null);
    const cool = evidenceOf(photograph(6, LIGHTS.cool!), null);
    const [face] = cool.skin;
    // A face and a neck of two hues: what that picture says of its own skin is not worth much.
    const neck = { ...face!, region: 'neck' as const, lab: { L: 50, a: 40, b: -10 } };
    const side: SkinEvidence = {
      ...cool,
      view: 'side',
      skin: [face!, neck],
      card: cardWith([1, 1.5, 2.6]),
    };
    expect(calibrateSkin([warm, side])!.calibratedBy).toBe('nothing');
    const sameFace = { ...face!, linear: warm.skin[0]!.linear };
    expect(calibrateSkin([warm, { ...side, skin: [sameFace, neck] }])!.calibratedBy).toBe('other-picture');
  });

  test('is not used where it would make something of the skin that no skin is', () => {
    const front = evidenceOf(photograph(6, LIGHTS.daylight!), null);
    const ref: SkinEvidence = { view: 'ref', skin: [], lightingOk: true, card: cardWith([0.4, 1.2, 9]) };
    expect(calibrateSkin([front, ref])!.calibratedBy).toBe('nothing');
  });

  test('nobody in any picture: nothing is said', () => {
    const ref: SkinEvidence = { view: 'ref', skin: [], lightingOk: true, card: cardWith([1, 1, 1]) };
    expect(describeSkin([ref])).toBeNull();
    expect(describeSkin([])).toBeNull();
  });
});

describe('what counts as bare skin', () => {
  const CLOTHES: readonly (readonly [string, Srgb])[] = [
    ['white', [225, 225, 225]],
    ['navy', [40, 50, 90]],
    ['green', [60, 110, 70]],
    ['black', [22, 22, 24]],
  ];

  test('face, neck and forearm of a figure with short sleeves', () => {
    const patches = readSkinPatches(pictureOf(photograph(5, LIGHTS.daylight!)));
    expect(patches.map(({ region }) => region)).toEqual(['face', 'neck', 'inner-arm']);
    for (const { pixels } of patches) expect(pixels).toBeGreaterThan(100);
  });

  test.each(CLOTHES)('a %s sleeve and a collar are left out', (_, colour) => {
    const body = photograph(5, LIGHTS.daylight!);
    const { landmarks } = body.truth;
    const at = (point: number) => [landmarks[point * 3]!, landmarks[point * 3 + 1]!] as const;
    const dressed = painted(body.image, colour, [
      [at(BODY_POINT.leftElbow), at(BODY_POINT.leftWrist)],
      [at(BODY_POINT.rightElbow), at(BODY_POINT.rightWrist)],
      [at(BODY_POINT.leftShoulder), at(BODY_POINT.rightShoulder)],
    ]);
    const regions = readSkinPatches({ ...pictureOf(body), image: dressed }).map(({ region }) => region);
    expect(regions).toEqual(['face']);
  });

  test('nothing where the face is not seen', () => {
    const body = photograph(5, LIGHTS.daylight!);
    const hidden = { ...pictureOf(body), visibility: new Float32Array(33).fill(0.2) };
    expect(readSkinPatches(hidden)).toEqual([]);
  });

  test('nothing of a face that is blown out', () => {
    const body = photograph(3, LIGHTS.daylight!, { camera: { exposureEv: 1.5 } });
    expect(readSkinPatches(pictureOf(body))).toEqual([]);
  });

  test('only what the mask takes for the person', () => {
    const body = photograph(5, LIGHTS.daylight!);
    expect(readSkinPatches({ ...pictureOf(body), mask: new Uint8Array(SIZE.width * SIZE.height) })).toEqual(
      [],
    );
  });

  test('the face by its mesh, where the picture shows it large', () => {
    const face = renderFace(faceScene({ face: { skin: 6 }, light: DEFAULT_SCENE.light }), canonical);
    const patches = readSkinPatches({
      image: face.image,
      landmarks: null,
      visibility: null,
      mask: null,
      faceMesh: face.landmarks,
    });
    expect(patches.map(({ region }) => region)).toEqual(['face']);
    const [red, green] = patches[0]!.linear;
    const truth = skinColour(6).map((value) => (value / 255) ** 2.2);
    expect(red / green).toBeCloseTo(truth[0]! / truth[1]!, 0);
  });
});

describe('undertone', () => {
  test.each([
    [5, 'neutral'],
    [-5, 'neutral'],
    [12, 'warm'],
    [-12, 'cool'],
  ])('%i° from the usual hue is %s at any lightness', (apartDeg, undertone) => {
    for (const l of [20, 35, 50, 65, 80]) {
      const hue = ((usualHueDeg(l) + apartDeg * 0.99) * Math.PI) / 180;
      expect(undertoneOf({ l, a: 20 * Math.cos(hue), b: 20 * Math.sin(hue) })).toBe(undertone);
    }
  });

  test('the same hue is warmer in dark skin than in light', () => {
    const hue = (60 * Math.PI) / 180;
    const [a, b] = [18 * Math.cos(hue), 18 * Math.sin(hue)];
    expect(undertoneOf({ l: 30, a, b })).toBe('warm');
    expect(undertoneOf({ l: 75, a, b })).toBe('neutral');
  });
});

describe('the palette', () => {
  const colourings = (['cool', 'neutral', 'warm'] as const).flatMap((undertone) =>
    [15, 35, 55, 75, 92].flatMap((lightness) =>
      [null, 15, 60].map((hairLightness) => ({ undertone, lightness, hairLightness })),
    ),
  );

  test('has four to six different colours with their reasons, for everybody', () => {
    for (const colouring of colourings) {
      const palette = choosePalette(colouring);
      expect(palette.length).toBeGreaterThanOrEqual(4);
      expect(palette.length).toBeLessThanOrEqual(6);
      expect(new Set(palette.map(({ hex }) => hex)).size).toBe(palette.length);
      for (const { hex, reason } of palette) {
        expect(hex).toMatch(/^#[0-9A-F]{6}$/);
        expect(reason).toMatch(new RegExp(`^(high|medium|low)-contrast ${colouring.undertone}: `));
      }
    }
  });

  test('depends on nothing else', () => {
    for (const colouring of colourings)
      expect(choosePalette(colouring)).toEqual(choosePalette({ ...colouring }));
  });

  test('is clearer and deeper where hair and skin differ more', () => {
    const of = (hairLightness: number) =>
      choosePalette({ undertone: 'warm', lightness: 75, hairLightness })[0]!.reason;
    expect(of(20)).toContain('high-contrast');
    expect(of(70)).toContain('low-contrast');
  });

  test('hex of colours that sRGB has is exact, of others the nearest of their hue', () => {
    for (const [red, green, blue] of [
      [139, 75, 47],
      [0, 0, 0],
      [255, 255, 255],
      [12, 200, 90],
    ] as const) {
      const digits = [red, green, blue].map((value) => value.toString(16).padStart(2, '0'));
      expect(labHex(labFromSrgb(red, green, blue))).toBe(`#${digits.join('').toUpperCase()}`);
    }
    expect(labHex({ l: 50, a: 120, b: -120 })).toMatch(/^#[0-9A-F]{6}$/);
  });
});

test('the description is what the protocol says', () => {
  const body = photograph(7, LIGHTS.cool!);
  const skin = describeSkin([evidenceOf(body, gainsOf(body))]);
  expect(bodySkinSchema.parse(skin)).toEqual(skin);
  expect(skin!.monk_bucket).toBe(7);
});

/** Broad strokes of cloth over a picture. */
function painted(
  image: RgbImage,
  colour: Srgb,
  strokes: readonly (readonly [readonly [number, number], readonly [number, number]])[],
): RgbImage {
  const data = Uint8Array.from(image.data);
  for (const [[x1, y1], [x2, y2]] of strokes) {
    for (let step = 0; step <= 100; step++) {
      const [x, y] = [x1 + ((x2 - x1) * step) / 100, y1 + ((y2 - y1) * step) / 100];
      for (let dy = -85; dy <= 25; dy++) {
        for (let dx = -25; dx <= 25; dx++) {
          // Only the shoulders' stroke reaches up to the neck.
          if (dy < -25 && Math.abs(y2 - y1) > 20) continue;
          const [px, py] = [Math.round(x) + dx, Math.round(y) + dy];
          if (px >= 0 && py >= 0 && px < image.width && py < image.height)
            data.set(colour, (py * image.width + px) * 3);
        }
      }
    }
  }
  return { ...image, data };
}
