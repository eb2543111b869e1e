import sharp from 'sharp';
import type { CraftedImage } from './crafted-image.ts';
import { noise } from './crafted-jpegs.ts';
import type { EncodedFrame } from './rendered-frames.ts';
import { exifOf, recursiveExif } from './tiff-structure.ts';

const FLAGS = { icc: 0x20, alpha: 0x10, exif: 0x08, xmp: 0x04, animation: 0x02 } as const;
const LARGE = { width: 7000, height: 7000 };

function chunk(type: string, data: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.write(type, 0, 'latin1');
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length & 1)]);
}

function riff(...chunks: readonly Uint8Array[]): Buffer {
  return chunk('RIFF', Buffer.concat([Buffer.from('WEBP'), ...chunks]));
}

/** The extended header: flags and a canvas. */
function extended(flags: number, width: number, height: number): Buffer {
  const data = Buffer.alloc(10);
  data[0] = flags;
  data.writeUIntLE(width - 1, 4, 3);
  data.writeUIntLE(height - 1, 7, 3);
  return chunk('VP8X', data);
}

/** WebPs whose parts contradict each other, or cost much. */
export async function craftedWebps(face: EncodedFrame): Promise<CraftedImage[]> {
  const { width, height } = face;
  const size = { width, height };
  const list: CraftedImage[] = [];
  const add = (
    name: string,
    data: Uint8Array,
    expected: CraftedImage['expected'] = 'either',
    declared = size,
  ) =>
    list.push({ name: `WebP: ${name}`, format: 'webp', data: Uint8Array.from(data), expected, ...declared });
  const whole = await sharp(face.data).webp({ quality: 80 }).toBuffer();
  // `VP8 ` is the only chunk of a plain one.
  const pixels = whole.subarray(12);
  const lossless = (await sharp(face.data).webp({ lossless: true, effort: 0 }).toBuffer()).subarray(12);
  const flat = { create: { ...LARGE, channels: 3, background: '#123456' } } as const;

  add('a plain one', whole, 'picture');
  add(
    '49 million pixels in 36 bytes',
    await sharp(flat).webp({ lossless: true, effort: 0 }).toBuffer(),
    'picture',
    LARGE,
  );
  add(
    'a canvas of 16,384 × 16,384 around a small picture',
    riff(extended(0, 16_384, 16_384), pixels),
    'image-too-large',
    { width: 16_384, height: 16_384 },
  );
  add('a canvas of 6,000 × 6,000 around a small picture', riff(extended(0, 6000, 6000), pixels), 'either', {
    width: 6000,
    height: 6000,
  });
  add('a canvas smaller than its picture', riff(extended(0, 64, 64), pixels), 'either', {
    width: 64,
    height: 64,
  });
  add('a canvas of 1 × 1', riff(extended(0, 1, 1), pixels), 'image-too-small', { width: 1, height: 1 });
  add('a canvas alone', riff(extended(0, width, height)), 'image-corrupt');
  add('every flag and nothing behind it', riff(extended(0xff, width, height), pixels), 'image-animated');
  add(
    'an animation without frames',
    riff(extended(FLAGS.animation, width, height), chunk('ANIM', Buffer.alloc(6))),
    'image-animated',
  );
  add(
    'an animation that it does not tell',
    riff(
      extended(0, width, height),
      chunk('ANIM', Buffer.alloc(6)),
      frameOf(pixels, size),
      frameOf(pixels, size),
    ),
  );
  add('alpha that is told and not there', riff(extended(FLAGS.alpha, width, height), pixels));
  add(
    'alpha of noise',
    riff(
      extended(FLAGS.alpha, width, height),
      chunk('ALPH', Buffer.concat([Buffer.of(1), noise(2000)])),
      pixels,
    ),
  );
  add(
    'alpha of megabytes',
    riff(extended(FLAGS.alpha, width, height), chunk('ALPH', Buffer.alloc(4_000_000)), pixels),
  );
  add(
    '50 alphas',
    riff(
      extended(FLAGS.alpha, width, height),
      ...Array.from({ length: 50 }, () => chunk('ALPH', Buffer.alloc(5000))),
      pixels,
    ),
  );
  add(
    'a colour profile of noise',
    riff(extended(FLAGS.icc, width, height), chunk('ICCP', noise(5000)), pixels),
  );
  add(
    'a colour profile of 5 MB',
    riff(extended(FLAGS.icc, width, height), chunk('ICCP', Buffer.alloc(5_000_000)), pixels),
  );
  add(
    'XMP of 5 MB',
    riff(extended(FLAGS.xmp, width, height), pixels, chunk('XMP ', Buffer.alloc(5_000_000, '<a>'))),
  );
  add(
    'EXIF of 5 MB',
    riff(extended(FLAGS.exif, width, height), pixels, chunk('EXIF', Buffer.alloc(5_000_000, 'II*\0'))),
  );
  add(
    'EXIF whose directories point at each other',
    riff(extended(FLAGS.exif, width, height), pixels, chunk('EXIF', recursiveExif())),
  );
  add(
    'orientation 6',
    riff(extended(FLAGS.exif, width, height), pixels, chunk('EXIF', exifOf(6))),
    'picture',
    { width: height, height: width },
  );
  add(
    '100,000 empty chunks',
    riff(
      extended(0, width, height),
      Buffer.concat(Array<Uint8Array>(100_000).fill(chunk('fuZz', Buffer.alloc(0)))),
      pixels,
    ),
  );
  add('two pictures', riff(pixels, lossless));
  add('two headers', riff(extended(0, width, height), extended(0, 64, 64), pixels));
  for (const claimed of [0, 4, 20, 0x7fffffff, 0xffffffff]) {
    const lying = Buffer.from(whole);
    lying.writeUInt32LE(claimed, 4);
    add(`a file of ${claimed} bytes by its header`, lying);
    const inner = Buffer.from(whole);
    inner.writeUInt32LE(claimed, 16);
    add(`a picture of ${claimed} bytes by its header`, inner);
  }
  const changed = (from: Buffer, at: number, value: number) => {
    const bytes = Buffer.from(from);
    bytes[at] = value;
    return bytes;
  };
  add('a frame that builds on another', changed(whole, 20, whole[20]! | 1), 'image-corrupt');
  add('lossless of another version', changed(riff(lossless), 24, 0xff));
  add('lossless of noise', riff(chunk('VP8L', Buffer.concat([lossless.subarray(8, 13), noise(100_000)]))));
  add('lossy of noise', riff(chunk('VP8 ', Buffer.concat([pixels.subarray(8, 18), noise(100_000)]))));
  add(
    'HTML behind it',
    Buffer.concat([whole, Buffer.from('<script>alert(1)</script>'.repeat(1000))]),
    'picture',
  );
  return list;
}

/** One frame of an animation. */
function frameOf(
  pixels: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
): Buffer {
  const head = Buffer.alloc(16);
  head.writeUIntLE(width - 1, 6, 3);
  head.writeUIntLE(height - 1, 9, 3);
  return chunk('ANMF', Buffer.concat([head, pixels]));
}
