import type { Lab } from './types.ts';

/** sRGB byte → linear light, 0..1 (IEC 61966-2-1). */
export const LINEAR: Float32Array = Float32Array.from({ length: 256 }, (_, byte) => {
  const value = byte / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
});

/** Each channel's share of luminance (Rec. 709). */
export const RED_WEIGHT = 0.2126;
export const GREEN_WEIGHT = 0.7152;
export const BLUE_WEIGHT = 0.0722;

/** Linear luminance of three sRGB bytes, 0..1. */
export function luminanceOf(red: number, green: number, blue: number): number {
  return RED_WEIGHT * LINEAR[red]! + GREEN_WEIGHT * LINEAR[green]! + BLUE_WEIGHT * LINEAR[blue]!;
}

/** CIE L*a*b* (D65) of linear sRGB, 0..1. */
export function labFromLinear(red: number, green: number, blue: number): Lab {
  const x = labCurve((0.4123908 * red + 0.3575843 * green + 0.1804808 * blue) / 0.9504559);
  const y = labCurve(0.212639 * red + 0.7151687 * green + 0.0721923 * blue);
  const z = labCurve((0.0193308 * red + 0.1191948 * green + 0.9505322 * blue) / 1.0890578);
  return { l: 116 * y - 16, a: 500 * (x - y), b: 200 * (y - z) };
}

/** CIE L*a*b* (D65) of sRGB bytes. */
export function labFromSrgb(red: number, green: number, blue: number): Lab {
  return labFromLinear(LINEAR[red]!, LINEAR[green]!, LINEAR[blue]!);
}

function labCurve(t: number): number {
  return t > 216 / 24389 ? Math.cbrt(t) : (t * 24389) / 27 / 116 + 16 / 116;
}

/** Linear light 0..1 → sRGB 0..1 (IEC 61966-2-1). */
export function srgbFromLinear(linear: number): number {
  const value = Math.min(1, Math.max(0, linear));
  return value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055;
}
