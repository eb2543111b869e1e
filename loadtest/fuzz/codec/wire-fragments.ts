import type { SeededRandom } from '../seeded-random.ts';

/** MessagePack values that decoders and schemas stumble over, as bytes. */
const ODD_VALUES: readonly string[] = [
  // nil, the tag that is never used, booleans
  'c0',
  'c1',
  'c2',
  'c3',
  // integers at the ends of their widths
  '00',
  '01',
  '7f',
  'ff',
  'e0',
  'cc00',
  'ccff',
  'cdffff',
  'ceffffffff',
  'd080',
  'd18000',
  'd280000000',
  'cf0000000000000001',
  'cf001fffffffffffff',
  'cf0020000000000000',
  'cf0020000000000001',
  'cfffffffffffffffff',
  'd38000000000000000',
  'd3ffffffffffffffff',
  'd37fffffffffffffff',
  // 0, −0, 0.5, NaN, ±∞, the largest and the smallest
  'ca00000000',
  'cb8000000000000000',
  'cb3fe0000000000000',
  'ca7fc00000',
  'cb7ff8000000000000',
  'cb7ff0000000000000',
  'cbfff0000000000000',
  'cb7fefffffffffffff',
  'cb0000000000000001',
  'cb40efffe000000000',
  'cb40f0000000000000',
  // strings: empty, a NUL, invalid UTF-8 (a bare continuation, overlong, a surrogate, beyond U+10FFFF, cut off), widths that are not needed
  'a0',
  'a100',
  'a180',
  'a2c080',
  'a3eda080',
  'a4f5808080',
  'a1c3',
  'a2c328',
  'd90161',
  'da000161',
  'db0000000161',
  'a3efbbbf',
  // lengths that lie
  'd9ff61',
  'daffff61',
  'dbffffffff61',
  'c4ff00',
  'c5ffff00',
  'c6ffffffff00',
  'c6000000ff00',
  'dcffff',
  'ddffffffff',
  'deffff',
  'dfffffffff',
  'dd00000200',
  // bin: none, one, and one that holds a message
  'c400',
  'c40100',
  'c50001ff',
  'c600000001ff',
  'c40c82a474797065a3627965',
  // extension types: timestamps of 4, 8 and 12 bytes, msgpackr's own (record, set, pointer, bundle, undefined, bigint, error, typed array)
  'd6ff00000000',
  'd7ffffffffffffffffff',
  'c70cff3b9aca000000000000000000',
  'd47240',
  'd57240a1',
  'd6720000aaaa',
  'c70173',
  'd67000000001',
  'd66900000001',
  'd66200000001',
  'd40000',
  'c7054200ffffffff',
  'd46590',
  'c7027401',
  'd87f00000000000000000000000000000000',
  'c9ffffffff00',
  // empty and nested containers
  '80',
  '90',
  'de0000',
  'df00000000',
  'dc0000',
  '81a161c0',
  '9180',
  '9191919191c0',
];

const ODD_TEXTS: readonly string[] = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'type',
  'hello',
  'frame',
  'still',
  'capture',
  'bye',
  'welcome',
  'feedback',
  'token',
  'resume',
  'data',
  'jpeg',
  'face-skin',
  'face-contour:strict',
  'yaw',
  'min',
  'max',
  '\u0000',
  '\u2028',
  '🙂',
];
const TEXT_LENGTHS: readonly number[] = [1, 31, 32, 64, 65, 130, 200, 201, 255, 256, 8192, 8193, 65_536];
const BIN_LENGTHS: readonly number[] = [0, 1, 255, 256, 1024, 65_535, 65_536];
const DEPTHS: readonly number[] = [2, 4, 5, 6, 7, 12, 24, 25, 200, 20_000];
const COUNTS: readonly number[] = [15, 16, 17, 31, 32, 33, 500, 512, 600];

export function oddFragment(random: SeededRandom): Uint8Array {
  switch (random.int(10)) {
    case 0:
      return textFragment(random.pick(ODD_TEXTS));
    case 1:
      return textFragment(random.pick(['a', 'é', '\ud800']).repeat(random.pick(TEXT_LENGTHS)));
    case 2:
      return binFragment(random.pick(BIN_LENGTHS));
    case 3:
      return nested(random.pick(DEPTHS), random.chance(0.5));
    case 4:
      return crowd(random.pick(COUNTS), random.chance(0.5));
    case 5:
      return Uint8Array.of(random.int(256), ...random.bytes(random.int(9)));
    default:
      return Buffer.from(random.pick(ODD_VALUES), 'hex');
  }
}

export function textFragment(text: string): Uint8Array {
  const utf8 = Buffer.from(text);
  if (utf8.length < 32) return Buffer.concat([Uint8Array.of(0xa0 | utf8.length), utf8]);
  const head = Buffer.alloc(5);
  head[0] = 0xdb;
  head.writeUInt32BE(utf8.length, 1);
  return Buffer.concat([head, utf8]);
}

function binFragment(length: number): Uint8Array {
  const bin = Buffer.alloc(5 + length);
  bin[0] = 0xc6;
  bin.writeUInt32BE(length, 1);
  return bin;
}

/** Arrays or maps inside each other. */
function nested(depth: number, asMap: boolean): Uint8Array {
  const level = asMap ? [0x81, 0xa1, 0x61] : [0x91];
  return Buffer.concat([Buffer.alloc(depth * level.length, Uint8Array.from(level)), Uint8Array.of(0xc0)]);
}

function crowd(count: number, asMap: boolean): Uint8Array {
  const head = Uint8Array.of(asMap ? 0xde : 0xdc, count >> 8, count & 255);
  const one = asMap ? [0xa1, 0x61, 0x01] : [0x01];
  return Buffer.concat([head, Buffer.alloc(count * one.length, Uint8Array.from(one))]);
}
