import sharp from 'sharp';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { drawFaceMap, FACE_REGIONS } from '../../loadtest/bench/drawn-face-map.ts';
import { shapeArea, signedArea } from '../../src/analysis/analyzers/face-contours/geometry/outline.ts';
import { type LabelMap, readLabelMap } from '../../src/analysis/analyzers/face-contours/map/label-map.ts';
import { type MapRegion, mapContours } from '../../src/analysis/analyzers/face-contours/map/map-contours.ts';
import type { FramegateError } from '../../src/protocol/framegate-error.ts';
import { DEFAULT_DECODE_LIMITS } from '../../src/vision/decode-image.ts';
import { type Cv, loadOpenCv } from '../../src/vision/open-cv.ts';
import { crossesItself, shapesOverlap } from '../support/shape-overlap.ts';

let cv: Cv;
beforeAll(async () => {
  cv = await loadOpenCv();
});

/** A map whose values are its labels. */
function mapOf(indices: Uint8Array, width: number): LabelMap {
  return { width, height: indices.length / width, indices, labels: Array.from({ length: 256 }, (_, i) => i) };
}

function allShapes(regions: readonly MapRegion[]) {
  return regions.flatMap(({ label, shapes }) => shapes.map((shape) => ({ label, shape })));
}

function paint(map: Uint8Array, width: number, label: number, isIn: (x: number, y: number) => boolean): void {
  for (let at = 0; at < map.length; at++) {
    if (isIn((at % width) + 0.5, Math.floor(at / width) + 0.5)) map[at] = label;
  }
}

const disc = (cx: number, cy: number, r: number) => (x: number, y: number) => Math.hypot(x - cx, y - cy) <= r;

