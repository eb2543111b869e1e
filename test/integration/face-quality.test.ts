import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { createFaceQualityAnalyzer } from '../../src/analysis/analyzers/face-quality/face-quality-analyzer.ts';
import {
  type FaceQualityResult,
  faceQualityResultSchema,
} from '../../src/analysis/analyzers/face-quality/face-quality-result.ts';
import type { Analyzer } from '../../src/analysis/types.ts';
import { resolveProfile } from '../../src/guidance/profiles.ts';
import { changeScene, type FaceScene, type MonkTone } from '../../src/synthetic/face-scene.ts';
import { renderFace } from '../../src/synthetic/render-face.ts';
import { MODELS_FOLDER, openModels } from '../../src/vision/model-registry.ts';
import type { CanonicalFace } from '../../src/vision/types.ts';
import { captureRecord } from '../support/bus-records.ts';
import { encodeImage } from '../support/encode-image.ts';
import { goodScene, MONK_TONES } from '../support/scene-faults.ts';
import { sharedData } from '../support/shared-data.ts';

const { thresholds } = resolveProfile('face-skin', 'moderate');
const CAPTURE = captureRecord('c1', { thresholds });
const NEVER = new AbortController().signal;

describe('face-quality', () => {
  let analyzer: Analyzer;
  let canonical: CanonicalFace;
  beforeAll(async () => {
    canonical = await (await openModels()).loadCanonicalFace();
    analyzer = await createFaceQualityAnalyzer({ modelsFolder: MODELS_FOLDER, threads: 1 });
  });
  afterAll(() => analyzer?.close());

  async function measure(image: Uint8Array<ArrayBuffer>): Promise<FaceQualityResult> {
    const { result } = await analyzer.analyse(CAPTURE, image, NEVER);
    return faceQualityResultSchema.parse(result);
  }

  /** Twice the live size, as a still is; JPEG, as a client sends it. */
  async function measureScene(scene: FaceScene): Promise<FaceQualityResult> {
    const still = changeScene(scene, { width: scene.width * 2, height: scene.height * 2 });
    return measure(await encodeImage(renderFace(still, canonical).image, 'jpeg', 92));
  }

  it('names the models that it measured with', () => {
    expect(analyzer.models.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['face-detector', 'face-mesh', 'canonical-face']),
    );
    for (const { sha256 } of analyzer.models) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  const monk = new Map<MonkTone, FaceQualityResult>();
  test.each(MONK_TONES)('finds Monk tone %i within one step in good light, and passes it', async (tone) => {
    const result = await measureScene(goodScene(tone));
    monk.set(tone, result);
    expect(result.verdict).toBe('pass');
    expect(Math.abs(result.skinTone!.monk.tone - tone)).toBeLessThanOrEqual(1);
    expect(result.skinTone!.monk.confidence.overall).toBeGreaterThan(0.35);
    for (const feature of result.features.filter(({ counts }) => counts)) expect(feature.status).toBe('pass');
  });

  it('gives every skin the same overall score in the same light, and tones in their order', () => {
    const results = MONK_TONES.map((tone) => monk.get(tone)!);
    const scores = results.map(({ overallScore }) => overallScore);
    expect(Math.max(...scores) - Math.min(...scores)).toBeLessThan(5);
    const lightness = results.map(({ skinTone }) => skinTone!.lab.l);
    // Monk 2 and 3 are as light as each other.
    for (let i = 3; i < lightness.length; i++) expect(lightness[i]).toBeLessThan(lightness[i - 1]!);
    expect(lightness[0]).toBeGreaterThan(lightness[3]!);
  });

  test.each([
    ['closed eyes', { face: { eyesOpen: 0 } }, 'eyes-open'],
    ['an open mouth', { face: { mouthOpen: 1 } }, 'mouth-closed'],
    ['a defocused lens', { camera: { defocusPx: 7 } }, 'sharpness'],
    ['too small a face', { face: { distanceCm: 95 } }, 'inter-eye-distance'],
  ] as const)('sees %s on the still', async (_name, change, id) => {
    const good = monk.get(5)!;
    const bad = await measureScene(changeScene(goodScene(5), change));
    const scoreOf = (result: FaceQualityResult) => result.features.find((feature) => feature.id === id)!;
    expect(scoreOf(good).status).toBe('pass');
    expect(scoreOf(bad).score!).toBeLessThan(scoreOf(good).score! - 15);
    expect(bad.overallScore).toBeLessThan(good.overallScore - 15);
  });

  it('the same still gives the same result', async () => {
    const image = await encodeImage(renderFace(goodScene(6), canonical).image);
    expect(await measure(image.slice())).toEqual(await measure(image.slice()));
  });

  it('damaged, foreign and faceless images are errors for good', async () => {
    const scene = goodScene(5);
    const image = await encodeImage(renderFace(scene, canonical).image);
    const empty = new Uint8Array(512 * 384 * 3).fill(120);
    const faceless = await encodeImage({ data: empty, width: 512, height: 384 });
    const cases = [
      [image.slice(0, image.length / 2), 'image-corrupt'],
      [new TextEncoder().encode('not an image at all, only text'), 'image-unsupported'],
      [faceless, 'analysis-failed'],
    ] as const;
    for (const [bytes, code] of cases) {
      await expect(analyzer.analyse(CAPTURE, Uint8Array.from(bytes), NEVER)).rejects.toMatchObject({
        code,
        retryable: false,
      });
    }
    expect((await measure(image)).verdict).toBe('pass');
  });

  it('a still that takes too long is tried again, and the thread after it works', async () => {
    const hasty = await createFaceQualityAnalyzer({ modelsFolder: MODELS_FOLDER, threads: 1, timeoutMs: 1 });
    try {
      const image = await encodeImage(renderFace(goodScene(5), canonical).image);
      await expect(hasty.analyse(CAPTURE, image, NEVER)).rejects.toMatchObject({
        code: 'analysis-timeout',
        retryable: true,
      });
    } finally {
      await hasty.close();
    }
  });

  describe.skipIf(sharedData('faces') === null)('on photographs', () => {
    test.each(['face-01.jpg', 'face-06.jpg', 'face-11.jpg'])('%s is measured in full', async (file) => {
      const result = await measure(Uint8Array.from(readFileSync(`${sharedData('faces')}/${file}`)));
      expect(result.image).toEqual({ width: 1024, height: 1024 });
      expect(result.faceCount).toBe(1);
      expect(result.features.filter(({ status }) => status === 'not-assessed')).toEqual([]);
      for (const { box, lab } of result.skinTone!.regions) {
        expect(lab).not.toBeNull();
        expect(box.x).toBeGreaterThanOrEqual(Math.floor(result.face.box.x));
        expect(box.x + box.width).toBeLessThanOrEqual(Math.ceil(result.face.box.x + result.face.box.width));
        expect(box.width).toBeGreaterThan(30);
      }
    });

    it('the darker of two people is told as darker', async () => {
      const read = async (file: string) =>
        (await measure(Uint8Array.from(readFileSync(`${sharedData('faces')}/${file}`)))).skinTone!;
      const [light, dark] = [await read('face-05.jpg'), await read('face-11.jpg')];
      expect(dark.itaDeg).toBeLessThan(light.itaDeg - 30);
      expect(dark.monk.tone).toBeGreaterThan(light.monk.tone);
    });
  });
});
