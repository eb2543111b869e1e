import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEncryptedStorage, parseStorageKey } from '../../src/storage/encrypted-storage.ts';
import { createFolderStorage } from '../../src/storage/folder-storage.ts';
import { migrateObjects } from '../../src/storage/migrate-objects.ts';
import { createS3Storage } from '../../src/storage/s3-storage.ts';
import type { ObjectStorage } from '../../src/storage/types.ts';
import { S3_CREDENTIALS, startS3Server, type TestS3Server } from '../support/s3-server.ts';

const BUCKET = 'framegate-test';
const ID = '7d1f6f0a-2b7c-4a39-8f7a-0f1d9e0b7c55';

let folder: string;
let server: TestS3Server;
let inFolder: ObjectStorage;
let inS3: ObjectStorage;

function s3(endpoint: string, bucket = BUCKET): ObjectStorage {
  return createS3Storage({
    bucket,
    region: 'eu-west-1',
    endpoint,
    credentials: S3_CREDENTIALS,
    encryption: 'AES256',
    urlSeconds: 60,
  });
}

beforeAll(async () => {
  [folder, server] = await Promise.all([
    mkdtemp(join(tmpdir(), 'framegate-storage-')),
    startS3Server(BUCKET),
  ]);
  inFolder = createFolderStorage(folder);
  inS3 = s3(server.endpoint);
});
afterAll(async () => {
  await Promise.all([inFolder?.close(), inS3?.close()]);
  await server?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

async function keysOf(storage: ObjectStorage, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of storage.list(prefix)) keys.push(key);
  return keys.sort();
}

const STORAGE_KEY = parseStorageKey('0f'.repeat(32));
/** Of an encrypted object: mark, nonce and tag. */
const SEAL_BYTES = 4 + 12 + 16;
const encrypted = () => createEncryptedStorage(inFolder, STORAGE_KEY);

for (const [name, subject, overheadBytes] of [
  ['folder', () => inFolder, 0],
  ['S3', () => inS3, 0],
  ['encrypted folder', encrypted, SEAL_BYTES],
] as const) {
  describe(`object storage: ${name}`, () => {
    it('gives back the bytes and the type of what was put', async () => {
      const key = `one/processed/thumbnail/${ID}_thumbnail.webp`;
      await subject().put(key, Buffer.from([0, 1, 255]), 'image/webp');
      const { data, contentType } = await subject().get(key);
      expect([[...data], contentType]).toEqual([[0, 1, 255], 'image/webp']);
    });

    it('replaces an object as a whole', async () => {
      await subject().put('two/a.webp', Buffer.alloc(1000, 1), 'image/webp');
      await subject().put('two/a.webp', Buffer.from('new'), 'image/webp');
      expect(Buffer.from((await subject().get('two/a.webp')).data).toString()).toBe('new');
    });

    it('lists by prefix with sizes, also where the prefix ends within a name', async () => {
      for (const key of ['three/x/aa.webp', 'three/x/ab.webp', 'three/y/aa.webp', 'threes/aa.webp'])
        await subject().put(key, Buffer.from('1234'), 'image/webp');
      expect(await keysOf(subject(), 'three/')).toEqual([
        'three/x/aa.webp',
        'three/x/ab.webp',
        'three/y/aa.webp',
      ]);
      expect(await keysOf(subject(), 'three/x/a')).toEqual(['three/x/aa.webp', 'three/x/ab.webp']);
      for await (const { bytes } of subject().list('three/y')) expect(bytes).toBe(4 + overheadBytes);
    });

    it('removes many, and says nothing of those that are not there', async () => {
      await subject().put('four/a.webp', Buffer.from('a'), 'image/webp');
      await subject().remove(['four/a.webp', 'four/b.webp']);
      expect(await keysOf(subject(), 'four/')).toEqual([]);
      await expect(subject().get('four/a.webp')).rejects.toMatchObject({ code: 'object-missing' });
    });

    it('takes no key that could be another path', async () => {
      for (const key of ['../a', 'a/../../b', '/etc/passwd', 'a//b', 'a/.hidden', 'a\\b', 'a\0b', '', 'a/']) {
        const refused = { code: 'request-invalid' };
        await expect(subject().put(key, Buffer.from('x'), 'image/webp')).rejects.toMatchObject(refused);
        await expect(subject().get(key)).rejects.toMatchObject(refused);
        await expect(subject().remove([key])).rejects.toMatchObject(refused);
      }
    });

    it('answers a ping', async () => {
      await expect(subject().ping()).resolves.toBeUndefined();
    });
  });
}

describe('encryption', () => {
  it('leaves nothing of the content readable, and no two copies alike', async () => {
    await encrypted().put('sealed/a.webp', Buffer.from('a secret face'), 'image/webp');
    const stored = Buffer.from((await inFolder.get('sealed/a.webp')).data);
    expect(stored.includes('secret')).toBe(false);
    await encrypted().put('sealed/a.webp', Buffer.from('a secret face'), 'image/webp');
    expect(Buffer.from((await inFolder.get('sealed/a.webp')).data).equals(stored)).toBe(false);
  });

  it('reads what was stored before there was a key', async () => {
    await inFolder.put('sealed/old.webp', Buffer.from('plain'), 'image/webp');
    expect(Buffer.from((await encrypted().get('sealed/old.webp')).data).toString()).toBe('plain');
  });

  it('refuses another key, changed and cut bytes, and an object in the place of another', async () => {
    const refused = { code: 'storage-unavailable' };
    await encrypted().put('sealed/b.webp', Buffer.from('a secret face'), 'image/webp');
    const other = createEncryptedStorage(inFolder, parseStorageKey('1f'.repeat(32)));
    await expect(other.get('sealed/b.webp')).rejects.toMatchObject(refused);
    const stored = (await inFolder.get('sealed/b.webp')).data;
    await inFolder.put('sealed/c.webp', stored, 'image/webp');
    await expect(encrypted().get('sealed/c.webp')).rejects.toMatchObject(refused);
    await inFolder.put('sealed/b.webp', stored.subarray(0, 20), 'image/webp');
    await expect(encrypted().get('sealed/b.webp')).rejects.toMatchObject(refused);
    stored[20]! ^= 1;
    await inFolder.put('sealed/b.webp', stored, 'image/webp');
    await expect(encrypted().get('sealed/b.webp')).rejects.toMatchObject(refused);
  });

  it('gives no address at which the sealed bytes could be fetched', async () => {
    expect(await createEncryptedStorage(inS3, STORAGE_KEY).directUrl('sealed/a.webp')).toBeNull();
  });

  it('takes a key of 32 bytes, in base64 or hex, and no other', () => {
    expect(parseStorageKey(Buffer.alloc(32, 7).toString('base64'))).toEqual(Buffer.alloc(32, 7));
    expect(() => parseStorageKey('too short')).toThrow('32 bytes');
  });
});

describe('folder', () => {
  it('leaves no half-written file behind, and lists none', async () => {
    await inFolder.put('five/a.webp', Buffer.from('a'), 'image/webp');
    expect(await readdir(join(folder, 'five'))).toEqual(['a.webp']);
    await writeFile(join(folder, 'five', '.tmp-killed'), 'half');
    expect(await keysOf(inFolder, 'five/')).toEqual(['five/a.webp']);
  });

  it('is cleared of what a process that died left half-written, not of what another is writing', async () => {
    const path = join(folder, 'six');
    await mkdir(path);
    await Promise.all(['.tmp-old', '.tmp-new'].map((name) => writeFile(join(path, name), 'half')));
    const hoursAgo = new Date(Date.now() - 2 * 3_600_000);
    await utimes(join(path, '.tmp-old'), hoursAgo, hoursAgo);
    await createFolderStorage(folder).put('six/whole.webp', new Uint8Array(3), 'image/webp');
    expect((await readdir(path)).toSorted()).toEqual(['.tmp-new', 'whole.webp']);
  });

  it('that is none is storage-unavailable and retryable, and no empty list', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const storage = createFolderStorage(file);
    const refused = { code: 'storage-unavailable', retryable: true };
    await expect(storage.put('a/b.webp', Buffer.from('x'), 'image/webp')).rejects.toMatchObject(refused);
    await expect(keysOf(storage, '')).rejects.toMatchObject(refused);
    await rm(file);
  });
});

