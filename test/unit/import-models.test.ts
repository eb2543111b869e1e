import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type ImportOptions,
  type ImportProgress,
  importModels,
} from '../../models/importer/import-models.ts';
import { formatActiveModels, withVersion } from '../../src/vision/active-models.ts';
import { type ModelManifest, parseModelManifest } from '../../src/vision/model-manifest.ts';
import { MODELS_FOLDER } from '../../src/vision/model-registry.ts';
import { buildTflite } from '../support/tflite-builder.ts';

const FACE_MODELS = ['face-detector', 'face-mesh', 'canonical-face'];
const committed = await readFile(join(MODELS_FOLDER, 'manifest.json'), 'utf8');

let folder: string;
let manifestPath: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'framegate-models-'));
  manifestPath = join(folder, 'manifest.json');
  await writeFile(manifestPath, committed);
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** A copy of the committed manifest with some changes, written to the test's folder. */
async function changeManifest(change: (manifest: ModelManifest) => void): Promise<void> {
  const manifest = parseModelManifest(committed);
  change(manifest);
  await writeFile(manifestPath, JSON.stringify(manifest));
}

/** Every file under the folder but the manifest, with its SHA-256. */
async function filesWritten(under = folder): Promise<Map<string, string>> {
  const entries = await readdir(under, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name !== 'manifest.json');
  const hashed = files.map(async ({ parentPath, name }): Promise<[string, string]> => {
    const path = join(parentPath, name);
    const hash = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
    return [path.slice(under.length + 1), hash];
  });
  return new Map((await Promise.all(hashed)).sort());
}

function expected(names: readonly string[]): Map<string, string> {
  const models = parseModelManifest(committed).models.filter(({ name }) => names.includes(name));
  return new Map(
    models
      .map(({ name, version, output }): [string, string] => [
        `${name}/${version}/${output.file}`,
        output.sha256,
      ])
      .sort(),
  );
}

const WRONG = 'f'.repeat(64);

