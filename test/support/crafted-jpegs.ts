import sharp from 'sharp';
import type { CraftedImage } from './crafted-image.ts';
import {
  jpegSegment,
  putJpeg,
  takeJpeg,
  withFrameHeader,
  withoutSegments,
  withSegments,
} from './jpeg-segments.ts';
import type { EncodedFrame } from './rendered-frames.ts';
import { exifOf, recursiveExif } from './tiff-structure.ts';

const KIB = 1024;
const LONGEST_PAYLOAD = 65_533;

/** JPEGs that lie, that cost much, or that no camera writes. */
export async function craftedJpegs(face: EncodedFrame): Promise<CraftedImage[]> {
  const baseline = takeJpeg(
    await sharp(face.data).jpeg({ quality: 85, chromaSubsampling: '4:2:0' }).toBuffer(),
  );
  const whole = putJpeg(baseline);
  const { width, height } = face;
  const size = { width, height };
  const list: CraftedImage[] = [];
  const add = (
    name: string,
    data: Uint8Array,
    expected: CraftedImage['expected'] = 'either',
    declared = size,
  ) =>
    list.push({ name: `JPEG: ${name}`, format: 'jpeg', data: Uint8Array.from(data), expected, ...declared });
  const sized = (w: number, h: number) =>
    putJpeg(
      withFrameHeader(baseline, (payload) => {
        const view = new DataView(payload.buffer);
        view.setUint16(1, h);
        view.setUint16(3, w);
      }),
    );
  const framed = (change: (payload: Uint8Array) => void, marker?: number) =>
    putJpeg(withFrameHeader(baseline, change, marker));
  const set = (at: number, value: number) => framed((payload) => payload.fill(value, at, at + 1));

  add('65,535 × 65,535 by its header', sized(65_535, 65_535), 'image-too-large', {
    width: 65_535,
    height: 65_535,
  });
  add('7,000 × 7,000 with the data of a small one', sized(7000, 7000), 'either', {
    width: 7000,
    height: 7000,
  });
  add('1,920 × 1,920 with the data of a small one', sized(1920, 1920), 'either', {
    width: 1920,
    height: 1920,
  });
  add('1 × 65,535', sized(1, 65_535), 'image-too-small', { width: 1, height: 65_535 });
  add('65,535 × 1', sized(65_535, 1), 'image-too-small', { width: 65_535, height: 1 });
  add('a height of 0, to be told by DNL behind the scan', withDnl(sized(width, 0), height), 'image-corrupt');
  add('a width of 0', sized(0, height), 'image-corrupt');
  add('one line too many', sized(width, height + 16));
  add('one line less', sized(width, height - 16));

  for (const [name, marker] of [
    ['extended sequential', 0xc1],
    ['progressive by its marker alone', 0xc2],
    ['lossless', 0xc3],
    ['differential', 0xc5],
    ['arithmetic-coded', 0xc9],
    ['arithmetic-coded and progressive', 0xca],
    ['lossless and arithmetic-coded', 0xcb],
  ] as const) {
    add(
      name,
      framed(() => {}, marker),
    );
  }
  add('12 bits a sample', set(0, 12));
  add('0 bits a sample', set(0, 0));
  for (const components of [0, 2, 4, 255]) add(`${components} components`, set(5, components));
  for (const [name, factors] of [
    ['4 × 1', 0x41],
    ['3 × 1', 0x31],
    ['1 × 4', 0x14],
    ['4 × 4', 0x44],
    ['0 × 0', 0x00],
    ['15 × 15', 0xff],
  ] as const) {
    add(`a luma sampled ${name}`, set(7, factors));
    add(`a chroma sampled ${name}`, set(10, factors));
  }
  add('components named R, G, B', withIds(framed, [0x52, 0x47, 0x42]));
  add('components named 1, 1, 1', withIds(framed, [1, 1, 1]));
  add('a quantisation table that is not there', set(8, 3));

  for (const subsampling of ['4:2:0', '4:4:4'] as const) {
    add(
      `a plain picture, ${subsampling}`,
      await sharp(face.data).jpeg({ chromaSubsampling: subsampling }).toBuffer(),
      'picture',
    );
  }
  for (const quality of [1, 30, 100]) {
    add(
      `a plain picture of quality ${quality}`,
      await sharp(face.data).jpeg({ quality }).toBuffer(),
      'picture',
    );
  }
  add('a grey picture', await sharp(face.data).greyscale().toColourspace('b-w').jpeg().toBuffer(), 'picture');
  add('a picture of odd size', await sharp(face.data).resize(333, 251).jpeg().toBuffer(), 'picture', {
    width: 333,
    height: 251,
  });
  add('CMYK', await sharp(face.data).toColourspace('cmyk').jpeg().toBuffer(), 'picture');
  add('a colour profile', await sharp(face.data).withIccProfile('p3').jpeg().toBuffer(), 'picture');
  for (const transform of [0, 1, 2, 255]) {
    const adobe = Buffer.concat([Buffer.from('Adobe'), Buffer.from([0, 100, 0, 0, 0, 0, transform])]);
    add(
      `Adobe’s marker with transform ${transform}`,
      putJpeg(withSegments(baseline, { marker: 0xee, payload: adobe })),
    );
  }

  add('no Huffman tables', putJpeg(withoutSegments(baseline, 0xc4)));
  add('no quantisation tables', putJpeg(withoutSegments(baseline, 0xdb)));
  add('no frame header', putJpeg(withoutSegments(baseline, 0xc0)), 'image-corrupt');
  add(
    'a Huffman table of 4,080 codes',
    putJpeg(withSegments(baseline, { marker: 0xc4, payload: new Uint8Array(17).fill(255, 1) })),
  );
  const frameHeader = baseline.segments.find(({ marker }) => marker === 0xc0)!;
  add('two frame headers', putJpeg(withSegments(baseline, frameHeader)));
  add(
    'a progressive frame header before its own',
    putJpeg(withSegments(baseline, { ...frameHeader, marker: 0xc2 })),
  );
  for (const interval of [1, 7, 65_535]) {
    const payload = Uint8Array.of(interval >> 8, interval & 255);
    add(
      `restarts every ${interval} that never come`,
      putJpeg(withSegments(baseline, { marker: 0xdd, payload })),
    );
  }
  add('restart markers where none belong', putJpeg({ ...baseline, scan: sprinkled(baseline.scan, 0xd3) }));
  add(
    'nothing but restart markers for a scan',
    putJpeg({ ...baseline, scan: Buffer.alloc(60_000, 'ffd0', 'hex') }),
  );
  add('starts of image in the scan', putJpeg({ ...baseline, scan: sprinkled(baseline.scan, 0xd8) }));
  add('an empty scan', putJpeg({ ...baseline, scan: Uint8Array.of(0xff, 0xd9) }));
  add('a scan of zeros', putJpeg({ ...baseline, scan: Buffer.alloc(500_000) }));
  add('a scan of ones', putJpeg({ ...baseline, scan: Buffer.alloc(500_000, 'ff00', 'hex') }));
  add('a scan of noise', putJpeg({ ...baseline, scan: noise(500_000) }));
  add(
    '1,920 × 1,920 of noise',
    Buffer.concat([sized(1920, 1920).subarray(0, -baseline.scan.length), noise(480_000)]),
    'either',
    { width: 1920, height: 1920 },
  );
  add(
    'a second scan behind the first',
    Buffer.concat([whole.subarray(0, -2), jpegSegment(0xda, baseline.scanHeader), baseline.scan]),
  );
  add(
    '5,000 scans behind the first',
    Buffer.concat([
      whole.subarray(0, -2),
      ...Array.from({ length: 5000 }, () => jpegSegment(0xda, baseline.scanHeader)),
    ]),
  );
  add('a scan of one component', putJpeg({ ...baseline, scanHeader: Uint8Array.of(1, 1, 0, 0, 63, 0) }));
  add(
    'a scan of coefficients 5 to 3',
    putJpeg({ ...baseline, scanHeader: Uint8Array.of(...baseline.scanHeader.subarray(0, 7), 5, 3, 0) }),
  );
  add('no end of image', whole.subarray(0, -2));
  add('a second start of image', Buffer.concat([whole.subarray(0, 2), whole]));
  add('a second image behind it', Buffer.concat([whole, whole]), 'picture');
  add('100 KB of noise behind it', Buffer.concat([whole, noise(100 * KIB)]), 'picture');
  add(
    '100,000 fill bytes before a marker',
    Buffer.concat([whole.subarray(0, 2), Buffer.alloc(100_000, 0xff), whole.subarray(2)]),
  );
  add(
    'segments of length 0',
    Buffer.concat([whole.subarray(0, 2), Buffer.from('ffe20000', 'hex'), whole.subarray(2)]),
    'image-corrupt',
  );
  add(
    'a segment longer than the file',
    Buffer.concat([whole.subarray(0, 2), Buffer.from('ffe1ffff', 'hex'), whole.subarray(2, 900)]),
    'image-corrupt',
  );

  for (const [name, prefix] of [
    ['a fill byte', 'ff'],
    ['a restart marker', 'ffd0'],
    ['a marker without length', 'ff01'],
  ] as const) {
    add(
      `2,000 scans behind ${name} that hides them`,
      await hiddenScans(Buffer.from(prefix, 'hex'), 2000),
      'either',
      { width: 1600, height: 1600 },
    );
  }
  add('2,000 scans of 1,600 × 1,600 pixels', await manyScans(1600, 2000), 'either', {
    width: 1600,
    height: 1600,
  });
  add('60 scans of 1,600 × 1,600 pixels', await manyScans(1600, 60), 'either', { width: 1600, height: 1600 });

  const app1 = (payload: Uint8Array) => ({ marker: 0xe1, payload });
  add(
    'EXIF whose directories point at each other',
    putJpeg(withSegments(baseline, app1(recursiveExif()))),
    'picture',
  );
  add(
    '120 segments of 60 KB before it',
    putJpeg(withSegments(baseline, ...Array.from({ length: 120 }, () => app1(noise(60 * KIB))))),
    'picture',
  );
  const xmp = Buffer.concat([Buffer.from('http://ns.adobe.com/xap/1.0/\0'), Buffer.alloc(60_000, '<a>')]);
  add(
    'megabytes of XMP',
    putJpeg(withSegments(baseline, ...Array.from({ length: 60 }, () => app1(xmp)))),
    'picture',
  );
  const icc = (index: number, count: number, bytes: number) => ({
    marker: 0xe2,
    payload: Buffer.concat([Buffer.from('ICC_PROFILE\0'), Buffer.from([index, count]), noise(bytes)]),
  });
  add('a colour profile of noise', putJpeg(withSegments(baseline, icc(1, 1, 5000))));
  add(
    'a colour profile in 255 parts of 30 KB',
    putJpeg(withSegments(baseline, ...Array.from({ length: 255 }, (_, i) => icc(i + 1, 255, 30_000)))),
  );
  add(
    'a colour profile whose parts are missing',
    putJpeg(withSegments(baseline, icc(7, 9, 100), icc(0, 0, 100))),
  );
  add(
    '5,000 comments of PHP',
    putJpeg(
      withSegments(
        baseline,
        ...Array.from({ length: 5000 }, () => ({
          marker: 0xfe,
          payload: Buffer.from('<?php system($_GET[0]); ?>'),
        })),
      ),
    ),
    'picture',
  );
  add(
    'a comment as long as can be',
    putJpeg(withSegments(baseline, { marker: 0xfe, payload: Buffer.alloc(LONGEST_PAYLOAD) })),
    'picture',
  );
  for (const orientation of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 65_535]) {
    const isTurned = orientation >= 5 && orientation <= 8;
    const declared = isTurned ? { width: height, height: width } : size;
    add(
      `orientation ${orientation}`,
      putJpeg(withSegments(baseline, app1(exifOf(orientation)))),
      'picture',
      declared,
    );
  }
  add('two orientations', putJpeg(withSegments(baseline, app1(exifOf(6)), app1(exifOf(3)))));
  add('half of the size by its word', whole, 'image-size-mismatch', {
    width: width >> 1,
    height: height >> 1,
  });
  add('a ZIP behind it', Buffer.concat([whole, Buffer.from('PK\x03\x04'.repeat(1000), 'latin1')]), 'picture');
  return list;
}

