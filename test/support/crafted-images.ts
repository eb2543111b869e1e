import sharp from 'sharp';
import type { CraftedImage } from './crafted-image.ts';
import { craftedJpegs, noise } from './crafted-jpegs.ts';
import { craftedPngs } from './crafted-pngs.ts';
import { craftedWebps } from './crafted-webps.ts';
import type { EncodedFrame } from './rendered-frames.ts';

const KIB = 1024;

/** Some hundred images that do harm to careless decoders, made anew each time: none is stored. */
export async function craftedImages(face: EncodedFrame): Promise<CraftedImage[]> {
  return [
    ...(await craftedJpegs(face)),
    ...(await craftedPngs(face)),
    ...(await craftedWebps(face)),
    ...(await disguised(face)),
    ...(await truncated(face)),
  ];
}

/** Other formats, and no format, under the name of JPEG. */
async function disguised({ data, width, height }: EncodedFrame): Promise<CraftedImage[]> {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"/>';
  const pdf = '%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF';
  const bmp = Buffer.concat([Buffer.from('BM'), Buffer.alloc(52), noise(64 * 64 * 3)]);
  const others: Record<string, Uint8Array> = {
    'zero bytes': new Uint8Array(0),
    'one byte': Uint8Array.of(0xff),
    'a megabyte of zeros': new Uint8Array(KIB * KIB),
    'a megabyte of noise': noise(KIB * KIB),
    GIF: await sharp(data).gif().toBuffer(),
    TIFF: await sharp(data).tiff().toBuffer(),
    AVIF: await sharp(data).resize(64, 64).avif({ effort: 0 }).toBuffer(),
    'a HEIC’s first bytes': Buffer.concat([
      Buffer.from('000000186674797068656963', 'hex'),
      Buffer.alloc(500),
    ]),
    BMP: bmp,
    SVG: Buffer.from(svg),
    'SVG that includes a file': Buffer.from(svg.replace('/>', '><image href="file:///etc/passwd"/></svg>')),
    'SVG of a billion laughs': Buffer.from(
      `<!DOCTYPE s [<!ENTITY a "ha"><!ENTITY b "${'&a;'.repeat(50)}">]><svg>&b;</svg>`,
    ),
    PDF: Buffer.from(pdf),
    'PDF with the picture in it': Buffer.concat([Buffer.from(pdf), data]),
    'JavaScript behind a GIF’s head': Buffer.from('GIF89a/*'.padEnd(200, ' ').concat('*/=1;alert(1)')),
    'a ZIP': Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), noise(2000)]),
    'a JPEG’s first bytes and HTML': Buffer.concat([
      Buffer.from('ffd8ffe0', 'hex'),
      Buffer.from('<html>'.repeat(500)),
    ]),
    'a PNG’s first bytes and noise': Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), noise(2000)]),
    'a RIFF that is a sound': Buffer.concat([Buffer.from('RIFF\0\x10\0\0WAVEfmt '), noise(2000)]),
  };
  return Object.entries(others).map(([name, bytes]) => ({
    name: `as JPEG: ${name}`,
    format: 'jpeg',
    data: Uint8Array.from(bytes),
    width,
    height,
    expected: isHeadOnly(name) ? 'image-corrupt' : 'image-unsupported',
  }));
}

/** The magic bytes are those of an image: only what follows them is wrong. */
function isHeadOnly(name: string): boolean {
  return name.includes('first bytes and');
}

/** Each format cut off at every KiB. */
async function truncated(face: EncodedFrame): Promise<CraftedImage[]> {
  const small = sharp(face.data).resize(256, 192);
  const size = { width: 256, height: 192 };
  const wholes = [
    { format: 'jpeg', bytes: face.data, width: face.width, height: face.height },
    {
      format: 'jpeg',
      bytes: await small.clone().jpeg({ progressive: true, quality: 95 }).toBuffer(),
      ...size,
    },
    { format: 'png', bytes: await small.clone().png().toBuffer(), ...size },
    { format: 'webp', bytes: await small.clone().webp({ quality: 98 }).toBuffer(), ...size },
  ] as const;
  return wholes.flatMap(({ format, bytes, width, height }, index) =>
    Array.from({ length: Math.ceil(bytes.length / KIB) - 1 }, (_, cut) => ({
      name: `${format} ${index} cut off at ${cut + 1} KiB`,
      format,
      data: Uint8Array.from(bytes.subarray(0, (cut + 1) * KIB)),
      width,
      height,
      expected: 'image-corrupt' as const,
    })),
  );
}