describe('importModels', () => {
  it('writes the models that are not on demand, each with the hash of the manifest', async () => {
    const imported = await importModels({ manifestPath });
    expect(imported.map(({ name, written }) => [name, written])).toEqual(
      FACE_MODELS.map((name) => [name, true]),
    );
    expect(await filesWritten()).toEqual(expected(FACE_MODELS));
  });

  it('writes a model on demand where it is named', async () => {
    await importModels({ manifestPath, names: ['pose-detector'] });
    expect(await filesWritten()).toEqual(expected(['pose-detector']));
  });

  it('writes what is in use, and other versions where they are named', async () => {
    await changeManifest(({ models }) => {
      const mesh = models.find(({ name }) => name === 'face-mesh')!;
      models.push({ ...mesh, version: '0.9.0' }, { ...mesh, version: '0.8.0' });
    });
    const versionsOf = async (options: ImportOptions) => {
      const imported = await importModels({ manifestPath, ...options });
      return imported.filter(({ name }) => name === 'face-mesh').map(({ version }) => version);
    };
    expect(await versionsOf({})).toEqual(['1.0.0']);
    expect(await versionsOf({ names: ['face-mesh@0.8.0'] })).toEqual(['0.8.0']);
    expect(await versionsOf({ names: ['face-mesh'] })).toEqual(['1.0.0', '0.9.0', '0.8.0']);
    const choice = { version: '0.9.0', inUse: '1.0.0', at: new Date(), forced: null };
    await writeFile(join(folder, 'active.json'), formatActiveModels(withVersion({}, 'face-mesh', choice)));
    expect(await versionsOf({})).toEqual(['0.9.0']);
    await expect(versionsOf({ names: ['face-mesh@7.0.0'] })).rejects.toMatchObject({
      code: 'model-version-unknown',
    });
  });

  it('writes models on demand beside the others where it is told to, and passes over those that the manifest lacks', async () => {
    const imported = await importModels({ manifestPath, alsoNames: ['pose-detector', 'pose-landmark-huge'] });
    expect(imported.map(({ name }) => name)).toEqual([...FACE_MODELS, 'pose-detector']);
    expect(await filesWritten()).toEqual(expected([...FACE_MODELS, 'pose-detector']));
  });

  it('reports every stage with a fraction that only grows and ends at 1', async () => {
    const events: ImportProgress[] = [];
    await importModels({ manifestPath, onProgress: (event) => events.push(event) });
    expect(events.map(({ model, stage }) => `${model} ${stage}`)).toEqual(
      FACE_MODELS.flatMap((name) => ['read', 'convert', 'write', 'done'].map((stage) => `${name} ${stage}`)),
    );
    const fractions = events.map(({ fraction }) => fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
  });

  it('leaves right files alone and mends a damaged one', async () => {
    const [detector, mesh] = await importModels({ manifestPath });
    const before = await stat(mesh!.path);
    await writeFile(detector!.path, 'damaged');
    const again = await importModels({ manifestPath });
    expect(again.map(({ written }) => written)).toEqual([true, false, false]);
    expect((await stat(mesh!.path)).ino).toBe(before.ino);
    expect(await filesWritten()).toEqual(expected(FACE_MODELS));
  });

  it('converts again when forced', async () => {
    await importModels({ manifestPath });
    const again = await importModels({ manifestPath, force: true });
    expect(again.every(({ written }) => written)).toBe(true);
  });

  it('gives whole files to two processes at once', async () => {
    const importer = new URL('../../models/importer/import-models.ts', import.meta.url).href;
    const code = `const { importModels } = await import(${JSON.stringify(importer)});
      await importModels({ manifestPath: ${JSON.stringify(manifestPath)}, force: true });`;
    const exits = [0, 1].map(async () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
        cwd: fileURLToPath(new URL('../..', import.meta.url)),
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      const [exitCode] = await once(child, 'exit');
      return exitCode;
    });
    expect(await Promise.all(exits)).toEqual([0, 0]);
    expect(await filesWritten()).toEqual(expected(FACE_MODELS));
  });

  it('refuses a source that is not the one of the manifest', async () => {
    await changeManifest(({ models }) => {
      models[0]!.source.sha256 = WRONG;
    });
    await expect(importModels({ manifestPath })).rejects.toMatchObject({
      code: 'model-hash-mismatch',
      details: { model: 'face-detector', of: 'source', expected: WRONG },
    });
    expect(await filesWritten()).toEqual(new Map());
  });

  it('refuses an output that is not the one of the manifest and keeps the file that was there', async () => {
    await changeManifest(({ models }) => {
      models[0]!.output.sha256 = WRONG;
    });
    const path = join(folder, 'face-detector', '1.0.0', 'model.onnx');
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, 'the earlier file');
    await expect(importModels({ manifestPath, names: ['face-detector'] })).rejects.toMatchObject({
      code: 'model-hash-mismatch',
      details: { of: 'output', expected: WRONG },
    });
    expect(await readFile(path, 'utf8')).toBe('the earlier file');
  });

  it('records hashes as they stand in the committed manifest', async () => {
    await changeManifest(({ models }) => {
      for (const { source, output } of models) source.sha256 = output.sha256 = '';
    });
    await expect(importModels({ manifestPath })).rejects.toMatchObject({ code: 'model-hash-mismatch' });
    const names = parseModelManifest(committed).models.map(({ name }) => name);
    // What is fitted here is its own source, and lies below the manifest.
    await cp(join(MODELS_FOLDER, 'body-regressors'), join(folder, 'body-regressors'), { recursive: true });
    await importModels({ manifestPath, names, updateManifest: true });
    expect(await readFile(manifestPath, 'utf8')).toBe(committed);
  });

  it('takes a model of your own beside the manifest as it is', async () => {
    await writeFile(join(folder, 'mine.onnx'), 'bytes of mine');
    await changeManifest((manifest) => {
      const [first] = manifest.models;
      const source = { path: 'mine.onnx', sha256: '' };
      manifest.models = [
        { ...first!, name: 'mine', source, converter: 'copy', output: { file: 'a.onnx', sha256: '' } },
      ];
    });
    const [mine] = await importModels({ manifestPath, updateManifest: true });
    expect(await readFile(mine!.path, 'utf8')).toBe('bytes of mine');
    expect(await importModels({ manifestPath })).toMatchObject([{ name: 'mine', written: false }]);
  });

  it.each([
    ['an operator that is unknown', (whole: Uint8Array) => whole, 'model-unsupported', /AVERAGE_POOL_2D/],
    [
      'a file cut short',
      (whole: Uint8Array) => whole.subarray(0, whole.length / 2),
      'model-invalid',
      /damaged/,
    ],
  ])('refuses %s', async (_, cut, code, message) => {
    const tensor = { shape: [1, 2, 2, 1] };
    const tflite = buildTflite({
      tensors: [
        { name: 'in', ...tensor },
        { name: 'out', ...tensor },
      ],
      operators: [{ code: 1, inputs: [0], outputs: [1] }],
      inputs: [0],
      outputs: [1],
    });
    await writeFile(join(folder, 'mine.tflite'), cut(tflite));
    await changeManifest((manifest) => {
      manifest.models = [{ ...manifest.models[0]!, source: { path: 'mine.tflite', sha256: '' } }];
    });
    const importing = importModels({ manifestPath, updateManifest: true });
    await expect(importing).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(await filesWritten()).toEqual(new Map([['mine.tflite', expect.any(String)]]));
  });

  it('names the models that there are where one is unknown', async () => {
    await expect(importModels({ manifestPath, names: ['face-mash'] })).rejects.toMatchObject({
      code: 'model-missing',
      message: expect.stringContaining('face-mesh'),
    });
  });

  it.each([
    ['not-installed', 'dependency-missing'],
    ['zod', 'model-missing'],
  ])('says when the package %s cannot give the file', async (name, code) => {
    await changeManifest(({ models }) => {
      for (const { source } of models) if ('package' in source) source.package = name;
    });
    await expect(importModels({ manifestPath })).rejects.toMatchObject({ code });
  });

  it.each([
    ['{', 'not JSON'],
    ['{"models": 1}', 'models'],
    [committed.replace('"face-mesh"', '"face-detector"'), 'twice'],
    [committed.replace('"file": "model.onnx"', '"file": "../model.onnx"'), 'folder name'],
    [committed.replace('"face_landmark.tflite"', '"../face_landmark.tflite"'), 'source'],
  ])('refuses a wrong manifest (%#)', async (json, named) => {
    await writeFile(manifestPath, json);
    await expect(importModels({ manifestPath })).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining(named),
    });
  });

  it('writes to the folder that is asked for', async () => {
    const targetFolder = join(folder, 'elsewhere');
    await importModels({ manifestPath, targetFolder, names: ['canonical-face'] });
    expect(await filesWritten(targetFolder)).toEqual(expected(['canonical-face']));
    await cp(join(targetFolder, 'canonical-face'), join(folder, 'canonical-face'), { recursive: true });
    expect(await importModels({ manifestPath, names: ['canonical-face'] })).toMatchObject([
      { written: false },
    ]);
  });
});