describe('contours of drawn maps', () => {
  test.each([
    [8, 0.04],
    [20, 0.02],
    [60, 0.01],
    [150, 0.005],
  ])(
    'a disc of radius %i px has its area but for a share of %f, and its line within half a pixel',
    (r, share) => {
      const width = 400;
      const map = new Uint8Array(width * width);
      paint(map, width, 1, disc(200.3, 199.6, r));
      const [region] = mapContours(cv, mapOf(map, width));
      const [shape] = region!.shapes;
      expect(Math.abs(shapeArea(shape!) / (Math.PI * r * r) - 1)).toBeLessThan(share);
      for (let i = 0; i < shape!.outer.length; i += 2) {
        const away = Math.hypot(shape!.outer[i]! - 200.3, shape!.outer[i + 1]! - 199.6);
        expect(Math.abs(away - r)).toBeLessThan(0.5);
      }
    },
  );

  it('finds all eight regions of a face, each with its area within 2 %', () => {
    const regions = mapContours(cv, mapOf(drawFaceMap(800, 1000), 800));
    expect(regions.map(({ label }) => label)).toEqual(FACE_REGIONS.map(({ label }) => label));
    for (const { label, radiusX, radiusY } of FACE_REGIONS.slice(2)) {
      const area = regions[label - 1]!.shapes.reduce((sum, shape) => sum + shapeArea(shape), 0);
      // The gap to the skin around is a third of a pixel on this side.
      const gap = Math.PI * 0.3 * (radiusX * 800 + radiusY * 1000);
      const drawn = Math.PI * radiusX * 800 * radiusY * 1000;
      expect(Math.abs(area + gap - drawn) / drawn).toBeLessThan(0.02);
    }
  });

  test.each([0, 17, 45, 123])(
    'no two regions overlap, and no line crosses itself, turned by %i°',
    (turned) => {
      const shapes = allShapes(mapContours(cv, mapOf(drawFaceMap(500, 500, FACE_REGIONS, turned), 500)));
      expect(shapes.length).toBeGreaterThanOrEqual(8);
      shapes.forEach(({ label, shape }, i) => {
        expect(crossesItself(shape.outer)).toBe(false);
        for (const other of shapes.slice(i + 1)) {
          expect(shapesOverlap(shape, other.shape), `${label} and ${other.label}`).toBe(false);
        }
      });
    },
  );

  it('keeps regions apart where many of them meet, down to stripes and checks', () => {
    const width = 240;
    const map = new Uint8Array(width * width);
    paint(map, width, 1, () => true);
    for (let label = 2; label < 40; label++) {
      const angle = label * 2.4;
      const [cx, cy] = [120 + 3 * label * Math.cos(angle), 120 + 2.5 * label * Math.sin(angle)];
      paint(map, width, label, (x, y) => Math.abs(x - cx) + Math.abs(y - cy) < 6 + (label % 5) * 5);
    }
    paint(map, width, 40, (x, y) => x > 180 && y > 180 && (Math.floor(x / 6) + Math.floor(y / 6)) % 2 === 0);
    paint(map, width, 41, (x, y) => x > 180 && y > 180 && (Math.floor(x / 6) + Math.floor(y / 6)) % 2 === 1);
    const shapes = allShapes(mapContours(cv, mapOf(map, width)));
    expect(shapes.length).toBeGreaterThan(25);
    shapes.forEach(({ label, shape }, i) => {
      for (const other of shapes.slice(i + 1)) {
        expect(shapesOverlap(shape, other.shape), `${label} and ${other.label}`).toBe(false);
      }
    });
  });

  it('drops specks, keeps two eyes under one label, and crumbs of neither', () => {
    const width = 300;
    const map = new Uint8Array(width * width);
    paint(map, width, 1, disc(80, 100, 25));
    paint(map, width, 1, disc(220, 100, 20));
    paint(map, width, 1, disc(150, 200, 6));
    paint(map, width, 2, disc(30, 30, 1.5));
    const regions = mapContours(cv, mapOf(map, width));
    expect(regions.map(({ label, shapes }) => [label, shapes.length])).toEqual([[1, 2]]);
    const [first, second] = regions[0]!.shapes;
    expect(shapeArea(first!)).toBeGreaterThan(shapeArea(second!));
  });

  it('cuts holes out, each from its own part', () => {
    const width = 300;
    const map = new Uint8Array(width * width);
    paint(map, width, 5, disc(150, 150, 120));
    paint(map, width, 0, disc(150, 150, 80));
    paint(map, width, 5, disc(150, 150, 60));
    paint(map, width, 0, disc(150, 150, 20));
    const [{ shapes }] = mapContours(cv, mapOf(map, width)) as [MapRegion];
    expect(shapes.map(({ holes }) => holes.length)).toEqual([1, 1]);
    expect(shapeArea(shapes[0]!)).toBeCloseTo(Math.PI * (120 ** 2 - 80 ** 2), -3);
    expect(signedArea(shapes[0]!.outer)).toBeGreaterThan(0);
    expect(signedArea(shapes[0]!.holes[0]!)).toBeLessThan(0);
  });

  it('ends at the border of the map where a region is cut off', () => {
    const width = 100;
    const map = new Uint8Array(width * 80).fill(3);
    const [{ shapes }] = mapContours(cv, mapOf(map, width)) as [MapRegion];
    expect(shapeArea(shapes[0]!)).toBeCloseTo(100 * 80, -1);
    expect(Math.min(...shapes[0]!.outer)).toBeCloseTo(0, 5);
  });

  it('is smooth: no stair is left of a slanting edge', () => {
    const width = 300;
    const map = new Uint8Array(width * width);
    paint(map, width, 1, (x, y) => y > 60 + x * 0.37 && y < 260 && x > 20 && x < 280);
    const [{ shapes }] = mapContours(cv, mapOf(map, width)) as [MapRegion];
    const { outer } = shapes[0]!;
    for (let i = 0; i < outer.length; i += 2) {
      const [x, y] = [outer[i]!, outer[i + 1]!];
      const away = (y - 60 - x * 0.37) / Math.hypot(1, 0.37);
      if (x > 40 && x < 260 && away < 10) expect(Math.abs(away)).toBeLessThan(0.5);
    }
    // In steps it would have two corners a pixel.
    expect(outer.length / 2).toBeLessThan(150);
  });

  it('reads a map of more pixels in steps, its lines still within a pixel', () => {
    const width = 2400;
    const map = new Uint8Array(width * 1600);
    paint(map, width, 1, disc(1203, 801, 500));
    const [{ shapes }] = mapContours(cv, mapOf(map, width)) as [MapRegion];
    for (let i = 0; i < shapes[0]!.outer.length; i += 2) {
      const away = Math.hypot(shapes[0]!.outer[i]! - 1203, shapes[0]!.outer[i + 1]! - 801);
      expect(Math.abs(away - 500)).toBeLessThan(1);
    }
  });

  it('deletes every Mat that it makes, also when it fails', () => {
    let [made, deleted] = [0, 0];
    const counted = <T extends { delete(): void }>(mat: T): T => {
      made++;
      const free = mat.delete.bind(mat);
      mat.delete = () => {
        deleted++;
        free();
      };
      return mat;
    };
    let fails = false;
    const counting = new Proxy(cv, {
      get: (target, name) => {
        const value = Reflect.get(target, name) as unknown;
        if (name === 'Mat') {
          return new Proxy(target.Mat, { construct: (Mat, given) => counted(Reflect.construct(Mat, given)) });
        }
        if (name === 'matFromArray') {
          return (...given: Parameters<Cv['matFromArray']>) => counted(target.matFromArray(...given));
        }
        if (name === 'approxPolyDP' && fails) throw new Error('broken');
        return value;
      },
    });
    const map = mapOf(drawFaceMap(200, 200), 200);
    mapContours(counting, map);
    expect(made).toBeGreaterThan(20);
    expect(deleted).toBe(made);
    fails = true;
    expect(() => mapContours(counting, map)).toThrow('broken');
    expect(deleted).toBe(made);
  });
});

