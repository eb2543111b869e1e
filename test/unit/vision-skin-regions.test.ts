import { beforeAll, describe, expect, it } from 'vitest';
import { createFaceSamples, SAMPLE_KIND } from '../../src/vision/face-samples.ts';
import { openModels } from '../../src/vision/model-registry.ts';
import {
  FEATURE_OUTLINES,
  isInside,
  outlineOf,
  SKIN_REGION_NAMES,
  SKIN_REGIONS,
  skinPolygon,
} from '../../src/vision/skin-regions.ts';
import type { CanonicalFace } from '../../src/vision/types.ts';

let canonical: CanonicalFace;
beforeAll(async () => {
  canonical = await (await openModels()).loadCanonicalFace();
});

const OVAL = [
  10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149,
  150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
];

function crosses(
  a: readonly number[],
  b: readonly number[],
  c: readonly number[],
  d: readonly number[],
): boolean {
  const side = (p: readonly number[], q: readonly number[], r: readonly number[]) =>
    Math.sign((q[0]! - p[0]!) * (r[1]! - p[1]!) - (q[1]! - p[1]!) * (r[0]! - p[0]!));
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

function points(outline: Float32Array): number[][] {
  return Array.from({ length: outline.length / 2 }, (_, i) => [outline[i * 2]!, outline[i * 2 + 1]!]);
}

function areaOf(outline: Float32Array): number {
  const corners = points(outline);
  return (
    Math.abs(
      corners.reduce((sum, [x, y], i) => {
        const [nextX, nextY] = corners[(i + 1) % corners.length]!;
        return sum + x! * nextY! - nextX! * y!;
      }, 0),
    ) / 2
  );
}

describe.each(SKIN_REGION_NAMES)('the outline of %s', (name) => {
  it('does not cross itself', () => {
    const corners = points(outlineOf(canonical.uvs, 2, SKIN_REGIONS[name]));
    const edges = corners.map((corner, i) => [corner, corners[(i + 1) % corners.length]!] as const);
    for (const [i, [a, b]] of edges.entries()) {
      for (const [c, d] of edges.slice(i + 2)) expect(crosses(a, b, c, d)).toBe(false);
    }
  });

  it('lies on the face, clear of eyes, brows, lips and nostrils', () => {
    const outline = outlineOf(canonical.uvs, 2, SKIN_REGIONS[name]);
    const oval = points(outlineOf(canonical.uvs, 2, OVAL));
    for (const [x, y] of oval) {
      const shared = points(outline).some(([px, py]) => px === x && py === y);
      expect(!shared && isInside(outline, x!, y!)).toBe(false);
    }
    for (const indices of Object.values(FEATURE_OUTLINES)) {
      const feature = outlineOf(canonical.uvs, 2, indices);
      for (const [x, y] of points(feature)) expect(isInside(outline, x!, y!)).toBe(false);
      for (const [x, y] of points(outline)) expect(isInside(feature, x!, y!)).toBe(false);
    }
  });

  it('is large enough to speak for its part', () => {
    const face = areaOf(outlineOf(canonical.uvs, 2, OVAL));
    const share = areaOf(outlineOf(canonical.uvs, 2, SKIN_REGIONS[name])) / face;
    expect(share).toBeGreaterThan(0.02);
    expect(share).toBeLessThan(0.1);
  });
});

describe('the regions', () => {
  it('are symmetric', () => {
    const left = points(outlineOf(canonical.uvs, 2, SKIN_REGIONS['left-cheek']));
    const right = points(outlineOf(canonical.uvs, 2, SKIN_REGIONS['right-cheek']));
    for (const [i, [x, y]] of left.entries()) {
      expect(1 - x!).toBeCloseTo(right[i]![0]!, 2);
      expect(y).toBeCloseTo(right[i]![1]!, 2);
    }
  });

  it('left is the subject’s left, which the image shows at its right', () => {
    const landmarks = Float32Array.from(canonical.positions, (value, i) => (i % 3 === 1 ? -value : value));
    const mean = (name: 'left-cheek' | 'right-cheek') => {
      const corners = points(skinPolygon(landmarks, name));
      return corners.reduce((sum, [x]) => sum + x!, 0) / corners.length;
    };
    expect(mean('left-cheek')).toBeGreaterThan(mean('right-cheek'));
  });
});

describe('createFaceSamples', () => {
  it('samples every region on both sides alike, and no feature as skin', () => {
    const samples = createFaceSamples(canonical);
    const counts = new Map<number, number>();
    for (const kind of samples.kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    expect(counts.get(SAMPLE_KIND.forehead)).toBeGreaterThan(100);
    expect(counts.get(SAMPLE_KIND.leftCheek)).toBeGreaterThan(60);
    expect(Math.abs(counts.get(SAMPLE_KIND.leftCheek)! - counts.get(SAMPLE_KIND.rightCheek)!)).toBeLessThan(
      12,
    );
    const eye = outlineOf(canonical.uvs, 2, FEATURE_OUTLINES.leftEye);
    for (let i = 0; i < samples.count; i++) {
      const place = [0, 1].map((axis) => {
        const [a, b, c] = [0, 1, 2].map((k) => canonical.uvs[samples.corners[i * 3 + k]! * 2 + axis]!);
        const [shareA, shareB] = [samples.shares[i * 2]!, samples.shares[i * 2 + 1]!];
        return a! * shareA + b! * shareB + c! * (1 - shareA - shareB);
      });
      if (isInside(eye, place[0]!, place[1]!)) expect(samples.kinds[i]).toBe(SAMPLE_KIND.feature);
      if (Math.abs(place[0]! - 0.5) > 0.001) expect(samples.imageRight[i] === 1).toBe(place[0]! > 0.5);
    }
  });
});
