import { beforeAll, describe, expect, it, test } from 'vitest';
import { contourSvg } from '../../src/analysis/analyzers/face-contours/contour-svg.ts';
import { faceContoursMeasurements } from '../../src/analysis/analyzers/face-contours/face-contours-measurements.ts';
import {
  encloses,
  type Outline,
  signedArea,
} from '../../src/analysis/analyzers/face-contours/geometry/outline.ts';
import { smoothOutline } from '../../src/analysis/analyzers/face-contours/geometry/smooth-outline.ts';
import {
  type MeshRegion,
  meshContours,
} from '../../src/analysis/analyzers/face-contours/mesh/mesh-contours.ts';
import { MESH_OUTLINES } from '../../src/analysis/analyzers/face-contours/mesh/mesh-outlines.ts';
import { mirrorOf } from '../../src/analysis/analyzers/face-contours/mesh/mirrored-pairs.ts';
import { CONTOUR_REGION_NAMES, contourOptionsSchema } from '../../src/protocol/contour-options.ts';
import { openModels } from '../../src/vision/model-registry.ts';
import type { CanonicalFace } from '../../src/vision/types.ts';
import { crossesItself, shapesOverlap } from '../support/shape-overlap.ts';

let canonical: CanonicalFace;
beforeAll(async () => {
  canonical = await (await openModels()).loadCanonicalFace();
});

function seen(yawDeg: number): Float32Array {
  const { positions } = canonical;
  const [cos, sin] = [Math.cos((yawDeg * Math.PI) / 180), Math.sin((yawDeg * Math.PI) / 180)];
  return Float32Array.from(positions, (_, i) => {
    const at = i - (i % 3);
    const [x, y, z] = [positions[at]!, positions[at + 1]!, positions[at + 2]!];
    return 300 + 25 * [x * cos + z * sin, -y, x * sin - z * cos][i % 3]!;
  });
}

const named = (regions: readonly MeshRegion[]) =>
  new Map(regions.map(({ name, shape }) => [name as string, shape]));

describe('the named regions on the mesh', () => {
  it('has mirror images for left and right, and the others mirror themselves', () => {
    const mirror = mirrorOf(canonical);
    for (const name of CONTOUR_REGION_NAMES) {
      const { outer, holes = [] } = MESH_OUTLINES[name];
      const twin =
        MESH_OUTLINES[
          name.replace(/left|right/, (side) => (side === 'left' ? 'right' : 'left')) as typeof name
        ];
      const setOf = (indices: readonly number[]) => [...indices].sort((a, b) => a - b);
      expect(setOf(outer.map((index) => mirror[index]!)), name).toEqual(setOf(twin.outer));
      expect(new Set(outer).size, name).toBe(outer.length);
      holes.forEach((hole) => {
        expect(setOf(hole.map((index) => mirror[index]!))).toEqual(setOf(hole));
      });
    }
  });

  test.each([0, 10, -20, 30])(
    'lies inside of the oval, and no two regions overlap, at a yaw of %i°',
    (yaw) => {
      const regions = meshContours(seen(yaw));
      const oval = named(regions).get('face-oval')!.outer;
      const inner = regions.filter(({ name }) => name !== 'face-oval');
      inner.forEach(({ name, shape }, i) => {
        for (let at = 0; at < shape.outer.length; at += 2) {
          expect(encloses(oval, shape.outer[at]!, shape.outer[at + 1]!), name).toBe(true);
        }
        expect(crossesItself(shape.outer), name).toBe(false);
        for (const other of inner.slice(i + 1)) {
          expect(shapesOverlap(shape, other.shape), `${name} and ${other.name}`).toBe(false);
        }
      });
    },
  );

  it('stands where the face has it', () => {
    const regions = named(meshContours(seen(0)));
    const middle = (name: string) => {
      const { outer } = regions.get(name)!;
      const count = outer.length / 2;
      return [0, 1].map((axis) =>
        outer.filter((_, i) => i % 2 === axis).reduce((sum, v) => sum + v / count, 0),
      );
    };
    // The subject's left is at the picture's right.
    expect(middle('left-eye')[0]).toBeGreaterThan(middle('right-eye')[0]!);
    const downwards = ['forehead', 'left-brow', 'left-eye', 'left-cheek', 'lips'].map(
      (name) => middle(name)[1]!,
    );
    expect(downwards).toEqual([...downwards].sort((a, b) => a - b));
    expect(Math.abs(signedArea(regions.get('left-cheek')!.outer))).toBeCloseTo(
      Math.abs(signedArea(regions.get('right-cheek')!.outer)),
      0,
    );
  });

  it('goes through the corners without a kink', () => {
    const square = [0, 0, 100, 0, 100, 100, 0, 100];
    const curve = smoothOutline(square);
    expect(curve.slice(0, 2)).toEqual([0, 0]);
    expect(Math.abs(signedArea(curve))).toBeGreaterThan(10_000);
    expect(crossesItself(curve)).toBe(false);
  });
});

