/** `framegate storage migrate`, as operators run it, between a folder and a server that speaks the protocol of S3. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFolderStorage } from '../../src/storage/folder-storage.ts';
import { createS3Storage } from '../../src/storage/s3-storage.ts';
import type { ObjectStorage } from '../../src/storage/types.ts';
import { runFramegate } from '../support/framegate-process.ts';
import { S3_CREDENTIALS, startS3Server, type TestS3Server } from '../support/s3-server.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/framegate.js', import.meta.url));
const BUCKET = 'framegate-test';
const ID = '7d1f6f0a-2b7c-4a39-8f7a-0f1d9e0b7c55';

/** What is done to a request on its way to S3. */
type Fault = 'pass' | 'hold' | 'refuse' | 'flip-a-byte';

let server: TestS3Server;
let proxy: { readonly url: string; close(): Promise<void> };
let fault: (request: IncomingMessage) => Fault;
let root: string;
let folder: string;
let inFolder: ObjectStorage;
let inS3: ObjectStorage;

beforeAll(async () => {
  [server, root] = await Promise.all([startS3Server(BUCKET), mkdtemp(join(tmpdir(), 'framegate-migrate-'))]);
  proxy = await startProxy(new URL(server.endpoint));
  inS3 = createS3Storage({
    bucket: BUCKET,
    region: 'eu-west-1',
    endpoint: server.endpoint,
    credentials: S3_CREDENTIALS,
    encryption: 'none',
    urlSeconds: 60,
  });
});
afterAll(async () => {
  await inS3?.close();
  await proxy?.close();
  await server?.close();
  if (root) await rm(root, { recursive: true, force: true });
});
beforeEach(async () => {
  fault = () => 'pass';
  const left = await keysOf(inS3);
  if (left.length > 0) await inS3.remove(left);
  folder = await mkdtemp(join(root, 'storage-'));
  inFolder = createFolderStorage(folder);
});

