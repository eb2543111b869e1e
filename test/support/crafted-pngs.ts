import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import type { CraftedImage } from './crafted-image.ts';
import { noise } from './crafted-jpegs.ts';
import { pngChunk } from './odd-images.ts';
import type { EncodedFrame } from './rendered-frames.ts';
import { recursiveExif, tiffOf } from './tiff-structure.ts';

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
const END = pngChunk('IEND', Buffer.alloc(0));
const SMALL = { width: 64, height: 64 };
const LARGE = { width: 7000, height: 7000 };

interface Header {
  readonly width: number;
  readonly height: number;
  readonly bits?: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGB with alpha. */
  readonly colourType?: number;
  readonly interlace?: number;
}

function header({ width, height, bits = 8, colourType = 2, interlace = 0 }: Header): Buffer {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data.set([bits, colourType, 0, 0, interlace], 8);
  return pngChunk('IHDR', data);
}

function png(...chunks: readonly Uint8Array[]): Buffer {
  return Buffer.concat([SIGNATURE, ...chunks, END]);
}

/** PNGs that unpack to far more than they hold, or break their own rules. */
export async function craftedPngs(face: EncodedFrame): Promise<CraftedImage[]> {
  const list: CraftedImage[] = [];
  const add = (
    name: string,
    data: Uint8Array,
    expected: CraftedImage['expected'] = 'either',
    declared: { readonly width: number; readonly height: number } = SMALL,
  ) => {
    const { width, height } = declared;
    list.push({ name: `PNG: ${name}`, format: 'png', data: Uint8Array.from(data), expected, width, height });
  };
  const pixels = pngChunk('IDAT', deflateSync(Buffer.alloc(64 * 193)));
  const small = header(SMALL);
  const bomb = (mib: number) => deflateSync(Buffer.alloc(mib * 1024 * 1024), { level: 1 });
  const text = (type: string, before: string, mib: number) =>
    pngChunk(type, Buffer.concat([Buffer.from(before, 'latin1'), bomb(mib)]));

  add(
    '50,000 × 50,000 by its header',
    png(header({ width: 50_000, height: 50_000 }), pixels),
    'image-too-large',
    { width: 50_000, height: 50_000 },
  );
  add('2³¹ − 1 pixels wide', png(header({ width: 0x7fffffff, height: 64 }), pixels), 'image-too-large', {
    width: 65_535,
    height: 64,
  });
  add('2³² − 1 pixels high', png(header({ width: 64, height: 0xffffffff }), pixels), 'image-too-large', {
    width: 64,
    height: 65_535,
  });
  const oneBit = { ...LARGE, bits: 1, colourType: 0 };
  const rows = deflateSync(Buffer.alloc(LARGE.height * (1 + LARGE.width / 8)));
  add('49 million pixels in 6 KB', png(header(oneBit), pngChunk('IDAT', rows)), 'picture', LARGE);
  add(
    '49 million interlaced pixels in 6 KB',
    png(header({ ...oneBit, interlace: 1 }), pngChunk('IDAT', rows)),
    'either',
    LARGE,
  );
  const deep = { ...LARGE, bits: 16, colourType: 6 };
  add(
    '49 million pixels of 64 bits with the data of none',
    png(header(deep), pngChunk('IDAT', deflateSync(Buffer.alloc(1000)))),
    'image-corrupt',
    LARGE,
  );
  add(
    '49 million interlaced pixels of 64 bits with the data of none',
    png(header({ ...deep, interlace: 1 }), pngChunk('IDAT', deflateSync(Buffer.alloc(1000)))),
    'image-corrupt',
    LARGE,
  );
  add('pixel data that unpack to 64 MB more than needed', png(small, pngChunk('IDAT', bomb(64))));
  add('1 × 65,535', png(header({ width: 1, height: 65_535 }), pixels), 'image-too-small', {
    width: 1,
    height: 65_535,
  });
  add(
    '32 × 1,000,000',
    png(
      header({ width: 32, height: 1_000_000, bits: 1, colourType: 0 }),
      pngChunk('IDAT', deflateSync(Buffer.alloc(5_000_000))),
    ),
    'either',
    { width: 32, height: 65_535 },
  );

  for (const type of ['zTXt', 'iTXt'] as const) {
    const before = type === 'zTXt' ? 'a\0\0' : 'a\0\x01\0\0\0';
    add(`${type} that unpacks to 50 MB`, png(small, text(type, before, 50), pixels));
    add(
      `2,000 ${type} of 1 MB each`,
      png(small, ...Array<Uint8Array>(2000).fill(text(type, before, 1)), pixels),
      'image-corrupt',
    );
    add(`${type} behind the pixels`, png(small, pixels, text(type, before, 50)));
  }
  add('a colour profile that unpacks to 50 MB', png(small, text('iCCP', 'a\0\0', 50), pixels));
  add(
    '100 colour profiles of 16 MB',
    png(small, ...Array<Uint8Array>(100).fill(text('iCCP', 'a\0\0', 16)), pixels),
  );
  add(
    'a colour profile of noise',
    png(small, pngChunk('iCCP', Buffer.concat([Buffer.from('a\0\0'), deflateSync(noise(3000))])), pixels),
  );
  add('5 MB of plain text', png(small, pngChunk('tEXt', Buffer.alloc(5_000_000, 'a\0b')), pixels));
  add('5 MB in a chunk of an unknown type', png(small, pngChunk('fuZz', Buffer.alloc(5_000_000)), pixels));
  add(
    '100,000 empty chunks',
    png(small, Buffer.concat(Array<Uint8Array>(100_000).fill(pngChunk('IDAT', Buffer.alloc(0)))), pixels),
  );
  add(
    '100,000 suggested palettes',
    png(
      small,
      Buffer.concat(Array<Uint8Array>(100_000).fill(pngChunk('sPLT', Buffer.from('a\0\x08')))),
      pixels,
    ),
  );

  add(
    'an animation',
    png(small, pngChunk('acTL', Buffer.from([0, 0, 0, 9, 0, 0, 0, 0])), pixels),
    'image-animated',
  );
  add(
    'an animation told behind its pixels',
    png(small, pixels, pngChunk('acTL', Buffer.from([0, 0, 0, 9, 0, 0, 0, 0]))),
    'image-animated',
  );
  add('a header with a wrong checksum', damaged(png(small, pixels), 30));
  add('pixels with a wrong checksum', damaged(png(small, pixels), -14));
  add('two headers', png(small, small, pixels));
  add('a header of another size behind the first', png(small, header({ width: 4000, height: 4000 }), pixels));
  add('no pixels', png(small), 'image-corrupt');
  add('no end', Buffer.concat([SIGNATURE, small, pixels]));
  add('pixels before the header', Buffer.concat([SIGNATURE, pixels, small, END]), 'image-corrupt');
  add(
    'a chunk of 2³² − 1 bytes',
    Buffer.concat([SIGNATURE, small, Buffer.from('ffffffff49444154', 'hex'), Buffer.alloc(64)]),
  );
  add(
    'a chunk of 2³¹ bytes',
    Buffer.concat([SIGNATURE, small, Buffer.from('8000000049444154', 'hex'), Buffer.alloc(64)]),
  );
  for (const [name, odd] of [
    ['3 bits a sample', { bits: 3 }],
    ['colour type 5', { colourType: 5 }],
    ['interlace 7', { interlace: 7 }],
    ['a palette that is not there', { colourType: 3 }],
    ['16-bit palette', { colourType: 3, bits: 16 }],
  ] as const) {
    add(name, png(header({ ...SMALL, ...odd }), pixels), 'image-corrupt');
  }
  add(
    'a palette of 300 colours',
    png(header({ ...SMALL, colourType: 3 }), pngChunk('PLTE', Buffer.alloc(900)), pixels),
  );
  add(
    'a transparency before its palette',
    png(
      header({ ...SMALL, colourType: 3 }),
      pngChunk('tRNS', Buffer.alloc(256)),
      pngChunk('PLTE', Buffer.alloc(9)),
      pixels,
    ),
  );
  add('a gamma of 0', png(small, pngChunk('gAMA', Buffer.alloc(4)), pixels));
  add(
    'EXIF whose directories point at each other',
    png(small, pngChunk('eXIf', recursiveExif().subarray(6)), pixels),
  );
  add('EXIF behind the pixels', png(small, pixels, pngChunk('eXIf', tiffOf(6))));

  const { width, height } = face;
  const size = { width, height };
  add(
    '16 bits, interlaced',
    await sharp(face.data).toColourspace('rgb16').png({ progressive: true }).toBuffer(),
    'picture',
    size,
  );
  const whole = await sharp(face.data).png().toBuffer();
  add(
    'PHP behind it',
    Buffer.concat([whole, Buffer.from('<?php system($_GET[0]); ?>'.repeat(1000))]),
    'picture',
    size,
  );
  const script = pngChunk('tEXt', Buffer.from('Comment\0<script>alert(1)</script>'));
  add(
    'a script in its text',
    Buffer.concat([whole.subarray(0, 33), script, whole.subarray(33)]),
    'picture',
    size,
  );
  return list;
}

/** One bit turned over; from the end where `at` is negative. */
function damaged(data: Buffer, at: number): Buffer {
  const index = at < 0 ? data.length + at : at;
  data[index]! ^= 1;
  return data;
}
