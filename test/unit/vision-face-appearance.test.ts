import { beforeAll, describe, expect, it } from 'vitest';
import { createFaceRenderer, type FaceRenderer } from '../../src/synthetic/face-renderer.ts';
import { faceScene, type MonkTone, type SceneChanges } from '../../src/synthetic/face-scene.ts';
import { DEFAULT_DECODE_LIMITS, decodeImage } from '../../src/vision/decode-image.ts';
import { type AppearanceReader, createAppearance } from '../../src/vision/face-appearance.ts';
import { openModels } from '../../src/vision/model-registry.ts';
import type { CanonicalFace, FaceAppearance, RgbImage } from '../../src/vision/types.ts';
import { encodeImage } from '../support/encode-image.ts';

let canonical: CanonicalFace;
let renderer: FaceRenderer;
let reader: AppearanceReader;
beforeAll(async () => {
  canonical = await (await openModels()).loadCanonicalFace();
  renderer = createFaceRenderer(canonical);
  reader = createAppearance(canonical);
});

/** As the true landmarks of a rendered face see it, after JPEG. */
async function read(changes: SceneChanges, jpegQuality = 80): Promise<FaceAppearance> {
  const { image, faces } = renderer.render(faceScene(changes));
  const decoded = await decodeImage(await encodeImage(image, 'jpeg', jpegQuality), DEFAULT_DECODE_LIMITS);
  return reader.read(decoded, faces[0]!.landmarks);
}

const TONES: MonkTone[] = [1, 4, 7, 10];

describe('on a painted face', () => {
  /** One colour for each half of the picture, so that every statistic has an exact value. */
  function halves(
    left: readonly number[],
    right: readonly number[],
  ): { image: RgbImage; landmarks: Float32Array } {
    const [width, height] = [300, 300];
    const data = new Uint8Array(width * height * 3);
    for (let i = 0; i < width * height; i++) data.set(i % width < width / 2 ? left : right, i * 3);
    const landmarks = new Float32Array(canonical.positions.length);
    for (let i = 0; i < landmarks.length; i += 3) {
      landmarks[i] = 150 + canonical.positions[i]! * 10;
      landmarks[i + 1] = 150 - canonical.positions[i + 1]! * 10;
    }
    return { image: { data, width, height }, landmarks };
  }

  it('luminance is linear light', () => {
    const { image, landmarks } = halves([188, 188, 188], [188, 188, 188]);
    const seen = reader.read(image, landmarks);
    for (const value of [seen.skinLuminance, seen.leftLuminance, seen.luminanceP05, seen.luminanceP95]) {
      expect(value).toBeCloseTo(0.503, 2);
    }
    expect(seen.surroundLuminance).toBeCloseTo(0.503, 2);
    expect(seen.skinLab.l).toBeCloseTo(76.2, 0);
    expect(Math.abs(seen.skinLab.a) + Math.abs(seen.skinLab.b)).toBeLessThan(0.1);
  });

  it('left and right are the image’s', () => {
    const { image, landmarks } = halves([60, 60, 60], [188, 188, 188]);
    const seen = reader.read(image, landmarks);
    expect(seen.leftLuminance).toBeCloseTo(0.0452, 2);
    expect(seen.rightLuminance).toBeCloseTo(0.503, 2);
  });

  it('shares of crushed and blown skin', () => {
    const { image, landmarks } = halves([0, 0, 0], [255, 252, 252]);
    const seen = reader.read(image, landmarks);
    expect(seen.darkClippedShare).toBeCloseTo(0.5, 1);
    expect(seen.brightClippedShare).toBeCloseTo(0.5, 1);
  });

  it('gives numbers for a face outside of the picture', () => {
    const { image, landmarks } = halves([90, 90, 90], [90, 90, 90]);
    const seen = reader.read(
      image,
      landmarks.map((value) => value + 1000),
    );
    for (const value of Object.values(seen).filter((each) => typeof each === 'number')) {
      expect(Number.isFinite(value)).toBe(true);
    }
  });
});

describe('sharpness', () => {
  it.each(TONES)('tells sharp from defocused and from moved, Monk %i', async (skin) => {
    for (const distanceCm of [25, 50]) {
      const face = { skin, distanceCm };
      const sharp = await read({ face });
      const soft = await read({ face, camera: { defocusPx: 2.5 } });
      const sideways = await read({ face, camera: { motionPx: { x: 9, y: 0 } } });
      const upwards = await read({ face, camera: { motionPx: { x: 0, y: 9 } } });
      expect(sharp.sharpness).toBeGreaterThan(0.65);
      for (const blurred of [soft, sideways, upwards])
        expect(blurred.sharpness).toBeLessThan(0.6 * sharp.sharpness);
    }
  });

  it('falls with every step of defocus', async () => {
    const values: number[] = [];
    for (const defocusPx of [0, 1, 1.5, 2, 3, 4])
      values.push((await read({ camera: { defocusPx } })).sharpness);
    expect(values).toEqual(values.toSorted((a, b) => b - a));
  });

  it('is not raised by JPEG blocks nor by noise', async () => {
    const soft = (await read({ camera: { defocusPx: 2.5 } })).sharpness;
    expect((await read({ camera: { defocusPx: 2.5 } }, 40)).sharpness).toBeLessThan(soft + 0.12);
    expect((await read({ camera: { defocusPx: 2.5, noise: 0.03 } })).sharpness).toBeLessThan(soft + 0.12);
  });
});

describe('light', () => {
  it.each(TONES)('from one side makes that side brighter, Monk %i', async (skin) => {
    const fromRight = await read({ face: { skin }, light: { azimuthDeg: 60, ambient: 0.15 } });
    const fromLeft = await read({ face: { skin }, light: { azimuthDeg: -60, ambient: 0.15 } });
    const front = await read({ face: { skin } });
    expect(fromRight.rightLuminance / fromRight.leftLuminance).toBeGreaterThan(1.5);
    expect(fromLeft.leftLuminance / fromLeft.rightLuminance).toBeGreaterThan(1.5);
    expect(Math.abs(Math.log2(front.leftLuminance / front.rightLuminance))).toBeLessThan(0.35);
  });

  it('that is coloured gives the same cast on every skin; white light gives none', async () => {
    for (const [colour, sign] of [
      [[255, 200, 140], 1],
      [[180, 205, 255], -1],
    ] as const) {
      const casts: number[] = [];
      for (const skin of TONES) {
        const white = await read({ face: { skin } });
        expect(Math.hypot(white.colourCast!.a, white.colourCast!.b)).toBeLessThan(6);
        casts.push((await read({ face: { skin }, light: { colour } })).colourCast!.b * sign);
      }
      expect(Math.min(...casts)).toBeGreaterThan(8);
      expect(Math.max(...casts) - Math.min(...casts)).toBeLessThan(8);
    }
  });

  it('whose colour cannot be known has no cast: closed eyes', async () => {
    expect((await read({ face: { eyesOpen: 0 } })).colourCast).toBeNull();
  });

  it('from behind makes the surroundings brighter than the face', async () => {
    const seen = await read({ background: { window: { x: 0, y: 0, width: 1, height: 1, brightness: 1 } } });
    expect(seen.surroundLuminance).toBeGreaterThan(0.8);
  });
});
