import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { useModel } from '../../src/cli/models/change-model.ts';
import { listModels, modelTable } from '../../src/cli/models/list-models.ts';
import {
  formatActiveModels,
  readActiveModels,
  withPreviousVersion,
  withVersion,
} from '../../src/vision/active-models.ts';
import { compareVersions, parseModelManifest } from '../../src/vision/model-manifest.ts';
import { openModels } from '../../src/vision/model-registry.ts';

const AT = new Date('2026-01-02T03:04:05Z');
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

function entry(name: string, version: string) {
  const hash = sha256(`${name} ${version}`);
  return {
    name,
    version,
    title: `The ${name}`,
    licence: 'MIT',
    source: { path: `${name}/${version}/model.bin`, sha256: hash },
    converter: 'copy',
    output: { file: 'model.bin', sha256: hash },
    inputs: [],
    outputs: [],
  };
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'framegate-versions-'));
  const models = ['1.9.0', '1.10.0', '2.0.0-trial'].map((version) => entry('waist', version));
  await writeFile(
    join(folder, 'manifest.json'),
    JSON.stringify({ models: [...models, entry('hat', '1.0.0')] }),
  );
  for (const { name, version } of [...models.slice(0, 2), entry('hat', '1.0.0')]) {
    await mkdir(join(folder, name, version), { recursive: true });
    await writeFile(join(folder, name, version, 'model.bin'), `${name} ${version}`);
  }
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const choose = (version: string) =>
  writeFile(
    join(folder, 'active.json'),
    formatActiveModels(withVersion({}, 'waist', { version, inUse: '1.10.0', at: AT, forced: null })),
  );

describe('versions', () => {
  test.each([
    ['1.9.0', '1.10.0'],
    ['1.0.0', '1.0.1'],
    ['1.9.9', '2.0.0'],
    ['2.0.0-trial', '2.0.0'],
    ['2.0.0-rc.2', '2.0.0-rc.10'],
  ])('%s is lower than %s', (lower, higher) => {
    expect(compareVersions(lower, higher)).toBeLessThan(0);
    expect(compareVersions(higher, lower)).toBeGreaterThan(0);
    expect(compareVersions(lower, lower)).toBe(0);
  });

  it('stand side by side in a manifest, each once', () => {
    const manifest = (models: object[]) => parseModelManifest(JSON.stringify({ models }));
    expect(manifest([entry('waist', '1.0.0'), entry('waist', '1.0.1')]).models).toHaveLength(2);
    expect(() => manifest([entry('waist', '1.0.0'), entry('waist', '1.0.0')])).toThrow(/waist@1.0.0 twice/);
  });
});

describe('what is in use', () => {
  it('is the highest version, where nobody has chosen', async () => {
    await rm(join(folder, 'waist', '1.9.0'), { recursive: true });
    const registry = await openModels(folder);
    expect(registry.names).toEqual(['waist', 'hat']);
    expect(registry.versionsOf('waist').map(({ version }) => version)).toEqual([
      '2.0.0-trial',
      '1.10.0',
      '1.9.0',
    ]);
    expect(registry.describe('waist').identity.version).toBe('2.0.0-trial');
    await expect(registry.loadModel('waist')).rejects.toMatchObject({ code: 'model-missing' });
  });

  it('is what was chosen, with its own hash', async () => {
    await choose('1.9.0');
    const { identity, bytes } = await (await openModels(folder)).loadModel('waist');
    expect(identity).toEqual({ name: 'waist', version: '1.9.0', sha256: sha256('waist 1.9.0') });
    expect(new TextDecoder().decode(bytes)).toBe('waist 1.9.0');
  });

  it('is what a thread was told, whatever was chosen since', async () => {
    await choose('1.9.0');
    const registry = await openModels(folder, { waist: '1.10.0' });
    expect(registry.describe('waist').identity.version).toBe('1.10.0');
    expect(registry.describe('waist', '1.9.0').identity.version).toBe('1.9.0');
  });

  it('is nothing where a version was chosen that there is not', async () => {
    await choose('3.0.0');
    const registry = await openModels(folder);
    expect(() => registry.describe('waist')).toThrow(
      expect.objectContaining({
        code: 'model-version-unknown',
        message: expect.stringContaining('2.0.0-trial, 1.10.0, 1.9.0'),
      }),
    );
    expect(registry.describe('hat').identity.version).toBe('1.0.0');
    const table = modelTable(await listModels(folder));
    expect(table).not.toMatch(/^waist.*yes/m);
    expect(table).toMatch(/^hat +1\.0\.0 +yes +verified/m);
  });

  it('is refused where the file of choices is not understood', async () => {
    for (const text of ['', '{', '{"models":{"waist":{"version":1}}}', '{"models":{},"more":1}']) {
      await writeFile(join(folder, 'active.json'), text);
      await expect(openModels(folder)).rejects.toMatchObject({ code: 'config-invalid' });
    }
  });
});