describe('segmentation maps as files', () => {
  const [width, height] = [40, 32];
  const greys = new Uint8Array(width * height);
  paint(greys, width, 3, (x) => x > 20);
  paint(greys, width, 1, (x, y) => x < 10 && y < 16);

  const png = (data: Uint8Array, channels: 1 | 2 | 3 | 4) =>
    sharp(data, { raw: { width, height, channels } }).png().toBuffer();

  function labelsAt(map: LabelMap, ...points: readonly (readonly [number, number])[]): number[] {
    return points.map(([x, y]) => map.labels[map.indices[y * map.width + x]!]!);
  }

  const read = async (file: Uint8Array) => readLabelMap(file, DEFAULT_DECODE_LIMITS);

  it('takes grey values as labels', async () => {
    const file = await sharp(greys, { raw: { width, height, channels: 1 } })
      .toColourspace('b-w')
      .png()
      .toBuffer();
    expect(labelsAt(await read(file), [2, 2], [30, 10], [15, 10])).toEqual([1, 3, 0]);
  });

  it('takes the same where the greys come as red, green and blue', async () => {
    const rgb = Uint8Array.from({ length: greys.length * 3 }, (_, i) => greys[Math.floor(i / 3)]!);
    expect(labelsAt(await read(await png(rgb, 3)), [2, 2], [30, 10], [15, 10])).toEqual([1, 3, 0]);
  });

  it('numbers colours by red, green and blue; black and what is transparent is background', async () => {
    const colours = { 0: [0, 0, 0, 255], 1: [200, 0, 0, 255], 3: [0, 90, 0, 255] } as const;
    const rgba = new Uint8Array(greys.length * 4);
    greys.forEach((label, i) => {
      rgba.set(colours[label as 0 | 1 | 3], i * 4);
    });
    rgba.set([200, 0, 0, 0], 0);
    expect(labelsAt(await read(await png(rgba, 4)), [2, 2], [30, 10], [15, 10], [0, 0])).toEqual([
      2, 1, 0, 0,
    ]);
  });

  it('takes the indices of a palette as labels, whatever its colours', async () => {
    const rgb = new Uint8Array(greys.length * 3);
    greys.forEach((label, i) => {
      rgb.set(label === 0 ? [10, 20, 30] : label === 1 ? [255, 0, 0] : [0, 0, 255], i * 3);
    });
    const file = await sharp(rgb, { raw: { width, height, channels: 3 } })
      .png({ palette: true, colours: 4, dither: 0 })
      .toBuffer();
    const palette = file.subarray(file.indexOf('PLTE') + 4);
    const indexOf = (r: number, g: number, b: number) =>
      [0, 1, 2, 3].find((i) => palette[i * 3] === r && palette[i * 3 + 1] === g && palette[i * 3 + 2] === b);
    expect(labelsAt(await read(file), [2, 2], [30, 10], [15, 10])).toEqual([
      indexOf(255, 0, 0),
      indexOf(0, 0, 255),
      indexOf(10, 20, 30),
    ]);
  });

  it('takes sixteen bits of grey', async () => {
    const deep = Uint16Array.from(greys, (label) => label * 300);
    const file = await sharp(deep, { raw: { width, height, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer();
    expect(file[24]).toBe(16);
    expect(labelsAt(await read(file), [2, 2], [30, 10], [15, 10])).toEqual([300, 900, 0]);
  });

  it('refuses a JPEG, a photograph and a damaged file', async () => {
    const noise = Uint8Array.from({ length: greys.length * 3 }, (_, i) => (i * 7919) % 251);
    const code = async (file: Uint8Array) =>
      read(file).then(
        () => null,
        (thrown: unknown) => (thrown as FramegateError).code,
      );
    const jpeg = await sharp(greys, { raw: { width, height, channels: 1 } })
      .jpeg()
      .toBuffer();
    expect(await code(jpeg)).toBe('image-unsupported');
    expect(await code(await png(noise, 3))).toBe('request-invalid');
    expect(await code((await png(noise, 3)).subarray(0, 300))).toBe('image-corrupt');
  });
});
