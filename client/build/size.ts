import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureBuilt } from './ensure-built.ts';
import { type MeasuredSize, measureSizes } from './measure-size.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** Prints how large the client is; builds it where it is not up to date. `--folder` measures another build as it is. */
const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, folder: { type: 'string' } },
});
const folder = values.folder ?? join(PROJECT, 'dist/client');
if (values.folder === undefined) {
  await ensureBuilt(PROJECT, folder, (stage) => process.stderr.write(`building the client: ${stage}\n`));
}
const sizes = await measureSizes(folder);
for (const line of table(sizes)) process.stdout.write(`${line}\n`);
if (values.json) process.stdout.write(`${JSON.stringify(asJson(sizes))}\n`);

function table(rows: readonly MeasuredSize[]): string[] {
  const kb = (bytes: number) => (bytes / 1000).toFixed(1);
  return [
    ['', 'files', 'KB', 'gzip', 'goal'],
    ...rows.map(({ title, files, rawBytes, gzipBytes, goalKb }) => [
      title,
      String(files.length),
      kb(rawBytes),
      kb(gzipBytes),
      `≤ ${goalKb}`,
    ]),
  ].map(([title = '', ...cells]) => `${title.padEnd(20)}${cells.map((cell) => cell.padStart(8)).join('')}`);
}

function asJson(rows: readonly MeasuredSize[]): object {
  return Object.fromEntries(
    rows.map(({ name, gzipBytes, goalKb }) => [
      `${name}GzipKb`,
      { value: Math.round(gzipBytes / 10) / 100, unit: 'KB', goal: goalKb },
    ]),
  );
}
