import sharp, { type Metadata } from 'sharp';
import { beforeAll, describe, expect, it, test } from 'vitest';
import {
  type MadeVariant,
  type MadeVariants,
  makeVariants,
  type Rectangle,
  type VariantOptions,
} from '../../src/analysis/analyzers/image-variants/make-variants.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import { IMAGE_SIZE_NAMES, type ImageSize } from '../../src/protocol/image-records.ts';
import { jpegSegment } from '../support/jpeg-segments.ts';
import { recursiveExif } from '../support/tiff-structure.ts';

const OPTIONS: VariantOptions = { webpQuality: 85, avif: false, crop: null, rotateDeg: 0 };
const SECRET = 'GPS-52.5200-13.4050';
const FORMATS = ['jpeg', 'png', 'webp'] as const;

type Colour = readonly [red: number, green: number, blue: number];
const RED: Colour = [220, 30, 30];
const GREEN: Colour = [30, 200, 40];
const BLUE: Colour = [40, 40, 220];
const WHITE: Colour = [250, 250, 250];

/** Four fields of one colour each: red, green; blue, white. */
const QUARTERS = [RED, GREEN, BLUE, WHITE] as const;

function quarters(width: number, height: number): Buffer {
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const field = (y < height / 2 ? 0 : 2) + (x < width / 2 ? 0 : 1);
      data.set(QUARTERS[field]!, (y * width + x) * 3);
    }
  }
  return data;
}

const fields = (width: number, height: number) =>
  sharp(quarters(width, height), { raw: { width, height, channels: 3 } });

const plain = (width: number, height: number, background = '#3a5f8c') =>
  sharp({ create: { width, height, channels: 3, background } });

const make = (image: Uint8Array, changes: Partial<VariantOptions> = {}) =>
  makeVariants(image, { ...OPTIONS, ...changes });

function variantOf(made: MadeVariants, size: ImageSize, format: 'webp' | 'avif' = 'webp'): MadeVariant {
  const found = made.variants.find((variant) => variant.size === size && variant.format === format);
  if (found === undefined) throw new Error(`no ${size} as ${format}`);
  return found;
}

const sizesOf = (made: MadeVariants) =>
  IMAGE_SIZE_NAMES.map((size) => {
    const { width, height } = variantOf(made, size);
    return [width, height];
  });

/** The colours in the middle of the picture's four quarters, row by row: the nearest of ours. */
async function coloursOf(data: Uint8Array): Promise<Colour[]> {
  const { data: pixels, info } = await sharp(data).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return [0.25, 0.75].flatMap((down) =>
    [0.25, 0.75].map((across) => {
      const at = (Math.floor(down * info.height) * info.width + Math.floor(across * info.width)) * 3;
      const distance = (colour: Colour) =>
        Math.hypot(...colour.map((value, channel) => value - pixels[at + channel]!));
      return QUARTERS.toSorted((a, b) => distance(a) - distance(b))[0]!;
    }),
  );
}

