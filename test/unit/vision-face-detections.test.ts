import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ANCHOR_COUNT,
  createAnchors,
  decodeDetections,
  type FaceDetection,
} from '../../src/vision/face-detections.ts';
import { letterbox, regionFromDetection } from '../../src/vision/face-region.ts';
import { intersectionOverUnion } from '../../src/vision/landmarks.ts';
import { mergeOverlapping, toImage } from '../../src/vision/ssd-detections.ts';

function detection(x: number, y: number, size: number, score: number): FaceDetection {
  const keypoints = Array.from({ length: 12 }, (_, k) => (k % 2 === 0 ? x : y) + size / 2);
  return { score, box: { x, y, width: size, height: size }, keypoints };
}

describe('createAnchors', () => {
  it('lays 2 on each of 16×16 cells, then 6 on each of 8×8, row by row', () => {
    const anchors = createAnchors();
    expect(anchors.length).toBe(ANCHOR_COUNT * 2);
    const at = (i: number) => [anchors[i * 2], anchors[i * 2 + 1]];
    expect(at(0)).toEqual([0.5 / 16, 0.5 / 16]);
    expect(at(1)).toEqual(at(0));
    expect(at(2)).toEqual([1.5 / 16, 0.5 / 16]);
    expect(at(32)).toEqual([0.5 / 16, 1.5 / 16]);
    expect(at(512)).toEqual([0.5 / 8, 0.5 / 8]);
    expect(at(517)).toEqual(at(512));
    expect(at(895)).toEqual([7.5 / 8, 7.5 / 8]);
  });
});

describe('decodeDetections', () => {
  it('adds offsets in input pixels to the anchor and leaves weak scores out', () => {
    const offsets = new Float32Array(ANCHOR_COUNT * 16);
    const logits = new Float32Array(ANCHOR_COUNT).fill(-5);
    const anchor = 200;
    logits[anchor] = 2;
    offsets.set([6.4, -3.2, 32, 64, 1.28, 2.56], anchor * 16);
    const anchors = createAnchors();
    const [found, ...others] = decodeDetections(offsets, logits, anchors);
    expect(others).toEqual([]);
    expect(found!.score).toBeCloseTo(1 / (1 + Math.exp(-2)), 6);
    const [x, y] = [anchors[anchor * 2]!, anchors[anchor * 2 + 1]!];
    expect(found!.box.x).toBeCloseTo(x + 0.05 - 0.125, 6);
    expect(found!.box.y).toBeCloseTo(y - 0.025 - 0.25, 6);
    expect([found!.box.width, found!.box.height]).toEqual([0.25, 0.5]);
    expect(found!.keypoints[0]).toBeCloseTo(x + 0.01, 6);
    expect(found!.keypoints[1]).toBeCloseTo(y + 0.02, 6);
  });
});

describe('mergeOverlapping', () => {
  it('averages what overlaps by score, keeps the best score, and keeps others apart', () => {
    const merged = mergeOverlapping([
      detection(0.1, 0.1, 0.2, 0.6),
      detection(0.12, 0.1, 0.2, 0.9),
      detection(0.6, 0.6, 0.2, 0.7),
    ]);
    expect(merged.map(({ score }) => score)).toEqual([0.9, 0.7]);
    expect(merged[0]!.box.x).toBeCloseTo((0.1 * 0.6 + 0.12 * 0.9) / 1.5, 9);
  });

  it('leaves no two faces that overlap more than the threshold by the boxes they were grouped by', () => {
    const box = fc.record({
      x: fc.double({ min: 0, max: 0.8, noNaN: true }),
      y: fc.double({ min: 0, max: 0.8, noNaN: true }),
      size: fc.double({ min: 0.05, max: 0.3, noNaN: true }),
      score: fc.double({ min: 0.5, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(box, { maxLength: 20, selector: ({ score }) => score }), (boxes) => {
        const all = boxes.map(({ x, y, size, score }) => detection(x, y, size, score));
        const merged = mergeOverlapping(all);
        expect(merged.length).toBeLessThanOrEqual(all.length);
        expect(merged.length > 0).toBe(all.length > 0);
        // Each kept one stands for a detection of its score that no better kept one overlaps.
        const leaders = merged.map(({ score }) => all.find((one) => one.score === score)!);
        for (const [i, one] of leaders.entries()) {
          for (const other of leaders.slice(0, i)) {
            if (other.score > one.score)
              expect(intersectionOverUnion(one.box, other.box)).toBeLessThanOrEqual(0.3 + 1e-9);
          }
        }
      }),
    );
  });
});

describe('regions', () => {
  it('a detection in the letterbox of a wide image comes back to its pixels', () => {
    const region = letterbox(400, 200);
    const inImage = toImage(detection(0.25, 0.5, 0.1, 0.9), region);
    expect(inImage.box).toEqual({ x: 100, y: 100, width: 40, height: 40 });
  });

  it('the region is upright by the eyes and half as large again as the face', () => {
    const face: FaceDetection = {
      ...detection(100, 100, 40, 0.9),
      keypoints: [105, 110, 125, 130, ...Array(8).fill(0)],
    };
    expect(regionFromDetection(face)).toEqual({
      centerX: 120,
      centerY: 120,
      sizePx: 60,
      rotationRad: Math.PI / 4,
    });
  });
});
