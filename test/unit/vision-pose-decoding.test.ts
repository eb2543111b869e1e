import { describe, expect, it } from 'vitest';
import { edgesReached, missingParts } from '../../src/vision/body-extent.ts';
import { confidenceAt, MASK_PIXELS, maskInImage, readMask } from '../../src/vision/body-mask.ts';
import { BODY_POINT } from '../../src/vision/body-points.ts';
import { createPoseDetector, POSE_DETECTOR } from '../../src/vision/pose-detector.ts';
import { HEATMAP_CELLS, refineByHeat } from '../../src/vision/pose-heatmap.ts';
import { createPoseLandmarks, readPoints, turnUpright } from '../../src/vision/pose-landmarks.ts';
import { canLookAt, regionFromAlignment } from '../../src/vision/pose-region.ts';
import { countAnchors, decodeSsd, layAnchors } from '../../src/vision/ssd-detections.ts';
import type { Region, RgbImage } from '../../src/vision/types.ts';

const UPRIGHT: Region = { centerX: 200, centerY: 300, sizePx: 512, rotationRad: 0 };
/** A quarter turn clockwise: the person's head points to the picture's right. */
const TURNED: Region = { ...UPRIGHT, rotationRad: Math.PI / 2 };

describe('the detector of bodies', () => {
  it('has 2254 anchors: 2 on each of 28×28 and 14×14 cells, 6 on each of 7×7', () => {
    const anchors = layAnchors(POSE_DETECTOR);
    expect(countAnchors(POSE_DETECTOR)).toBe(2254);
    const at = (i: number) => Array.from(anchors.subarray(i * 2, i * 2 + 2), (v) => Number(v.toFixed(6)));
    const fixed = (...values: number[]) => values.map((value) => Number(value.toFixed(6)));
    expect(at(0)).toEqual(fixed(0.5 / 28, 0.5 / 28));
    expect(at(56)).toEqual(fixed(0.5 / 28, 1.5 / 28));
    expect(at(1568)).toEqual(fixed(0.5 / 14, 0.5 / 14));
    expect(at(1960)).toEqual(fixed(0.5 / 7, 0.5 / 7));
    expect(at(2253)).toEqual(fixed(6.5 / 7, 6.5 / 7));
  });

  it('adds offsets in pixels of the 224 square to the anchor, four key points each', () => {
    const offsets = new Float32Array(2254 * 12);
    const logits = new Float32Array(2254).fill(-9);
    logits[2253] = 3;
    offsets.set([-11.2, 22.4, 22.4, 44.8, 1.12, 2.24, 0, 0, 0, 0, 224, -224], 2253 * 12);
    const [found] = decodeSsd(POSE_DETECTOR, layAnchors(POSE_DETECTOR), offsets, logits);
    const anchor = 6.5 / 7;
    expect(found!.box.x).toBeCloseTo(anchor - 0.05 - 0.05, 5);
    expect(found!.box.y).toBeCloseTo(anchor + 0.1 - 0.1, 5);
    expect(found!.keypoints.length).toBe(8);
    expect(found!.keypoints[0]).toBeCloseTo(anchor + 0.005, 5);
    expect(found!.keypoints[6]).toBeCloseTo(anchor + 1, 5);
    expect(found!.keypoints[7]).toBeCloseTo(anchor - 1, 5);
  });

  it('sees middle grey where somebody is hidden, the picture elsewhere', async () => {
    const input = new Float32Array(3 * 224 * 224);
    const outputs = [new Float32Array(2254 * 12), new Float32Array(2254).fill(-9)];
    const detector = createPoseDetector({ input, run: async () => outputs, close: async () => undefined });
    const dark: RgbImage = { data: new Uint8Array(448 * 448 * 3).fill(51), width: 448, height: 448 };
    const region: Region = { centerX: 112, centerY: 224, sizePx: 224, rotationRad: 0 };
    await detector.detect(dark, [readMask(new Float32Array(MASK_PIXELS).fill(9), region)]);
    const at = (x: number, y: number) => [0, 1, 2].map((plane) => input[(plane * 224 + y) * 224 + x]!);
    expect(at(56, 112)).toEqual([0, 0, 0]);
    for (const [x, y] of [
      [150, 112],
      [56, 40],
      [56, 190],
    ] as const)
      for (const value of at(x, y)) expect(value).toBeCloseTo(-0.6, 4);
  });
});