function withDnl(jpeg: Buffer, height: number): Buffer {
  const lines = jpegSegment(0xdc, Uint8Array.of(height >> 8, height & 255));
  return Buffer.concat([jpeg.subarray(0, -2), lines, jpeg.subarray(-2)]);
}

function withIds(framed: (change: (payload: Uint8Array) => void) => Buffer, ids: readonly number[]): Buffer {
  const named = framed((payload) => {
    for (const [i, id] of ids.entries()) payload[6 + 3 * i] = id;
  });
  const changed = takeJpeg(named);
  const scanHeader = Uint8Array.from(changed.scanHeader);
  for (const [i, id] of ids.entries()) scanHeader[1 + 2 * i] = id;
  return putJpeg({ ...changed, scanHeader });
}

/** A marker every 512 bytes of a scan. */
function sprinkled(scan: Uint8Array, marker: number): Buffer {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < scan.length; at += 512)
    parts.push(scan.subarray(at, at + 512), Uint8Array.of(0xff, marker));
  return Buffer.concat(parts);
}

/** The same each time. */
export function noise(bytes: number): Buffer {
  const data = Buffer.alloc(bytes);
  let state = 12_345;
  for (let i = 0; i < bytes; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    // No markers by chance.
    data[i] = (state >>> 16) % 255;
  }
  return data;
}