describe('the choices', () => {
  const next = (active: Awaited<ReturnType<typeof readActiveModels>>, version: string, inUse: string) =>
    withVersion(active, 'waist', { version, inUse, at: AT, forced: null });

  it('remember what was in use before, and go back step by step', () => {
    const third = next(next({}, '2', '1'), '3', '2');
    expect(third.waist).toEqual({
      version: '3',
      previous: ['1', '2'],
      changedAt: AT.toISOString(),
      forced: null,
    });
    const second = withPreviousVersion(third, 'waist', AT);
    expect(second.waist).toMatchObject({ version: '2', previous: ['1'] });
    const first = withPreviousVersion(second, 'waist', AT);
    expect(first.waist).toMatchObject({ version: '1', previous: [] });
    for (const active of [first, {}]) {
      expect(() => withPreviousVersion(active, 'waist', AT)).toThrow(
        expect.objectContaining({ code: 'model-version-unknown' }),
      );
    }
  });

  it('remember twenty of them, and leave other models alone', () => {
    let active = withVersion({}, 'hat', { version: '1', inUse: '0', at: AT, forced: 'a test' });
    for (let version = 1; version <= 30; version++) active = next(active, `${version}`, `${version - 1}`);
    expect(active.waist?.previous).toHaveLength(20);
    expect(active.waist?.previous.at(-1)).toBe('29');
    expect(active.hat).toMatchObject({ version: '1', forced: 'a test' });
  });

  it('are read as they were written', async () => {
    await choose('1.9.0');
    const read = await readActiveModels(folder);
    expect(formatActiveModels(read)).toBe(await readFile(join(folder, 'active.json'), 'utf8'));
  });
});

describe('a version that takes or gives other values', () => {
  const port = (name: string, shape: number[]) => ({ name, shape, meaning: '', values: '' });
  const other = async (ports: object) => {
    const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as {
      models: object[];
    };
    const changed = { ...entry('hat', '0.9.0'), ...ports };
    await mkdir(join(folder, 'hat', '0.9.0'), { recursive: true });
    await writeFile(join(folder, 'hat', '0.9.0', 'model.bin'), 'hat 0.9.0');
    await writeFile(join(folder, 'manifest.json'), JSON.stringify({ models: [...manifest.models, changed] }));
    return useModel(folder, { name: 'hat', version: '0.9.0', forcedFor: 'a reason', now: AT });
  };

  test.each([
    ['another input', { inputs: [port('a', [1, 3])] }, /other inputs.*: a 1×3 instead of none/],
    ['another output', { outputs: [port('b', [2])] }, /other outputs.*: b 2 instead of none/],
  ])('is not used, whatever the reason: %s', async (_, ports, message) => {
    const using = other(ports);
    await expect(using).rejects.toMatchObject({ code: 'model-incompatible' });
    await expect(using).rejects.toThrow(message);
    expect(await readActiveModels(folder)).toEqual({});
  });

  it('is used where only its words differ', async () => {
    expect(await other({ title: 'A hat' })).toMatchObject({ from: '1.0.0', to: '0.9.0', overruled: [] });
    expect((await openModels(folder)).describe('hat').identity.version).toBe('0.9.0');
  });
});

it('lists every version, and whether its file is there and right', async () => {
  await choose('1.9.0');
  await writeFile(join(folder, 'waist', '1.10.0', 'model.bin'), 'something else');
  expect(await listModels(folder)).toMatchObject([
    { name: 'waist', version: '2.0.0-trial', inUse: false, chosen: false, file: 'missing', bytes: null },
    { name: 'waist', version: '1.10.0', inUse: false, file: 'differs', bytes: 14 },
    { name: 'waist', version: '1.9.0', inUse: true, chosen: true, file: 'verified', licence: 'MIT' },
    { name: 'hat', version: '1.0.0', inUse: true, chosen: false, file: 'verified' },
  ]);
});
