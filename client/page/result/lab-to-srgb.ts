import type { Lab } from '../../../src/vision/types.ts';

/** CIE L*a*b* (D65) as `#rrggbb`; what sRGB cannot show is moved to its edge. */
export function labToSrgb({ l, a, b }: Lab): string {
  const y = (l + 16) / 116;
  const x = labToTristimulus(y + a / 500) * 0.9504559;
  const z = labToTristimulus(y - b / 200) * 1.0890578;
  const luminance = labToTristimulus(y);
  const red = 3.2409699 * x - 1.5373832 * luminance - 0.4986108 * z;
  const green = -0.9692436 * x + 1.8759675 * luminance + 0.0415551 * z;
  const blue = 0.0556301 * x - 0.203977 * luminance + 1.0569715 * z;
  return `#${[red, green, blue].map((channel) => byteOf(channel).toString(16).padStart(2, '0')).join('')}`;
}

function labToTristimulus(value: number): number {
  return value > 6 / 29 ? value ** 3 : 3 * (6 / 29) ** 2 * (value - 4 / 29);
}

function byteOf(linear: number): number {
  const coded = linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
  return Math.round(255 * Math.min(1, Math.max(0, coded)));
}