describe('S3', () => {
  it('gives presigned URLs that can be fetched without credentials, and end (this server checks no signature)', async () => {
    await inS3.put('six/a.webp', Buffer.from('signed'), 'image/webp');
    const url = (await inS3.directUrl('six/a.webp')) ?? '';
    expect(new URL(url).searchParams.get('X-Amz-Expires')).toBe('60');
    expect(await (await fetch(url)).text()).toBe('signed');
  });

  it('without its bucket or its server is storage-unavailable and retryable', async () => {
    const refused = { code: 'storage-unavailable', retryable: true };
    const noBucket = s3(server.endpoint, 'another-bucket');
    await expect(noBucket.ping()).rejects.toMatchObject(refused);
    const noServer = s3('http://127.0.0.1:1');
    await expect(noServer.get('a/b.webp')).rejects.toMatchObject(refused);
    await Promise.all([noBucket.close(), noServer.close()]);
  });
});

describe('storage migrate', () => {
  const migrate = (dryRun: boolean, to: ObjectStorage = inS3) =>
    migrateObjects({ from: inFolder, to, prefix: 'seven/', dryRun });

  it('first says what is missing, then copies and compares, and begun again copies the rest only', async () => {
    const keys = ['seven/a.webp', 'seven/b.webp', 'seven/c.webp'];
    for (const key of keys) await inFolder.put(key, Buffer.from(key), 'image/webp');
    expect(await migrate(true)).toMatchObject({ copied: 0, kept: 0, wrong: expect.arrayContaining(keys) });
    expect(await keysOf(inS3, 'seven/')).toEqual([]);
    expect(await migrate(false)).toEqual({ copied: 3, kept: 0, wrong: [], foreign: [] });
    await inS3.remove(['seven/b.webp']);
    await inS3.put('seven/c.webp', Buffer.from('another'), 'image/webp');
    expect(await migrate(false)).toEqual({ copied: 2, kept: 1, wrong: [], foreign: [] });
    expect(await keysOf(inFolder, 'seven/')).toEqual(keys);
  });

  it('tells of a copy that is not what was read', async () => {
    const lossy: ObjectStorage = { ...inS3, put: (key) => inS3.put(key, Buffer.from('lost'), 'image/webp') };
    await inFolder.put('seven/d.webp', Buffer.from('whole'), 'image/webp');
    expect((await migrate(false, lossy)).wrong).toEqual(['seven/d.webp']);
  });

  it('leaves alone what has a name that is none of ours', async () => {
    await writeFile(join(folder, 'seven', 'My photo.jpg'), 'x');
    expect((await migrate(true)).foreign).toEqual(['seven/My photo.jpg']);
  });
});
