import { beforeAll, describe, expect, test } from 'vitest';
import { FACE_MEASURE_IDS } from '../../src/protocol/checks.ts';
import { sceneCamera } from '../../src/synthetic/camera-geometry.ts';
import { drawFace, type FaceDrawing } from '../../src/synthetic/face-drawing.ts';
import { changeScene, type FaceScene, faceScene, type SceneChanges } from '../../src/synthetic/face-scene.ts';
import { buildHeadModel } from '../../src/synthetic/head-model.ts';
import { type RenderedFace, renderFace, renderScene } from '../../src/synthetic/render-face.ts';
import { createVisibility, rasterise, SAMPLES } from '../../src/synthetic/visibility.ts';
import { openModels } from '../../src/vision/model-registry.ts';
import type { CanonicalFace, RgbImage } from '../../src/vision/types.ts';
import { applyLight, goodScene, type MONK_TONES, SCENE_FAULTS } from '../support/scene-faults.ts';

let canonical: CanonicalFace;
beforeAll(async () => {
  canonical = await (await openModels()).loadCanonicalFace();
});

const small = (changes: SceneChanges = {}): FaceScene =>
  changeScene(faceScene({ width: 320, height: 240 }), changes);
const render = (changes: SceneChanges = {}): RenderedFace => renderFace(small(changes), canonical);
const place = (face: RenderedFace, vertex: number): [number, number] => [
  face.landmarks[vertex * 3]!,
  face.landmarks[vertex * 3 + 1]!,
];

/** Mean of the three channels around a place, 0..255. */
function brightnessAt(image: RgbImage, [x, y]: readonly [number, number], reach = 1): number {
  let sum = 0;
  let count = 0;
  for (let row = Math.floor(y) - reach; row <= Math.floor(y) + reach; row++) {
    for (let column = Math.floor(x) - reach; column <= Math.floor(x) + reach; column++) {
      for (let channel = 0; channel < 3; channel++) {
        sum += image.data[(row * image.width + column) * 3 + channel]!;
        count++;
      }
    }
  }
  return sum / count;
}

function meanOf(image: RgbImage): number {
  return image.data.reduce((sum, value) => sum + value, 0) / image.data.length;
}

/** Mean absolute step between horizontal neighbours. */
function detailOf(image: RgbImage): number {
  let sum = 0;
  for (let at = 3; at < image.data.length; at++) sum += Math.abs(image.data[at]! - image.data[at - 3]!);
  return sum / image.data.length;
}

const CHEEKS = [205, 425] as const;
const noise = { noise: 0 };

describe('ground truth', () => {
  test('landmarks are where a pinhole camera sees the canonical face', () => {
    const scene = small({
      width: 640,
      height: 480,
      face: { yawDeg: 17, pitchDeg: -9, rollDeg: 13, distanceCm: 41, x: 0.61, y: 0.42 },
      camera: { verticalFovDeg: 50 },
    });
    const rendered = renderFace(scene, canonical);
    const focalPx = 240 / Math.tan((25 * Math.PI) / 180);
    const turn = (angleDeg: number, a: number, b: number): [number, number] => {
      const angle = (angleDeg * Math.PI) / 180;
      return [a * Math.cos(angle) - b * Math.sin(angle), a * Math.sin(angle) + b * Math.cos(angle)];
    };
    // Nose, forehead, chin, ears and corners of the eyes: what no expression moves.
    for (const vertex of [1, 4, 168, 10, 152, 234, 454, 33, 133, 263, 362]) {
      let [x, y, z] = canonical.positions.subarray(vertex * 3, vertex * 3 + 3) as unknown as [
        number,
        number,
        number,
      ];
      [x, y] = turn(-13, x, y); // roll > 0 lowers the side at the image's right
      [z, y] = turn(-9, z, y); // pitch > 0 lifts what is in front
      [z, x] = turn(17, z, x); // yaw > 0 moves what is in front to the right
      const depth = 41 - z;
      const originX = 0.61 * 640 - 320;
      const originY = 0.42 * 480 - 240;
      const px = 320 + (focalPx * (x + (originX * 41) / focalPx)) / depth;
      const py = 240 - (focalPx * (y - (originY * 41) / focalPx)) / depth;
      expect(rendered.landmarks[vertex * 3]).toBeCloseTo(px, 2);
      expect(rendered.landmarks[vertex * 3 + 1]).toBeCloseTo(py, 2);
      expect(rendered.landmarks[vertex * 3 + 2]).toBeCloseTo((-z * focalPx) / 41, 2);
    }
    expect(rendered.pose).toEqual({ yawDeg: 17, pitchDeg: -9, rollDeg: 13 });
  });

  test('angles have the signs of the project', () => {
    const turned = render({ face: { yawDeg: 20 } });
    expect(place(turned, 1)[0] - place(turned, 168)[0]).toBeGreaterThan(3);
    const raised = render({ face: { pitchDeg: 20 } });
    const level = render();
    const noseLength = (face: RenderedFace) => place(face, 1)[1] - place(face, 168)[1];
    expect(noseLength(raised)).toBeLessThan(noseLength(level) - 3);
    const tilted = render({ face: { rollDeg: 20 } });
    expect(place(tilted, 263)[1]).toBeGreaterThan(place(tilted, 33)[1] + 10);
  });

  test('box and interocular distance follow from the landmarks', () => {
    const near = render({ face: { distanceCm: 28 } });
    const far = render({ face: { distanceCm: 56 } });
    // The eyes lie some 3.5 cm before the head's middle.
    expect(near.interocularPx / far.interocularPx).toBeCloseTo((56 - 3.5) / (28 - 3.5), 1);
    expect(near.box.y).toBeCloseTo(place(near, 10)[1], 3);
    expect(near.box.y + near.box.height).toBeCloseTo(place(near, 152)[1], 3);
  });

  test('the picture shows the features where the landmarks are', () => {
    const { image, ...face } = render({ width: 640, height: 480, camera: noise });
    const middle = (a: number, b: number, share = 0.5): [number, number] => {
      const [ax, ay] = place({ image, ...face }, a);
      const [bx, by] = place({ image, ...face }, b);
      return [ax + (bx - ax) * share, ay + (by - ay) * share];
    };
    for (const [outer, inner] of [
      [33, 133],
      [263, 362],
    ] as const) {
      expect(brightnessAt(image, middle(outer, inner))).toBeLessThan(
        brightnessAt(image, middle(outer, inner, 0.25)) - 40,
      );
    }
    const [lipX, lipY] = middle(14, 17);
    const at = (Math.floor(lipY) * image.width + Math.floor(lipX)) * 3;
    const [cheekX, cheekY] = place({ image, ...face }, 205);
    const cheek = (Math.floor(cheekY) * image.width + Math.floor(cheekX)) * 3;
    expect(image.data[at]! / image.data[at + 1]!).toBeGreaterThan(
      (image.data[cheek]! / image.data[cheek + 1]!) * 1.15,
    );
    expect(brightnessAt(image, middle(105, 52))).toBeLessThan(brightnessAt(image, middle(151, 9)) - 40);
  });
});

