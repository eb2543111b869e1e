import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importModels } from '../../models/importer/import-models.ts';
import { parseCanonicalFace } from '../../src/vision/canonical-face.ts';
import { MODELS_FOLDER, openModels } from '../../src/vision/model-registry.ts';
import { sharedData } from '../support/shared-data.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'framegate-registry-'));
  await writeFile(join(folder, 'manifest.json'), await readFile(join(MODELS_FOLDER, 'manifest.json')));
  await importModels({ manifestPath: join(folder, 'manifest.json') });
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('openModels', () => {
  it('gives a model with the identity that results carry', async () => {
    const models = await openModels(folder);
    const { identity, bytes } = await models.loadModel('face-mesh');
    expect(identity).toEqual(models.describe('face-mesh').identity);
    expect(identity).toEqual({
      name: 'face-mesh',
      version: '1.0.0',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect((await readFile(models.describe('face-mesh').path)).equals(bytes)).toBe(true);
  });

  it('does not load a file that differs in one bit', async () => {
    const models = await openModels(folder);
    const { path } = models.describe('face-detector');
    const whole = await readFile(path);
    const damaged = Uint8Array.from(whole);
    damaged[damaged.length >> 1]! ^= 1;
    await writeFile(path, damaged);
    await expect(models.loadModel('face-detector')).rejects.toMatchObject({ code: 'model-hash-mismatch' });
    await writeFile(path, whole);
    await expect(models.loadModel('face-detector')).resolves.toBeDefined();
  });

  it('says that a model has not been imported, is unknown, or that there are no models at all', async () => {
    const models = await openModels(folder);
    await expect(models.loadModel('pose-detector')).rejects.toMatchObject({
      code: 'model-missing',
      message: expect.stringContaining('npm run models'),
    });
    await expect(models.loadModel('unknown')).rejects.toMatchObject({ code: 'model-missing' });
    await expect(openModels(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'model-missing' });
  });
});

describe('the canonical face', () => {
  it('is a face of 468 points that is fitted by 33 of them', async () => {
    const face = await (await openModels(folder)).loadCanonicalFace();
    expect(face.positions.length).toBe(468 * 3);
    expect(face.triangles.length).toBe(898 * 3);
    const weights = [...face.fitWeights].filter((weight) => weight > 0);
    expect(weights.length).toBe(33);
    expect(weights.reduce((sum, weight) => sum + weight)).toBeCloseTo(1.055, 5);
    // The nose tip is in front of the chin and above it; the subject's left eye (263) is at positive x.
    const at = (index: number): number[] => [...face.positions.subarray(index * 3, index * 3 + 3)];
    expect(at(1)[2]).toBeGreaterThan(at(152)[2]!);
    expect(at(1)[1]).toBeGreaterThan(at(152)[1]!);
    expect(at(263)[0]).toBeGreaterThan(0);
    expect(at(33)[0]).toBeCloseTo(-at(263)[0]!, 3);
  });

  it.each(['', '{}', '{"positions":[1]}', 'null'])('is refused where the text is %j', (json) => {
    expect(() => parseCanonicalFace(json)).toThrowError(expect.objectContaining({ code: 'model-invalid' }));
  });

  const obj = sharedData('mediapipe/canonical_face_model.obj');
  it.skipIf(obj === null)('is the one that MediaPipe publishes as canonical_face_model.obj', async () => {
    const lines = (await readFile(obj!, 'utf8')).split('\n').map((line) => line.trim().split(/\s+/));
    const rows = (kind: string): string[][] =>
      lines.filter(([first]) => first === kind).map(([, ...rest]) => rest);
    const face = await (await openModels(folder)).loadCanonicalFace();

    const vertices = rows('v').map((row) => row.map(Number));
    expect(vertices.length).toBe(468);
    for (const [i, value] of vertices.flat().entries()) expect(face.positions[i]).toBeCloseTo(value, 5);

    // A corner is vertex/texture, counted from 1.
    const corners = rows('f').map((row) =>
      row.map((corner) => corner.split('/').map((index) => Number(index) - 1)),
    );
    expect(corners.length).toBe(898);
    const key = (triangle: readonly number[]): string => [...triangle].sort((a, b) => a - b).join();
    const triangles = Array.from({ length: 898 }, (_, i) => [...face.triangles.subarray(i * 3, i * 3 + 3)]);
    const published = corners.map((triangle) => triangle.map(([vertex]) => vertex!));
    expect(triangles.map(key).sort()).toEqual(published.map(key).sort());

    const texture = rows('vt').map((row) => row.map(Number));
    for (const [vertex, uv] of corners.flat() as [number, number][]) {
      expect(face.uvs[vertex * 2]).toBeCloseTo(texture[uv]![0]!, 5);
      expect(face.uvs[vertex * 2 + 1]).toBeCloseTo(1 - texture[uv]![1]!, 5);
    }
  });
});
