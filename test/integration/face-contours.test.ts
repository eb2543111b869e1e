import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { createFaceContoursAnalyzer } from '../../src/analysis/analyzers/face-contours/face-contours-analyzer.ts';
import {
  type FaceContoursResult,
  faceContoursResultSchema,
} from '../../src/analysis/analyzers/face-contours/face-contours-result.ts';
import {
  createFaceContoursThreads,
  type FaceContoursThreads,
} from '../../src/analysis/analyzers/face-contours/face-contours-threads.ts';
import type { Shape } from '../../src/analysis/analyzers/face-contours/geometry/outline.ts';
import type { Analyzer } from '../../src/analysis/types.ts';
import { CONTOUR_REGION_NAMES } from '../../src/protocol/contour-options.ts';
import { measurementSchema } from '../../src/protocol/records.ts';
import { changeScene } from '../../src/synthetic/face-scene.ts';
import { renderFace } from '../../src/synthetic/render-face.ts';
import { MODELS_FOLDER, openModels } from '../../src/vision/model-registry.ts';
import { captureRecord } from '../support/bus-records.ts';
import { encodeImage } from '../support/encode-image.ts';
import { goodScene } from '../support/scene-faults.ts';
import { shapesOverlap } from '../support/shape-overlap.ts';
import { sharedData } from '../support/shared-data.ts';

const CAPTURE = captureRecord('c1', {});
const NEVER = new AbortController().signal;
const PORTRAITS = Array.from({ length: 13 }, (_, i) =>
  i === 12 ? 'face-13.png' : `face-${String(i + 1).padStart(2, '0')}.jpg`,
);

describe('face-contours of captures', () => {
  let threads: FaceContoursThreads;
  let analyzer: Analyzer;
  beforeAll(async () => {
    threads = await createFaceContoursThreads({ modelsFolder: MODELS_FOLDER, threads: 2 });
    analyzer = createFaceContoursAnalyzer(threads);
  });
  afterAll(() => threads?.close());

  async function analyse(image: Uint8Array<ArrayBuffer>) {
    const { result, measurements } = await analyzer.analyse(CAPTURE, image, NEVER);
    return {
      result: faceContoursResultSchema.parse(result),
      measurements: measurements.map((one) => measurementSchema.parse(one)),
    };
  }

  it('draws a rendered face level, whatever its tilt, and the same each time', async () => {
    const canonical = await (await openModels()).loadCanonicalFace();
    const scene = changeScene(goodScene(3), { width: 320, height: 400, face: { rollDeg: 14 } });
    const image = await encodeImage(renderFace(scene, canonical).image, 'jpeg', 92);
    const { result } = await analyse(image.slice());
    expect(result).toMatchObject({ source: 'mesh', alignedBy: 'mesh' });
    expect(result.rotationDeg).toBeGreaterThan(-16);
    expect(result.rotationDeg).toBeLessThan(-12);
    expect((await analyse(image.slice())).result).toEqual(result);
  });

  it('fails with a reason where there is no face, and ends with its signal', async () => {
    const blank = await encodeImage(
      { width: 64, height: 64, data: new Uint8Array(64 * 64 * 3).fill(90) },
      'jpeg',
      92,
    );
    await expect(analyse(blank.slice())).rejects.toMatchObject({ code: 'analysis-failed', retryable: false });
    await expect(analyzer.analyse(CAPTURE, blank, AbortSignal.abort())).rejects.toMatchObject({
      code: 'server-draining',
      retryable: true,
    });
  });

  const reference = sharedData('faces/reference.json');
  describe.skipIf(reference === null)('photographs (skipped where the test data are missing)', () => {
    const known = JSON.parse(reference === null ? '{}' : readFileSync(reference, 'utf8')) as Record<
      string,
      { readonly landmarks: readonly (readonly number[])[] }
    >;

    test.each(PORTRAITS)('finds every region of %s where it is', async (name) => {
      const file = Uint8Array.from(readFileSync(sharedData(`faces/${name}`)!));
      const { result, measurements } = await analyse(file);
      expect(Object.keys(result.mask_contours)).toEqual([...CONTOUR_REGION_NAMES]);
      expectApart(result);
      // The reference has 478 points; its eyes' middles lie in the regions drawn as eyes.
      const { landmarks } = known[name]!;
      for (const [eye, outer, inner] of [
        ['left-eye', 263, 362],
        ['right-eye', 33, 133],
      ] as const) {
        const xs = result.mask_contours[eye]!.map(([x]) => x);
        const [first, second] = [landmarks[outer]![0]!, landmarks[inner]![0]!];
        expect((Math.min(...xs) + Math.max(...xs)) / 2).toBeGreaterThan(Math.min(first, second));
        expect((Math.min(...xs) + Math.max(...xs)) / 2).toBeLessThan(Math.max(first, second));
      }
      // In units of the distance between the eyes, people are much alike.
      const area = (region: string) =>
        measurements.find((row) => row.metric === 'contour.area' && row.region === region)!.value!;
      expect(area('face-oval')).toBeGreaterThan(4);
      expect(area('face-oval')).toBeLessThan(9);
      for (const [region, least, most] of [
        ['lips', 0.1, 0.8],
        ['nose', 0.25, 1],
        ['left-eye', 0.02, 0.2],
        ['right-eye', 0.02, 0.2],
        ['forehead', 0.2, 0.9],
      ] as const) {
        expect(area(region), region).toBeGreaterThan(least);
        expect(area(region), region).toBeLessThan(most);
      }
    });
  });
});

/** All but the oval, which lies around them. */
function expectApart(result: FaceContoursResult): void {
  const shapes = result.regions
    .filter(({ id }) => id !== 'face-oval')
    .map(({ id, parts }) => {
      const shape: Shape = {
        outer: parts[0]!.outer.flat(),
        holes: parts[0]!.holes.map((hole) => hole.flat()),
      };
      return { id, shape };
    });
  shapes.forEach(({ id, shape }, i) => {
    for (const other of shapes.slice(i + 1)) {
      expect(shapesOverlap(shape, other.shape), `${id} and ${other.id}`).toBe(false);
    }
  });
}