describe('the region of a body', () => {
  it('lies around the hips, two and a half times as wide as the way to the circle, and upright', () => {
    expect(regionFromAlignment([100, 200, 100, 120])).toEqual({
      centerX: 100,
      centerY: 200,
      sizePx: 200,
      rotationRad: 0,
    });
  });

  it.each([
    ['right', [180, 200], Math.PI / 2],
    ['left', [20, 200], -Math.PI / 2],
    ['lower right', [180, 280], (3 * Math.PI) / 4],
    ['lower left', [20, 280], (-3 * Math.PI) / 4],
  ] as const)('turns with a person who points %s', (_, end, rotationRad) => {
    expect(regionFromAlignment([100, 200, ...end]).rotationRad).toBeCloseTo(rotationRad, 6);
  });

  it('is looked at as long as it shows some of the picture', () => {
    const picture = { width: 400, height: 300 };
    const region = { centerX: 200, centerY: 450, sizePx: 400, rotationRad: 0 };
    expect(canLookAt(region, picture)).toBe(true);
    expect(canLookAt({ ...region, centerY: 501 }, picture)).toBe(false);
    expect(canLookAt({ ...region, centerX: -250 }, picture)).toBe(false);
    expect(canLookAt({ ...region, sizePx: 20 }, picture)).toBe(false);
  });
});

describe('the heat around a point', () => {
  const heatWith = (...cells: [x: number, y: number, logit: number][]): Float32Array => {
    const heat = new Float32Array(HEATMAP_CELLS * 2).fill(-20);
    for (const [x, y, logit] of cells) heat[(y * 64 + x) * 2 + 1] = logit;
    return heat;
  };
  const refined = (points: number[], heat: Float32Array): number[] => {
    const values = Float32Array.from(points);
    refineByHeat(values, 3, heat, 256);
    return Array.from(values);
  };

  it('moves it to the centre of the heat, within three cells', () => {
    const heat = heatWith([12, 10, 10], [14, 10, 10], [15, 10, 20]);
    const [x0, y0, z0, x, y, z] = refined([9, 9, 1, 46, 41, 2], heat);
    expect([x0, y0, z0, z]).toEqual([9, 9, 1, 2]);
    expect(x).toBeCloseTo(13 * 4, 3);
    expect(y).toBeCloseTo(10 * 4, 3);
  });

  it.each([
    ['is nowhere half sure', [46, 41], heatWith([12, 10, -0.1])],
    ['would lie outside of the map', [-3, 41], heatWith([0, 10, 10])],
    ['would lie below the map', [46, 256], heatWith([11, 63, 10])],
  ])('leaves it where the heat %s', (_, [x, y], heat) => {
    expect(refined([0, 0, 0, x!, y!, 5], heat).slice(3)).toEqual([x, y, 5]);
  });
});

describe('the landmarks of a body', () => {
  const points = new Float32Array(39 * 5);
  points.set([64, 128, 12, 0, 100], BODY_POINT.nose * 5);
  points.set([128, 128, 0, 0, 0], 33 * 5);
  points.set([128, 64, 0, 0, 0], 34 * 5);

  it('come back to pixels of the picture, depth in the same scale', () => {
    const read = readPoints(points, UPRIGHT);
    expect([...read.landmarks.subarray(0, 3)]).toEqual([200 - 128, 300, 24]);
    expect([read.visibility[0], read.presence[0]]).toEqual([0.5, 1]);
    expect(read.landmarks.length).toBe(33 * 3);
    expect(read.nextRegion).toEqual({ centerX: 200, centerY: 300, sizePx: 320, rotationRad: 0 });
  });

  it('turn with the region, and so does the next one', () => {
    const read = readPoints(points, TURNED);
    expect(read.landmarks[0]).toBeCloseTo(200, 3);
    expect(read.landmarks[1]).toBeCloseTo(300 - 128, 3);
    expect(read.nextRegion.rotationRad).toBeCloseTo(Math.PI / 2, 5);
    const [x, y, z] = turnUpright(
      Float32Array.from({ length: 39 * 3 }, (_, i) => [0, -0.5, 0.1][i % 3]!),
      TURNED,
    );
    expect(x).toBeCloseTo(0.5, 6);
    expect(y).toBeCloseTo(0, 6);
    expect(z).toBeCloseTo(0.1, 6);
  });

  it('are placed by the heat, also those that the next region comes from', async () => {
    const outputs = [39 * 5, 1, MASK_PIXELS, HEATMAP_CELLS * 39, 39 * 3].map(
      (length) => new Float32Array(length),
    );
    const [out, , , heat] = outputs as [Float32Array, Float32Array, Float32Array, Float32Array];
    heat.fill(-30);
    for (const [point, x, y] of [
      [BODY_POINT.nose, 20, 30],
      [33, 32, 32],
      [34, 32, 16],
    ] as const) {
      out.set([x * 4 + 5, y * 4 - 6], point * 5);
      heat[(y * 64 + x) * 39 + point] = 30;
    }
    const input = new Float32Array(3 * 256 * 256);
    const landmarks = createPoseLandmarks({ input, run: async () => outputs, close: async () => undefined });
    const grey: RgbImage = { data: new Uint8Array(256 * 256 * 3).fill(99), width: 256, height: 256 };
    const region = { centerX: 128, centerY: 128, sizePx: 256, rotationRad: 0 };
    const pose = await landmarks.find(grey, region, false);
    expect(pose.landmarks[0]).toBeCloseTo(80, 3);
    expect(pose.landmarks[1]).toBeCloseTo(120, 3);
    expect(pose.nextRegion.sizePx).toBeCloseTo(160, 3);
    expect(pose.nextRegion.centerY).toBeCloseTo(128, 3);
    expect(pose.mask).toBeNull();
    expect(input[0]).toBeCloseTo(99 / 255, 4);
  });

  it('are copies: the next run does not change what the last one gave', async () => {
    const outputs = [39 * 5, 1, MASK_PIXELS, HEATMAP_CELLS * 39, 39 * 3].map(
      (length) => new Float32Array(length),
    );
    const input = new Float32Array(3 * 256 * 256);
    const landmarks = createPoseLandmarks({ input, run: async () => outputs, close: async () => undefined });
    const grey: RgbImage = { data: new Uint8Array(48).fill(99), width: 4, height: 4 };
    const first = await landmarks.find(grey, { centerX: 2, centerY: 2, sizePx: 4, rotationRad: 0 }, true);
    const before = structuredClone(first);
    for (const output of outputs) output.fill(5);
    await landmarks.find(grey, { centerX: 2, centerY: 2, sizePx: 4, rotationRad: 0 }, true);
    expect(first).toEqual(before);
    expect(first.mask!.confidence[0]).toBe(0.5);
    expect(outputs[0]![0]).toBe(5);
  });
});