/** A flat progressive picture whose last scan, some dozen bytes that go over all of its blocks, is repeated. */
async function manyScans(edgePx: number, scans: number): Promise<Buffer> {
  const flat = { create: { width: edgePx, height: edgePx, channels: 3, background: '#808080' } } as const;
  const jpeg = await sharp(flat).jpeg({ progressive: true }).toBuffer();
  const lastScan = jpeg.lastIndexOf(Buffer.from([0xff, 0xda]));
  const scan = jpeg.subarray(lastScan, -2);
  return Buffer.concat([
    jpeg.subarray(0, -2),
    ...Array.from({ length: scans }, () => scan),
    jpeg.subarray(-2),
  ]);
}

/**
 * The same behind bytes that a careless reader takes for a segment's head: it jumps by a length that is none, to a
 * baseline frame header and scan put there for it.
 */
async function hiddenScans(prefix: Buffer, scans: number): Promise<Buffer> {
  const bomb = await manyScans(1600, scans);
  const frame = bomb.indexOf(Buffer.from([0xff, 0xc2]));
  // Where the jump ends: behind the prefix's last marker, by the two bytes that follow it.
  const isFill = prefix.length === 1;
  const rest = bomb.subarray(frame);
  const jumpFrom = isFill ? frame : frame + prefix.length - 2;
  const jump = isFill ? (rest[1]! << 8) | rest[2]! : 0xffc2;
  const decoy = Buffer.concat([
    jpegSegment(0xc0, Uint8Array.of(8, 6, 64, 6, 64, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1)),
    jpegSegment(0xda, Uint8Array.of(3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0)),
  ]);
  const head = Buffer.concat([bomb.subarray(0, frame), prefix]);
  // Inside a comment that the decoder skips.
  const jumpTo = jumpFrom + 2 + jump;
  const frameEnd = 2 + ((rest[2]! << 8) | rest[3]!);
  const before = Buffer.concat([head, rest.subarray(0, frameEnd)]);
  const gap = jumpTo - before.length - 4;
  const comment: Buffer[] = [];
  for (let left = gap; left > 0; ) {
    const length = Math.min(left, 60_000);
    comment.push(jpegSegment(0xfe, Buffer.alloc(Math.max(0, length - 4))));
    left -= length;
  }
  return Buffer.concat([
    before,
    ...comment,
    jpegSegment(0xfe, Buffer.concat([decoy])),
    rest.subarray(frameEnd),
  ]);
}
