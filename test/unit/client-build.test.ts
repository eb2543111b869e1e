import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readBuildStamp, writeBuildStamp } from '../../client/build/build-stamp.ts';
import { compressFiles } from '../../client/build/compress-files.ts';
import { libraryPackage } from '../../client/build/package-json.ts';
import { replaceFolder } from '../../client/build/replace-folder.ts';
import { sourceStamp } from '../../client/build/source-stamp.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'framegate-build-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function put(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
}

describe('the stamp', () => {
  test('changes with names and content of what the client is made of, and with nothing else', async () => {
    for (const name of ['protocol', 'vision', 'guidance', 'synthetic']) await put(`p/src/${name}/a.ts`, 'a');
    for (const name of ['package.json', 'package-lock.json', 'tsconfig.json', 'client/index.html'])
      await put(`p/${name}`, '{}');
    const project = join(folder, 'p');
    const first = await sourceStamp(project);
    await put('p/src/edge/gateway.ts', 'not of the client');
    await put('p/client/.DS_Store', 'of nobody');
    expect(await sourceStamp(project)).toBe(first);
    const seen = new Set([first]);
    for (const change of [
      () => put('p/src/guidance/a.ts', 'b'),
      () => put('p/client/sdk/deep/new.ts', ''),
      () => put('p/package-lock.json', '{"other":1}'),
      () => rm(join(project, 'src/vision/a.ts')),
    ]) {
      await change();
      seen.add(await sourceStamp(project));
    }
    expect(seen.size).toBe(5);
  });

  test('is read back from a build; what is no build has none', async () => {
    await put('built/index.html', '');
    expect(await readBuildStamp(join(folder, 'built'))).toBeNull();
    await writeBuildStamp(join(folder, 'built'), 'abc');
    expect(await readBuildStamp(join(folder, 'built'))).toBe('abc');
    await put('built/.build.json', 'half a');
    expect(await readBuildStamp(join(folder, 'built'))).toBeNull();
  });
});

describe('compressed copies', () => {
  test('stand beside text and WebAssembly that they make smaller, and come from the earlier build where it has them', async () => {
    const text = 'export const answer = 42;\n'.repeat(100);
    await put('now/assets/a-1.js', text);
    await put('now/main.js', text);
    await put('now/tiny.js', 'x');
    await put('now/picture.png', text);
    await put('before/assets/a-1.js.br', 'as it was');
    await put('before/main.js.br', 'of other content');
    await compressFiles(join(folder, 'now'), join(folder, 'before'));
    const names = (await readdir(join(folder, 'now'), { recursive: true })).sort();
    expect(names).toEqual(
      [
        'assets',
        'assets/a-1.js',
        'assets/a-1.js.br',
        'assets/a-1.js.gz',
        'main.js',
        'main.js.br',
        'main.js.gz',
      ]
        .concat(['picture.png', 'tiny.js'])
        .sort(),
    );
    const read = (name: string) => readFile(join(folder, 'now', name));
    expect((await read('assets/a-1.js.br')).toString()).toBe('as it was');
    expect(brotliDecompressSync(await read('main.js.br')).toString()).toBe(text);
    expect(gunzipSync(await read('main.js.gz')).toString()).toBe(text);
  });
});

describe('a folder that is replaced', () => {
  const fillWith = (text: string) => async (draft: string) => {
    for (let part = 0; part < 20; part++) await writeFile(join(draft, `part-${part}`), text);
  };

  test('is whole at all times, however many replace it at once', async () => {
    const target = join(folder, 'many', 'client');
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map((text) => replaceFolder(target, fillWith(text))));
    const parts = await readdir(target);
    expect(parts).toHaveLength(20);
    const contents = await Promise.all(parts.map((part) => readFile(join(target, part), 'utf8')));
    expect(new Set(contents).size).toBe(1);
    expect(await readdir(dirname(target))).toEqual(['client']);
  });

  test('stays as it was where filling fails, and litter of killed builds goes', async () => {
    const target = join(folder, 'failing', 'client');
    await replaceFolder(target, fillWith('good'));
    await put('failing/client.old.draft/part', 'litter');
    const longAgo = new Date(Date.now() - 3_600_000);
    await utimes(join(folder, 'failing/client.old.draft'), longAgo, longAgo);
    await put('failing/client.young.draft/part', 'at work');
    const failing = replaceFolder(target, async (draft) => {
      await writeFile(join(draft, 'part-0'), 'bad');
      throw new Error('no room');
    });
    await expect(failing).rejects.toThrow('no room');
    expect(await readFile(join(target, 'part-0'), 'utf8')).toBe('good');
    expect((await readdir(dirname(target))).sort()).toEqual(['client', 'client.young.draft']);
  });
});

test('the package names what its types need, with the versions of the project', () => {
  const project = { version: '1.2.3', license: 'Apache-2.0', dependencies: { zod: '4.0.0', redis: '1.0.0' } };
  expect(libraryPackage(project, ['zod'])).toMatchObject({
    name: 'framegate-client',
    version: '1.2.3',
    dependencies: { zod: '4.0.0' },
  });
  expect(() => libraryPackage(project, ['left-pad'])).toThrow('left-pad');
});
