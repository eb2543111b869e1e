import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKeptFiles } from '../../src/http/files/kept-files.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'framegate-kept-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const put = (name: string, text: string) => writeFile(join(folder, name), text);
const textOf = (file: { bytes: Uint8Array } | null) => file && Buffer.from(file.bytes).toString();

test('readers share one copy, until the file changes', async () => {
  await put('a.js', 'first');
  const files = createKeptFiles(folder, 100);
  const [one, other] = await Promise.all([files.read('a.js'), files.read('a.js')]);
  expect(textOf(one)).toBe('first');
  expect(other!.bytes).toBe(one!.bytes);
  // Exchanged whole, as a build does it.
  await put('a.new', 'later');
  await rename(join(folder, 'a.new'), join(folder, 'a.js'));
  const changed = await files.read('a.js');
  expect(textOf(changed)).toBe('later');
  expect(changed!.sha256).not.toBe(one!.sha256);
  expect(files.keptBytes).toBe(5);
});

test('what was not asked for longest goes when there is no more room', async () => {
  for (const name of ['b', 'c', 'd']) await put(name, name.repeat(40));
  const files = createKeptFiles(folder, 100);
  const b = await files.read('b');
  const c = await files.read('c');
  expect((await files.read('b'))!.bytes).toBe(b!.bytes);
  await files.read('d');
  expect(files.keptBytes).toBe(80);
  expect((await files.read('b'))!.bytes).toBe(b!.bytes);
  expect((await files.read('c'))!.bytes).not.toBe(c!.bytes);
});

test('a file that is gone is no longer there, and neither is a folder', async () => {
  await put('e', 'e');
  const files = createKeptFiles(folder, 100);
  await files.read('e');
  await rm(join(folder, 'e'));
  expect(await files.read('e')).toBeNull();
  expect(await files.read('.')).toBeNull();
  expect(await files.read('e/f')).toBeNull();
  expect(files.keptBytes).toBe(0);
});