describe('sizes', () => {
  it('150, 600, 1200 and 4096 px wide, the sides’ ratio kept', async () => {
    const made = await make(await plain(4400, 3300).jpeg().toBuffer());
    expect(sizesOf(made)).toEqual([
      [150, 113],
      [600, 450],
      [1200, 900],
      [4096, 3072],
    ]);
    expect([made.originalWidth, made.originalHeight]).toEqual([4400, 3300]);
  });

  test.each<[number, number, number[][]]>([
    [
      700,
      500,
      [
        [150, 107],
        [600, 429],
        [700, 500],
        [700, 500],
      ],
    ],
    [
      100,
      3000,
      [
        [100, 3000],
        [100, 3000],
        [100, 3000],
        [100, 3000],
      ],
    ],
    [
      150,
      1,
      [
        [150, 1],
        [150, 1],
        [150, 1],
        [150, 1],
      ],
    ],
    [
      1,
      1,
      [
        [1, 1],
        [1, 1],
        [1, 1],
        [1, 1],
      ],
    ],
  ])('%i × %i is never enlarged', async (width, height, expected) => {
    expect(sizesOf(await make(await plain(width, height).png().toBuffer()))).toEqual(expected);
  });

  it('a strip that WebP has no room for is made smaller', async () => {
    const made = await make(await plain(10, 20_000).png().toBuffer());
    for (const [, height] of sizesOf(made)) expect(height).toBe(16_383);
    expect([made.originalWidth, made.originalHeight]).toEqual([10, 20_000]);
  });

  test.each(FORMATS)('the figures of each are those of its file, of a %s', async (format) => {
    const made = await make(await fields(1300, 900).toFormat(format).toBuffer(), { avif: true });
    expect(made.variants.map(({ size, format }) => `${size} ${format}`).sort()).toEqual(
      [
        ...IMAGE_SIZE_NAMES.map((size) => `${size} webp`),
        'thumbnail avif',
        'medium avif',
        'large avif',
      ].sort(),
    );
    for (const { data, width, height, aspect_ratio, size_bytes, format: made_as } of made.variants) {
      const metadata = await sharp(data).metadata();
      expect([metadata.width, metadata.height, metadata.size ?? data.length]).toEqual([
        width,
        height,
        size_bytes,
      ]);
      expect(metadata.format).toBe(made_as === 'avif' ? 'heif' : 'webp');
      expect(aspect_ratio).toBeCloseTo(width / height, 4);
      expect(await coloursOf(data)).toEqual(QUARTERS);
    }
  });

  it('are of the quality that is asked for, 85 or another', async () => {
    const noise = Buffer.from(Array.from({ length: 600 * 400 * 3 }, (_, i) => (i * i * 7919) % 251));
    const image = await sharp(noise, { raw: { width: 600, height: 400, channels: 3 } })
      .png()
      .toBuffer();
    const { data } = variantOf(await make(image), 'original');
    const [as85, as75] = await Promise.all(
      [85, 75].map((quality) => sharp(image).webp({ quality, effort: 2 }).toBuffer()),
    );
    expect(Buffer.from(data).equals(as85!)).toBe(true);
    const { data: lower } = variantOf(await make(image, { webpQuality: 75 }), 'original');
    expect(Buffer.from(lower).equals(as75!)).toBe(true);
  });
});