describe('expression', () => {
  const gap = (face: RenderedFace, upper: number, lower: number) =>
    (place(face, lower)[1] - place(face, upper)[1]) / face.interocularPx;

  test('lids close over the eye', () => {
    const open = render({ camera: noise });
    const half = render({ face: { eyesOpen: 0.5 }, camera: noise });
    const shut = render({ face: { eyesOpen: 0 }, camera: noise });
    expect(gap(open, 159, 145)).toBeGreaterThan(0.12);
    expect(gap(half, 159, 145)).toBeGreaterThan(0.04);
    expect(gap(half, 159, 145)).toBeLessThan(0.09);
    expect(Math.abs(gap(shut, 159, 145))).toBeLessThan(0.01);
  });

  test('the mouth opens with the jaw', () => {
    expect(gap(render(), 13, 14)).toBeLessThan(0.03);
    const open = render({ face: { mouthOpen: 0.8 } });
    expect(gap(open, 13, 14)).toBeGreaterThan(0.2);
    expect(place(open, 152)[1]).toBeGreaterThan(place(render(), 152)[1] + 3);
    expect(place(open, 1)).toEqual(place(render(), 1));
  });

  test('a smile lifts and widens the corners of the mouth', () => {
    const neutral = render();
    const smiling = render({ face: { smile: 1 } });
    expect(place(smiling, 61)[1]).toBeLessThan(place(neutral, 61)[1]);
    expect(place(smiling, 291)[0]).toBeGreaterThan(place(neutral, 291)[0]);
  });
});

