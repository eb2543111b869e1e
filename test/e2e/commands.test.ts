import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runFramegate } from '../support/framegate-process.ts';
import { natsServerMissing } from '../support/nats-server.ts';
import { redisServerMissing } from '../support/redis-server.ts';

let folder: string;
let settings: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'framegate-commands-'));
  settings = { FRAMEGATE_DATA_FOLDER: join(folder, 'data'), FRAMEGATE_PORT: '0' };
  await writeFile(join(folder, 'notes.jpg'), 'no picture at all');
});

afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

describe('wrong calls end with exit code 2 and one clear error', () => {
  test.each([
    [
      'a setting that does not exist',
      ['up'],
      { FRAMEGATE_PROT: '1' },
      /did you mean FRAMEGATE_PORT\?\n {2}code: config-invalid/,
    ],
    [
      'a setting out of its range',
      ['up'],
      { FRAMEGATE_PORT: '99999' },
      /FRAMEGATE_PORT .*\n {2}code: config-invalid/,
    ],
    [
      'a public address without any key',
      ['up'],
      { FRAMEGATE_HOST: '0.0.0.0' },
      /set FRAMEGATE_AUTH_SECRET .*\n {2}code: config-invalid/,
    ],
    ['a role without its servers', ['edge'], {}, /set FRAMEGATE_REDIS_URL.*\n {2}code: config-invalid/],
    [
      'a token without a secret',
      ['token', '--subject', 'a'],
      {},
      /set FRAMEGATE_AUTH_SECRET.*\n {2}code: config-invalid/,
    ],
    ['nothing to stream', ['stream'], {}, /use --demo\n {2}code: usage/],
    ['a file that is not there', ['stream', 'gone.jpg'], {}, /no file or folder gone\.jpg\n {2}code: usage/],
    ['a file that is no picture', ['stream', 'notes.jpg'], {}, /notes\.jpg is no JPEG, .*\n {2}code: usage/],
    ['an option out of its range', ['up', '--port', 'x'], {}, /'--port <port>' argument 'x' is invalid/],
    ['an unknown command', ['upp'], {}, /unknown command 'upp'/],
    [
      'a storage that is none',
      ['storage', 'migrate', '--from', 'tape', '--to', 's3'],
      {},
      /argument 'tape' is invalid/,
    ],
    ['an unknown option of models', ['models', 'import', '--all'], {}, /unknown option '--all'/],
    ['an option without its value', ['client', 'build', '--out'], {}, /'--out <folder>' argument missing/],
  ] as const)('%s', async (_, args, extra, message) => {
    const { exitCode, stdout, stderr } = await runFramegate(args, { ...settings, ...extra }, folder);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('    at ');
  });
});

test('a node that is not there is said so, soon', async () => {
  const { exitCode, stderr } = await runFramegate(
    ['stream', '--demo', '--json', '--url', 'http://127.0.0.1:1'],
    settings,
  );
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/no edge node answers.*\n {2}code: dependency-unavailable/);
});

test('sql says where data would come from while there are none', async () => {
  const { exitCode, stderr } = await runFramegate(['sql', 'SELECT 1'], settings);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/run `framegate up`.*\n {2}code: store-unavailable/);
});

test('models import leaves what is right alone', async () => {
  const { exitCode, stdout } = await runFramegate(['models', 'import'], settings);
  expect(exitCode).toBe(0);
  const lines = stdout.trim().split('\n');
  expect(lines.length).toBeGreaterThanOrEqual(3);
  for (const line of lines) expect(line).toMatch(/ {2}is there$/);
});

test.skipIf(natsServerMissing !== null || redisServerMissing !== null).each([
  ['all is well', 0, {}],
  ['ClickHouse is away', 1, { FRAMEGATE_CLICKHOUSE_URL: 'http://127.0.0.1:1' }],
  ['NATS is away', 1, { FRAMEGATE_NATS_URL: 'nats://127.0.0.1:1' }],
] as const)('doctor where %s ends with %i', async (_, expected, extra) => {
  const { exitCode, stdout } = await runFramegate(['doctor'], { ...settings, ...extra });
  expect({ exitCode, stdout }).toMatchObject({ exitCode: expected });
  expect(/^FAIL/m.test(stdout)).toBe(expected === 1);
});

test.skipIf(natsServerMissing !== null || redisServerMissing !== null)(
  'stream starts a node for the run where none runs, and ends it again',
  async () => {
    const { exitCode, stdout, stderr } = await runFramegate(
      ['stream', '--demo', '--fps', '5', '--no-install', '--result'],
      settings,
    );
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(stderr).toContain('no edge node runs here: starting one for this run\nstarting nats-server');
    expect(stdout).toMatch(/1 captured.*3 results\n$/);
    // Nobody holds the data folder any more: the embedded ClickHouse takes one process at a time.
    const rows = await runFramegate(['sql', 'SELECT count() FROM results', '--format', 'TSV'], settings);
    expect(rows).toMatchObject({ exitCode: 0, stdout: '3\n' });
  },
  60_000,
);