describe('what is measured of the regions', () => {
  const pose = (yawDeg: number) => ({ yawDeg, pitchDeg: 0, rollDeg: 0, distanceCm: 50 });
  const measure = (yaw: number, scale = 1) => {
    const landmarks = seen(yaw).map((value) => value * scale);
    return faceContoursMeasurements(meshContours(landmarks), { landmarks, meshScore: 0.9, pose: pose(yaw) });
  };
  const value = (rows: ReturnType<typeof measure>, metric: string, region: string) =>
    rows.find((row) => row.metric === metric && row.region === region)!;

  it('has the same areas and lengths in a picture of another size', () => {
    const [small, large] = [measure(0), measure(0, 3)];
    expect(small).toHaveLength(23);
    small.forEach((row, i) => {
      expect(large[i]!.value).toBeCloseTo(row.value!, 3);
    });
  });

  it('finds a symmetric face symmetric, and trusts it less when it is turned', () => {
    const [frontal, turned] = [measure(0), measure(25)];
    expect(value(frontal, 'contour.symmetry', 'eye').value).toBeCloseTo(1, 3);
    expect(value(frontal, 'contour.symmetry', 'eye').confidence).toBeCloseTo(0.9);
    expect(value(turned, 'contour.symmetry', 'cheek').value).toBeLessThan(0.8);
    expect(value(turned, 'contour.symmetry', 'cheek').confidence).toBeLessThan(0.45);
  });
});

describe('the drawing', () => {
  const ring: Outline = [0.123456, 0, 10, 0, 10, 10];
  const placement = { matrix: [1, 0, 0, 1, 5, 5] as const, width: 30, height: 20 };
  const svgOf = (options: object, id = 'left-eye') =>
    contourSvg(
      [{ id, shapes: [{ outer: ring, holes: [] }] }],
      placement,
      contourOptionsSchema.parse(options),
    );

  it('says what it shows to who cannot see it', () => {
    const svg = svgOf({});
    expect(svg).toContain('role="img" aria-labelledby="contours-title contours-description"');
    expect(svg).toContain('<desc id="contours-description">Outlines of 1 region of a face: Left eye.</desc>');
    expect(svg).toContain('<path id="region-left-eye"');
    expect(svg).toContain('<title>Left eye</title>');
  });

  it('has coordinates of two decimals, in the turned and cropped picture', () => {
    expect(svgOf({})).toContain('d="M5.12 5L15 5L15 15Z"');
    expect(svgOf({})).toContain('viewBox="0 0 30 20"');
  });

  it('lets no text be markup', () => {
    const svg = svgOf({
      title: `</title><script>alert(1)</script>\u0000\ud800`,
      labels: { 'left-eye': `"><image href='x'/>` },
    });
    expect(svg).not.toMatch(/<script|<image/);
    expect(svg).not.toContain('\u0000');
    expect(svg).toContain('&lt;script&gt;');
    expect(svgOf({}, '"onload="x')).not.toContain('onload="x"');
  });

  it('never fills what lies around the others', () => {
    const options = contourOptionsSchema.parse({ style: 'filled' });
    const svg = contourSvg(
      [
        { id: 'face-oval', shapes: [{ outer: ring, holes: [] }], isFrame: true },
        { id: 'nose', shapes: [{ outer: ring, holes: [] }] },
      ],
      placement,
      options,
    );
    expect(svg).toMatch(/id="region-face-oval" fill="none"/);
    expect(svg).toMatch(/id="region-nose" fill="#/);
  });
});