describe('the mask of a body', () => {
  /** The upper half of the region is the person. */
  const upper = Float32Array.from({ length: MASK_PIXELS }, (_, i) => (i < MASK_PIXELS / 2 ? 20 : -20));

  it('lies in the picture where the region does', () => {
    const region: Region = { centerX: 200, centerY: 150, sizePx: 128, rotationRad: 0 };
    const mask = maskInImage(readMask(upper, region), 400, 300);
    const at = (x: number, y: number): number => mask[y * 400 + x]!;
    expect([at(200, 100), at(200, 140), at(140, 90)]).toEqual([255, 255, 255]);
    expect([at(200, 155), at(200, 80), at(130, 100), at(270, 100)]).toEqual([0, 0, 0, 0]);
    const pixels = mask.reduce((sum, value) => sum + value / 255, 0);
    expect(pixels / (128 * 64)).toBeCloseTo(1, 2);
  });

  it('turns with the region, and ends at the picture', () => {
    const region: Region = { centerX: 0, centerY: 150, sizePx: 128, rotationRad: Math.PI / 2 };
    const mask = readMask(upper, region);
    const pixels = maskInImage(mask, 400, 300);
    expect(pixels[150 * 400 + 30]).toBe(255);
    expect(pixels[150 * 400 + 70]).toBe(0);
    expect(pixels[150 * 400]).toBeGreaterThan(0);
    expect([confidenceAt(mask, 30, 150), confidenceAt(mask, -30, 150), confidenceAt(mask, 70, 150)]).toEqual([
      1,
      expect.closeTo(0, 6),
      0,
    ]);
  });
});

describe('what of a body is in the picture', () => {
  const body = () => ({ landmarks: new Float32Array(99).fill(50), presence: new Float32Array(33).fill(0.9) });

  it('is all of it where every point lies inside and is present', () => {
    expect(missingParts(body(), 100, 100)).toEqual([]);
  });

  it.each([
    ['feet', BODY_POINT.leftHeel],
    ['head', BODY_POINT.rightEar],
    ['arms', BODY_POINT.leftWrist],
    ['hips', BODY_POINT.rightHip],
  ] as const)('%s are missing with one point outside, and with one that is not present', (part, point) => {
    const outside = body();
    outside.landmarks[point * 3 + 1] = 101;
    expect(missingParts(outside, 100, 100)).toEqual([part]);
    const absent = body();
    absent.presence[point] = 0.4;
    expect(missingParts(absent, 100, 100)).toEqual([part]);
  });

  it('ends at the edges that the mask reaches, a stray pixel aside', () => {
    const mask = new Uint8Array(200 * 300);
    expect(edgesReached(mask, 200, 300)).toEqual([]);
    mask.fill(255, 40, 60);
    mask[299 * 200 + 100] = 255;
    mask[150 * 200 + 199] = 255;
    expect(edgesReached(mask, 200, 300)).toEqual(['top']);
    for (let y = 100; y < 110; y++) mask[y * 200] = 200;
    expect(edgesReached(mask, 200, 300)).toEqual(['top', 'left']);
  });
});