describe('light and camera', () => {
  test('the same scene gives the same bytes, another seed only other noise', () => {
    const scene = small();
    const first = renderFace(scene, canonical).image.data;
    expect(Buffer.compare(first, renderFace(scene, canonical).image.data)).toBe(0);
    const other = renderFace(changeScene(scene, { seed: 2 }), canonical).image.data;
    expect(Buffer.compare(first, other)).not.toBe(0);
    let difference = 0;
    for (let at = 0; at < first.length; at++) difference += Math.abs(first[at]! - other[at]!);
    expect(difference / first.length).toBeLessThan(2.5);
    expect(difference / first.length).toBeGreaterThan(0.1);
  });

  test('without noise the seed changes nothing', () => {
    const scene = small({ camera: noise });
    const first = renderFace(scene, canonical).image.data;
    expect(Buffer.compare(first, renderFace(changeScene(scene, { seed: 9 }), canonical).image.data)).toBe(0);
  });

  test('less exposure and less light are darker, step by step', () => {
    const exposures = [2, 1, 0, -1, -2, -3, -4].map((exposureEv) =>
      meanOf(render({ camera: { exposureEv } }).image),
    );
    for (let at = 1; at < exposures.length; at++) expect(exposures[at]).toBeLessThan(exposures[at - 1]!);
    const lights = [1, 0.6, 0.3, 0.1].map((intensity) => meanOf(render({ light: { intensity } }).image));
    for (let at = 1; at < lights.length; at++) expect(lights[at]).toBeLessThan(lights[at - 1]!);
  });

  test('over-exposure clips at white for good', () => {
    const { image } = render({ camera: { exposureEv: 3, noise: 0 }, face: { skin: 2 } });
    const blown = image.data.reduce((count, value) => count + (value === 255 ? 1 : 0), 0);
    expect(blown / image.data.length).toBeGreaterThan(0.5);
  });

  test('light from one side leaves the other dark, whichever the tone', () => {
    for (const skin of [1, 5, 10] as const) {
      const right = renderFace(applyLight(goodScene(skin), 'side-light'), canonical);
      const [imageLeft, imageRight] = CHEEKS.map((cheek) =>
        brightnessAt(right.image, place(right, cheek), 3),
      );
      expect(imageRight).toBeGreaterThan(imageLeft! * 1.4);
    }
  });

  test('a darker tone is darker under the same light, and a colour of its own is taken as it is', () => {
    const cheek = (skin: (typeof MONK_TONES)[number]) => {
      const face = render({ face: { skin }, camera: noise });
      return brightnessAt(face.image, place(face, 205), 2);
    };
    const tones = [1, 4, 5, 6, 7, 8, 9, 10] as const;
    for (let at = 1; at < tones.length; at++) expect(cheek(tones[at]!)).toBeLessThan(cheek(tones[at - 1]!));
    const green = render({ face: { skin: [60, 180, 60] }, camera: noise });
    const [x, y] = place(green, 205);
    const at = (Math.floor(y) * green.image.width + Math.floor(x)) * 3;
    expect(green.image.data[at + 1]).toBeGreaterThan(green.image.data[at]! * 1.6);
  });

  test('more blur leaves less detail', () => {
    const sharp = detailOf(render({ camera: noise }).image);
    const soft = detailOf(render({ camera: { ...noise, defocusPx: 1.5 } }).image);
    const softer = detailOf(render({ camera: { ...noise, defocusPx: 4 } }).image);
    const smeared = detailOf(render({ camera: { ...noise, motionPx: { x: 12, y: 0 } } }).image);
    expect(soft).toBeLessThan(sharp);
    expect(softer).toBeLessThan(soft);
    expect(smeared).toBeLessThan(sharp * 0.8);
  });
});

describe('what hides what', () => {
  const drawn = (scene: FaceScene): { drawing: FaceDrawing; hidden: (vertex: number) => boolean } => {
    const drawing = drawFace(
      buildHeadModel(canonical, 'short'),
      canonical,
      scene.face!,
      scene,
      sceneCamera(scene),
    );
    const visibility = createVisibility(scene.width, scene.height);
    rasterise(visibility, drawing, 0);
    return {
      drawing,
      hidden(vertex) {
        const x = Math.round(drawing.screenX[vertex]! * SAMPLES - 0.5);
        const y = Math.round(drawing.screenY[vertex]! * SAMPLES - 0.5);
        const seenDepth = 1 / visibility.inverseDepth[y * visibility.width + x]!;
        return seenDepth < 1 / drawing.inverseDepth[vertex]! - 0.8;
      },
    };
  };
  // Beside the ears: 454 at the image's right, 234 at its left.
  test.each([
    [30, 454, 234],
    [-30, 234, 454],
  ])('at yaw %i° the far cheek is behind the face and the near one is seen', (yawDeg, far, near) => {
    const { hidden } = drawn(small({ face: { yawDeg } }));
    expect(hidden(far)).toBe(true);
    expect(hidden(near)).toBe(false);
    expect(hidden(1)).toBe(false);
  });

  test('the nearer of two people is in front, in whichever order they are named', () => {
    const front = { distanceCm: 30, x: 0.5, skin: 2 } as const;
    const behind = { distanceCm: 45, x: 0.5, skin: 9 } as const;
    const one = renderScene(small({ face: front, others: [behind], camera: noise }), canonical);
    const other = renderScene(small({ face: behind, others: [front], camera: noise }), canonical);
    expect(Buffer.compare(one.image.data, other.image.data)).toBe(0);
    expect(one.faces).toHaveLength(2);
    const [x, y] = one.faces[0]!.landmarks.subarray(205 * 3) as unknown as [number, number];
    expect(brightnessAt(one.image, [x, y])).toBeGreaterThan(150);
    expect(one.faces[0]!.interocularPx).toBeGreaterThan(one.faces[1]!.interocularPx);
  });

  test('an empty room has no face', () => {
    const scene = small({ face: null });
    expect(renderScene(scene, canonical).faces).toEqual([]);
    expect(() => renderFace(scene, canonical)).toThrow(RangeError);
  });

  test('a face that reaches out of the picture or behind the camera is cut off', () => {
    const cut = render({ face: { x: -0.1, distanceCm: 20 } });
    expect(cut.box.x).toBeLessThan(0);
    expect(() => render({ face: { distanceCm: 5 } })).not.toThrow();
  });
});

test('every measure has a fault of its own', () => {
  const covered = new Set(SCENE_FAULTS.map((fault) => fault.measure));
  expect(FACE_MEASURE_IDS.filter((id) => !covered.has(id))).toEqual([]);
});
