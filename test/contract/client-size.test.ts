import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { ensureBuilt } from '../../client/build/ensure-built.ts';
import { type MeasuredSize, measureSizes } from '../../client/build/measure-size.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDER = join(PROJECT, 'dist/client');

let sizes: readonly MeasuredSize[];
beforeAll(async () => {
  await ensureBuilt(PROJECT, FOLDER, () => {});
  sizes = await measureSizes(FOLDER);
}, 60_000);

test.each(['sdk', 'component', 'firstLoad'] as const)('%s is within its budget', (name) => {
  const { gzipBytes, goalKb, files } = sizes.find((size) => size.name === name)!;
  expect(gzipBytes / 1000, files.join(', ')).toBeLessThanOrEqual(goalKb);
});

test('nothing is loaded first that is for later: detectors, other languages', () => {
  const files = sizes.flatMap((size) => size.files);
  expect(files.filter((file) => /wasm|onnx|landmarker|detector-worker/.test(file))).toEqual([]);
});
