import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { splitJpegs } from '../../src/cli/stream/mjpeg-source.ts';
import { openSources } from '../../src/cli/stream/open-sources.ts';
import type { PictureSource, SourcePicture } from '../../src/cli/stream/picture-source.ts';
import { parseY4mHeader, yuvToRgb } from '../../src/cli/stream/y4m-source.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'framegate-sources-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function jpeg(red: number, withThumbnail = false): Promise<Buffer> {
  const image = sharp({
    create: { width: 64, height: 48, channels: 3, background: { r: red, g: 0, b: 0 } },
  }).jpeg();
  const bytes = await image.toBuffer();
  if (!withThumbnail) return bytes;
  // An APP1 segment that holds a whole JPEG, as a camera's thumbnail does.
  const length = bytes.length + 2;
  const segment = Buffer.concat([Buffer.from([0xff, 0xe1, length >> 8, length & 0xff]), bytes]);
  return Buffer.concat([bytes.subarray(0, 2), segment, bytes.subarray(2)]);
}

async function* inChunks(bytes: Uint8Array, chunkBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

async function collect(source: PictureSource): Promise<SourcePicture[]> {
  const pictures: SourcePicture[] = [];
  for await (const picture of source.pictures()) pictures.push(picture);
  return pictures;
}

describe('MJPEG', () => {
  test.each([1, 7, 100_000])(
    'is split into its JPEGs when it comes in chunks of %i bytes',
    async (chunkBytes) => {
      const first = await jpeg(10);
      const second = await jpeg(200, true);
      const clip = Buffer.concat([Buffer.from('--boundary\r\n'), first, second, first]);
      const found: Uint8Array[] = [];
      for await (const image of splitJpegs(inChunks(clip, chunkBytes))) found.push(Buffer.from(image));
      expect(found.map((image) => Buffer.compare(image, first) === 0)).toEqual([true, false, true]);
      expect(Buffer.compare(found[1]!, second)).toBe(0);
    },
  );

  test('leaves out a last JPEG that is cut off, and says so where there is none at all', async () => {
    const image = await jpeg(10);
    await writeFile(join(folder, 'cut.mjpeg'), Buffer.concat([image, image.subarray(0, 100)]));
    await writeFile(join(folder, 'empty.mjpeg'), 'nothing here');
    const [cut, empty] = await openSources([join(folder, 'cut.mjpeg'), join(folder, 'empty.mjpeg')], {
      fps: 10,
      secondsPerImage: 1,
    });
    expect((await collect(cut!)).length).toBe(1);
    await expect(collect(empty!)).rejects.toMatchObject({ code: 'image-unsupported' });
  });
});

describe('Y4M', () => {
  test.each([
    ['420jpeg', 2, 2],
    ['420', 2, 2],
    ['422', 2, 1],
    ['444', 1, 1],
    ['mono', 0, 0],
  ])('reads %s', async (chroma, stepX, stepY) => {
    const header = parseY4mHeader(`YUV4MPEG2 W6 H4 F25:2 C${chroma}`, 'clip');
    expect(header).toMatchObject({ width: 6, height: 4, fps: 12.5, chromaX: stepX, chromaY: stepY });
    const grey = new Uint8Array(header.frameBytes).fill(128);
    expect(new Set(yuvToRgb(grey, header)).size).toBe(1);
  });

  test('primary red in video range comes out as red', () => {
    const header = parseY4mHeader('YUV4MPEG2 W2 H2 F30:1 C444', 'clip');
    const planes = Uint8Array.of(81, 81, 81, 81, 90, 90, 90, 90, 240, 240, 240, 240);
    const [red, green, blue] = yuvToRgb(planes, header);
    expect([red! > 250, green! < 5, blue! < 5]).toEqual([true, true, true]);
  });

  test('a whole clip is played in its own time, a cut one is refused', async () => {
    const frame = Buffer.concat([Buffer.from('FRAME\n'), Buffer.alloc(6 * 4 * 1.5, 128)]);
    const clip = Buffer.concat([Buffer.from('YUV4MPEG2 W6 H4 F10:1 C420jpeg\n'), frame, frame, frame]);
    await writeFile(join(folder, 'a.y4m'), clip);
    await writeFile(join(folder, 'b.y4m'), clip.subarray(0, clip.length - 5));
    const [whole, cut] = await openSources([folder], { fps: 30, secondsPerImage: 1 });
    expect((await collect(whole!)).map(({ atMs }) => atMs)).toEqual([0, 100, 200]);
    await expect(collect(cut!)).rejects.toMatchObject({ code: 'image-corrupt' });
  });

  test.each([
    'YUV4MPEG2 W0 H4',
    'YUV4MPEG2 W99999 H4',
    'YUV4MPEG2 W4 H4 F0:1',
    'YUV4MPEG2 W4 H4 C420p10',
    'RIFF',
  ])('refuses the header %s', (line) => {
    expect(() => parseY4mHeader(line, 'clip')).toThrow(/clip/);
  });
});

describe('images', () => {
  test('a photograph is shown for as long as it should, shrunk for frames and untouched as a still', async () => {
    const bytes = await sharp({ create: { width: 1600, height: 1200, channels: 3, background: '#a86' } })
      .jpeg()
      .toBuffer();
    await writeFile(join(folder, 'face.jpg'), bytes);
    const [source] = await openSources([folder], { fps: 5, secondsPerImage: 2 });
    const pictures = await collect(source!);
    expect(pictures.map(({ atMs }) => atMs)).toEqual([0, 200, 400, 600, 800, 1000, 1200, 1400, 1600, 1800]);
    expect(await pictures[0]!.frame(640, 80)).toMatchObject({ width: 640, height: 480, format: 'jpeg' });
    const still = await pictures[0]!.still({ maxBytes: 1 << 20, maxWidth: 4096, maxHeight: 4096 });
    expect(Buffer.compare(Buffer.from(still.data), bytes)).toBe(0);
    const smaller = await pictures[0]!.still({ maxBytes: 1 << 20, maxWidth: 1000, maxHeight: 1000 });
    expect(smaller).toMatchObject({ width: 1000, height: 750 });
  });

  test('a picture that was turned by its EXIF orientation is declared as it is seen', async () => {
    const image = sharp({ create: { width: 120, height: 80, channels: 3, background: '#a86' } });
    await writeFile(
      join(folder, 'turned.jpg'),
      await image.withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    );
    const [source] = await openSources([folder], { fps: 1, secondsPerImage: 1 });
    const [picture] = await collect(source!);
    expect(await picture!.frame(640, 80)).toMatchObject({ width: 80, height: 120 });
    expect(await picture!.still({ maxBytes: 1e6, maxWidth: 500, maxHeight: 500 })).toMatchObject({
      width: 80,
      height: 120,
    });
  });

  test('what is not there, is no image, or holds nothing is said by name', async () => {
    await writeFile(join(folder, 'notes.txt'), 'hello');
    const options = { fps: 1, secondsPerImage: 1 };
    await expect(openSources([join(folder, 'gone.jpg')], options)).rejects.toMatchObject({ code: 'usage' });
    await expect(openSources([folder], options)).rejects.toMatchObject({ code: 'usage' });
    await expect(openSources([join(folder, 'notes.txt')], options)).rejects.toMatchObject({ code: 'usage' });
  });
});