/** In front of S3; the signature is over the Host header, which therefore stays. */
async function startProxy(target: URL): Promise<typeof proxy> {
  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const what = fault(request);
    if (what === 'hold') return;
    if (what === 'refuse') {
      request.socket.destroy();
      return;
    }
    const { method, url: path, headers } = request;
    const forwarded = send({ host: target.hostname, port: target.port, method, path, headers });
    forwarded.end(await buffer(request));
    const [answer] = (await once(forwarded, 'response')) as [IncomingMessage];
    const data = await buffer(answer);
    if (what === 'flip-a-byte' && answer.statusCode === 200) data[data.length - 1] = data.at(-1)! ^ 1;
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    response.end(data);
  }
  const listening = createServer((request, response) => {
    pass(request, response).catch(() => response.destroy());
  });
  listening.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  return {
    url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}`,
    close: async () => {
      listening.closeAllConnections();
      listening.close();
      await once(listening, 'close');
    },
  };
}

const settings = () => ({
  FRAMEGATE_STORAGE_FOLDER: folder,
  FRAMEGATE_S3_BUCKET: BUCKET,
  FRAMEGATE_S3_ENDPOINT: proxy.url,
  FRAMEGATE_S3_ACCESS_KEY_ID: S3_CREDENTIALS.accessKeyId,
  FRAMEGATE_S3_SECRET_ACCESS_KEY: S3_CREDENTIALS.secretAccessKey,
});

const FOLDER_TO_S3 = ['--from', 'folder', '--to', 's3'];
const migrate = (args: readonly string[], changes: Record<string, string> = {}) =>
  runFramegate(['storage', 'migrate', ...args], { ...settings(), ...changes }, root);

async function keysOf(storage: ObjectStorage, prefix = ''): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of storage.list(prefix)) keys.push(key);
  return keys.sort();
}

/** Every object with its bytes and its type. */
async function contentsOf(storage: ObjectStorage): Promise<unknown[]> {
  return Promise.all(
    (await keysOf(storage)).map(async (key) => {
      const { data, contentType } = await storage.get(key);
      return [key, Buffer.from(data).toString('hex'), contentType];
    }),
  );
}

/** Objects as an image's variants are, in two buckets. */
async function fill(storage: ObjectStorage, count: number): Promise<string[]> {
  const keys: string[] = [];
  for (let i = 0; i < count; i++) {
    const format = i % 2 === 0 ? 'webp' : 'avif';
    const key = `bucket-${i % 3 === 0 ? 'a' : 'b'}/processed/thumbnail/${ID}-${i}.${format}`;
    await storage.put(key, Buffer.from([i, 0, 255, 10, 13, ...Buffer.from(key)]), `image/${format}`);
    keys.push(key);
  }
  return keys.sort();
}

const isPut = ({ method }: IncomingMessage) => method === 'PUT';

describe('framegate storage migrate', () => {
  it('moves every object from the folder to S3, its type too, and removes none', async () => {
    await fill(inFolder, 12);
    const before = await contentsOf(inFolder);
    const { exitCode, stdout, stderr } = await migrate(FOLDER_TO_S3);
    expect([exitCode, stdout]).toEqual([0, '12 copied, 0 there already, 0 wrong\n']);
    expect(stderr).toMatch(/12 objects, copied bucket-/);
    expect(await contentsOf(inS3)).toEqual(before);
    expect(await contentsOf(inFolder)).toEqual(before);
  });

  it('moves them back', async () => {
    await fill(inS3, 7);
    const before = await contentsOf(inS3);
    const { exitCode, stdout } = await migrate(['--from', 's3', '--to', 'folder']);
    expect([exitCode, stdout]).toEqual([0, '7 copied, 0 there already, 0 wrong\n']);
    expect(await contentsOf(inFolder)).toEqual(before);
    expect(await contentsOf(inS3)).toEqual(before);
  });

  it('--prefix moves one bucket', async () => {
    await fill(inFolder, 6);
    const { stdout } = await migrate([...FOLDER_TO_S3, '--prefix', 'bucket-a/']);
    expect(stdout).toBe('2 copied, 0 there already, 0 wrong\n');
    expect(await keysOf(inS3)).toEqual(await keysOf(inFolder, 'bucket-a/'));
  });

  it('--dry-run names what is missing or differs, copies nothing and exits with 1', async () => {
    const [first, second, third] = await fill(inFolder, 3);
    const same = await inFolder.get(first!);
    await inS3.put(first!, same.data, same.contentType);
    await inS3.put(second!, Buffer.from('another'), 'image/webp');
    const { exitCode, stdout } = await migrate([...FOLDER_TO_S3, '--dry-run']);
    const lines = stdout.trimEnd().split('\n');
    expect([exitCode, lines[0]]).toEqual([1, '0 copied, 1 there already, 2 missing or different']);
    expect(lines.slice(1).sort()).toEqual([`  ${second}`, `  ${third}`]);
    expect(await keysOf(inS3)).toEqual([first, second]);
    expect(Buffer.from((await inS3.get(second!)).data).toString()).toBe('another');
  });

  it('an empty storage is nothing to do', async () => {
    const { exitCode, stdout } = await migrate(FOLDER_TO_S3);
    expect([exitCode, stdout]).toEqual([0, '0 copied, 0 there already, 0 wrong\n']);
  });

  it('leaves alone what is none of ours, and says so', async () => {
    await fill(inFolder, 1);
    await writeFile(join(folder, 'My notes.txt'), 'x');
    const { exitCode, stdout } = await migrate(FOLDER_TO_S3);
    expect(exitCode).toBe(0);
    expect(stdout).toBe('1 copied, 0 there already, 0 wrong\n  not one of ours, left alone: My notes.txt\n');
    expect(await readdir(folder)).toContain('My notes.txt');
    expect(await keysOf(inS3)).toHaveLength(1);
  });
});

describe('a migration that is broken off', () => {
  it('by SIGKILL goes on where it was: what is there is kept, the rest is copied', async () => {
    await fill(inFolder, 10);
    const before = await contentsOf(inFolder);
    const held = Promise.withResolvers<void>();
    let puts = 0;
    fault = (request) => {
      if (!isPut(request) || ++puts <= 4) return 'pass';
      held.resolve();
      return 'hold';
    };
    const child = spawn(process.execPath, [PROGRAM, 'storage', 'migrate', ...FOLDER_TO_S3], {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...settings() },
      stdio: 'ignore',
      cwd: root,
      // Under another Node the program is a process of its own, which has to end with the first.
      detached: true,
    });
    const ended = once(child, 'exit');
    await held.promise;
    process.kill(-child.pid!, 'SIGKILL');
    await ended;
    expect(await keysOf(inS3)).toHaveLength(4);

    fault = () => 'pass';
    const { exitCode, stdout } = await migrate(FOLDER_TO_S3);
    expect([exitCode, stdout]).toEqual([0, '6 copied, 4 there already, 0 wrong\n']);
    expect(await contentsOf(inS3)).toEqual(before);
    expect(await contentsOf(inFolder)).toEqual(before);
  });

  it('by a storage that goes away says so, exits with 1, and goes on', async () => {
    await fill(inFolder, 6);
    const before = await contentsOf(inFolder);
    let puts = 0;
    fault = (request) => (puts >= 3 || (isPut(request) && ++puts >= 3) ? 'refuse' : 'pass');
    const broken = await migrate(FOLDER_TO_S3);
    expect(broken.exitCode).toBe(1);
    expect(broken.stderr).toContain('code: storage-unavailable (may work on another try)');
    expect(broken.stdout).toBe('');
    expect(await contentsOf(inFolder)).toEqual(before);

    fault = () => 'pass';
    expect((await migrate(FOLDER_TO_S3)).stdout).toBe('4 copied, 2 there already, 0 wrong\n');
    expect(await contentsOf(inS3)).toEqual(before);
  });
});

describe('a copy that is not what was read', () => {
  it('is named, the exit code is 1, and the source stays', async () => {
    const [first, second, third] = await fill(inFolder, 3);
    const before = await contentsOf(inFolder);
    fault = ({ method, url }) =>
      method === 'GET' && decodeURIComponent(url ?? '').includes(second!) ? 'flip-a-byte' : 'pass';
    const { exitCode, stdout } = await migrate(FOLDER_TO_S3);
    expect([exitCode, stdout]).toEqual([1, `2 copied, 0 there already, 1 wrong\n  ${second}\n`]);
    expect(await contentsOf(inFolder)).toEqual(before);
    expect(await keysOf(inS3)).toEqual([first, second, third]);
  });

  it('that is there from before is replaced', async () => {
    const [key] = await fill(inFolder, 1);
    await inS3.put(key!, Buffer.from('an older one'), 'image/webp');
    expect((await migrate(FOLDER_TO_S3)).stdout).toBe('1 copied, 0 there already, 0 wrong\n');
    expect(await contentsOf(inS3)).toEqual(await contentsOf(inFolder));
  });
});

describe('what is wrong with the call', () => {
  it.each<[string, readonly string[], RegExp]>([
    ['no storage to go to', ['--from', 'folder'], /--to <storage>/],
    ['a storage that is none', ['--from', 'folder', '--to', 'ftp'], /folder, s3/],
  ])('%s is told', async (_, args, message) => {
    const { exitCode, stdout, stderr } = await migrate(args);
    expect(exitCode).not.toBe(0);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
  });

  it('S3 without its bucket is told, with exit code 2', async () => {
    const { exitCode, stdout, stderr } = await migrate(FOLDER_TO_S3, { FRAMEGATE_S3_BUCKET: '' });
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/FRAMEGATE_S3_BUCKET.*\n {2}code: config-invalid/);
  });

  it.each<[string, Record<string, string>]>([
    ['a bucket that is not there', { FRAMEGATE_S3_BUCKET: 'another-bucket' }],
    ['a key that is not taken', { FRAMEGATE_S3_ACCESS_KEY_ID: 'UNKNOWN' }],
  ])('%s is told before anything is read, with exit code 1', async (_, changes) => {
    await fill(inFolder, 1);
    const { exitCode, stdout, stderr } = await migrate(FOLDER_TO_S3, changes);
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toContain('code: storage-unavailable');
    expect(stderr).not.toContain('    at ');
    expect(stderr).not.toContain('objects,');
  });

  it('does not put the secret into what it says', async () => {
    const secret = 'a-secret-that-nobody-may-see';
    const { stdout, stderr } = await migrate(FOLDER_TO_S3, { FRAMEGATE_S3_SECRET_ACCESS_KEY: secret });
    expect(stdout + stderr).not.toContain(secret);
  });
});

it('migrating from the folder to itself finds everything there', async () => {
  const [key] = await fill(inFolder, 2);
  const path = join(folder, key!);
  const before = await readFile(path);
  const { exitCode, stdout } = await migrate(['--from', 'folder', '--to', 'folder']);
  expect([exitCode, stdout]).toEqual([0, '0 copied, 2 there already, 0 wrong\n']);
  expect((await readFile(path)).equals(before)).toBe(true);
});