describe('nothing but pixels is in a variant', () => {
  let withAll: Record<(typeof FORMATS)[number], Buffer>;

  beforeAll(async () => {
    const exif = {
      IFD0: { Make: SECRET, Copyright: SECRET, ImageDescription: SECRET },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 31/1 12/1' },
    };
    const xmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><a>${SECRET}</a></x:xmpmeta>`;
    const [jpeg, png, webp] = await Promise.all(
      FORMATS.map((format) =>
        fields(64, 48).withIccProfile('p3').withExif(exif).withXmp(xmp).toFormat(format).toBuffer(),
      ),
    );
    const comment = jpegSegment(0xfe, Buffer.from(SECRET));
    withAll = {
      jpeg: Buffer.concat([jpeg!.subarray(0, 2), comment, jpeg!.subarray(2), Buffer.from(SECRET)]),
      png: Buffer.concat([png!, Buffer.from(SECRET)]),
      webp: Buffer.concat([webp!, Buffer.from(SECRET)]),
    };
  });

  test.each(FORMATS)(
    'EXIF, GPS, XMP, colour profile, comment and what follows a %s are gone',
    async (format) => {
      const image = withAll[format];
      const before = await sharp(image).metadata();
      const of = ({ exif, icc, xmp }: Metadata) => [exif, icc, xmp].map((part) => part !== undefined);
      expect(of(before)).toEqual([true, true, true]);
      expect(image.includes(SECRET)).toBe(true);
      const made = await make(image, { avif: true });
      for (const { data, format: made_as } of made.variants) {
        const after = await sharp(data).metadata();
        expect([made_as, ...of(after)]).toEqual([made_as, false, false, false]);
        expect([after.orientation, after.comments]).toEqual([undefined, undefined]);
        expect(Buffer.from(data).includes(SECRET)).toBe(false);
      }
    },
  );

  it('EXIF whose directories point at themselves is not followed', { timeout: 10_000 }, async () => {
    const image = await fields(64, 48).jpeg().toBuffer();
    const exif = jpegSegment(0xe1, recursiveExif());
    const made = await make(Buffer.concat([image.subarray(0, 2), exif, image.subarray(2)]));
    expect(sizesOf(made)[0]).toEqual([64, 48]);
  });

  it('colours of a wide profile are those of sRGB then', async () => {
    const image = await plain(40, 40, '#c85a3c').withIccProfile('p3').png().toBuffer();
    const made = await make(image);
    for (const size of ['thumbnail', 'original'] as const) {
      const { channels } = await sharp(variantOf(made, size).data).stats();
      for (const [channel, value] of [0xc8, 0x5a, 0x3c].entries())
        expect(Math.abs(channels[channel]!.mean - value)).toBeLessThan(4);
    }
  });
});

describe('the dominant colour', () => {
  const stripes = async (...shares: readonly (readonly [colour: Colour, columns: number])[]) => {
    const row = shares.flatMap(([colour, columns]) =>
      Array.from({ length: columns }, () => [...colour]).flat(),
    );
    const width = row.length / 3;
    const data = Buffer.concat(Array.from({ length: 100 }, () => Buffer.from(row)));
    return sharp(data, { raw: { width, height: 100, channels: 3 } })
      .png()
      .toBuffer();
  };
  const rgbOf = (hex: string) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));

  it('is that of most of the picture, not the mean, as #RRGGBB', async () => {
    const { dominantColor } = await make(await stripes([BLUE, 60], [RED, 40]));
    expect(dominantColor).toMatch(/^#[0-9A-F]{6}$/);
    // Bins of sixteen levels, by their middles; WebP and shrinking add a little.
    for (const [channel, value] of rgbOf(dominantColor).entries())
      expect(Math.abs(value - BLUE[channel]!)).toBeLessThanOrEqual(12);
  });

  it('is of the crop, where there is one', async () => {
    const image = await stripes([BLUE, 60], [RED, 40]);
    const { dominantColor } = await make(image, { crop: { x: 60, y: 0, width: 40, height: 100 } });
    for (const [channel, value] of rgbOf(dominantColor).entries())
      expect(Math.abs(value - RED[channel]!)).toBeLessThanOrEqual(12);
  });

  it.each([4, 2] as const)('of what is transparent is white, in %i channels', async (channels) => {
    const hidden = Buffer.alloc(200 * 100 * channels, 0x30);
    for (let at = channels - 1; at < hidden.length; at += channels) hidden[at] = 0;
    const image = await sharp(hidden, { raw: { width: 200, height: 100, channels } })
      .png()
      .toBuffer();
    expect((await make(image)).dominantColor).toBe('#F8F8F8');
  });

  it('of a grey picture is grey', async () => {
    const image = await plain(80, 80, '#808080').greyscale().toColourspace('b-w').png().toBuffer();
    const [red, green, blue] = rgbOf((await make(image)).dominantColor);
    expect([green, blue]).toEqual([red, red]);
    expect(Math.abs(red! - 0x80)).toBeLessThanOrEqual(12);
  });
});

describe('pictures that are not plain', () => {
  it('keep what is transparent', async () => {
    const create = {
      width: 300,
      height: 300,
      channels: 4 as const,
      background: { r: 9, g: 99, b: 9, alpha: 0.5 },
    };
    const made = await make(await sharp({ create }).png().toBuffer(), { avif: true });
    for (const { data } of made.variants) {
      const { hasAlpha } = await sharp(data).metadata();
      expect(hasAlpha).toBe(true);
    }
  });

  it('may be of CMYK or of 16 bits', async () => {
    const cmyk = await fields(200, 100).toColourspace('cmyk').jpeg().toBuffer();
    const deep = await fields(200, 100).toColourspace('rgb16').png().toBuffer();
    for (const image of [cmyk, deep]) {
      const made = await make(image);
      for (const { data } of made.variants) expect(await coloursOf(data)).toEqual(QUARTERS);
    }
  });
});

describe('orientation', () => {
  /** What the picture shows by each value of EXIF, where the file has the quarters in order. */
  const SHOWN: Record<number, readonly Colour[]> = {
    1: [RED, GREEN, BLUE, WHITE],
    2: [GREEN, RED, WHITE, BLUE],
    3: [WHITE, BLUE, GREEN, RED],
    4: [BLUE, WHITE, RED, GREEN],
    5: [RED, BLUE, GREEN, WHITE],
    6: [BLUE, RED, WHITE, GREEN],
    7: [WHITE, GREEN, BLUE, RED],
    8: [GREEN, WHITE, RED, BLUE],
  };

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('%i is applied to every size', async (orientation) => {
    const image = await fields(300, 200).withMetadata({ orientation }).jpeg().toBuffer();
    const made = await make(image);
    const upright = orientation > 4 ? [200, 300] : [300, 200];
    expect([made.originalWidth, made.originalHeight]).toEqual(upright);
    for (const { data, size, width, height } of made.variants) {
      expect([size, await coloursOf(data)]).toEqual([size, SHOWN[orientation]]);
      expect(width > height).toBe(orientation <= 4);
    }
  });
});

describe('crop and rotate', () => {
  const TURNED: Record<VariantOptions['rotateDeg'], readonly Colour[]> = {
    0: [RED, GREEN, BLUE, WHITE],
    90: [BLUE, RED, WHITE, GREEN],
    180: [WHITE, BLUE, GREEN, RED],
    270: [GREEN, WHITE, RED, BLUE],
  };
  const DEGREES = [0, 90, 180, 270] as const;

  test.each(DEGREES)('turns by %i° clockwise, every size', async (rotateDeg) => {
    const made = await make(await fields(400, 200).png().toBuffer(), { rotateDeg });
    expect([made.originalWidth, made.originalHeight]).toEqual([400, 200]);
    const { width, height } = variantOf(made, 'original');
    expect([width, height]).toEqual(rotateDeg % 180 === 0 ? [400, 200] : [200, 400]);
    for (const { data, size } of made.variants)
      expect([size, await coloursOf(data)]).toEqual([size, TURNED[rotateDeg]]);
  });

  it('a crop is in pixels of the upright image', async () => {
    const image = await fields(400, 200).withMetadata({ orientation: 6 }).png().toBuffer();
    // Shown as 200 × 400: blue and red above, white and green below.
    const made = await make(image, { crop: { x: 100, y: 0, width: 100, height: 200 } });
    expect(sizesOf(made).at(-1)).toEqual([100, 200]);
    for (const { data } of made.variants) expect(new Set(await coloursOf(data))).toEqual(new Set([RED]));
  });

  const CROP: Rectangle = { x: 150, y: 40, width: 200, height: 90 };
  test.each(DEGREES.flatMap((rotateDeg) => [1, 6].map((orientation) => [rotateDeg, orientation] as const)))(
    'a crop is made before a turn by %i°, at orientation %i',
    async (rotateDeg, orientation) => {
      const upright = await fields(400, 200).png().toBuffer();
      const stored =
        orientation === 1
          ? upright
          : await sharp(await sharp(upright).rotate(270).png().toBuffer())
              .withMetadata({ orientation })
              .png()
              .toBuffer();
      const { x: left, y: top, width, height } = CROP;
      const cropped = await sharp(upright).extract({ left, top, width, height }).png().toBuffer();
      const expected = await sharp(cropped).rotate(rotateDeg).raw().toBuffer();
      const made = await make(stored, { crop: CROP, rotateDeg });
      const original = variantOf(made, 'original');
      expect([original.width, original.height]).toEqual(
        rotateDeg % 180 === 0 ? [width, height] : [height, width],
      );
      const actual = await sharp(original.data).removeAlpha().raw().toBuffer();
      const meanDifference =
        actual.reduce((sum, value, at) => sum + Math.abs(value - expected[at]!), 0) / actual.length;
      // WebP blurs the edges of the fields; a crop one field off would be tens.
      expect(meanDifference).toBeLessThan(4);
    },
  );

  test.each<[string, Rectangle]>([
    ['right', { x: 301, y: 0, width: 100, height: 10 }],
    ['below', { x: 0, y: 101, width: 10, height: 100 }],
  ])('a crop that reaches out of the image (%s) is refused', async (_, crop) => {
    const image = await fields(400, 200).png().toBuffer();
    await expect(make(image, { crop })).rejects.toMatchObject({ code: 'request-invalid' });
  });

  it('a crop of the whole image changes nothing', async () => {
    const image = await fields(400, 200).png().toBuffer();
    const [whole, same] = [
      await make(image),
      await make(image, { crop: { x: 0, y: 0, width: 400, height: 200 } }),
    ];
    expect(sizesOf(same)).toEqual(sizesOf(whole));
  });
});

describe('what is refused', () => {
  test.each<[string, string, () => Promise<Uint8Array>]>([
    ['a GIF', 'image-unsupported', () => fields(40, 30).gif().toBuffer()],
    [
      'a JPEG that is cut off',
      'image-corrupt',
      async () => (await fields(400, 300).jpeg().toBuffer()).subarray(0, 1500),
    ],
    [
      'a PNG that is cut off',
      'image-corrupt',
      async () => (await fields(400, 300).png().toBuffer()).subarray(0, 200),
    ],
    ['nothing', 'image-unsupported', async () => new Uint8Array(0)],
    [
      'a WebP of two frames',
      'image-animated',
      () =>
        sharp(quarters(40, 60), { raw: { width: 40, height: 60, channels: 3, pageHeight: 30 } })
          .webp()
          .toBuffer(),
    ],
    ['more than 50 million pixels', 'image-too-large', () => plain(10_000, 5001).png().toBuffer()],
  ])('%s is %s', async (_, code, image) => {
    const thrown = await make(await image()).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(FramegateError);
    expect(thrown).toMatchObject({ code });
  });
});
