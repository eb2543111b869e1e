import { srgbFromLinear } from '../../../vision/colour.ts';
import type { Lab } from '../../../vision/types.ts';

/** How far a colour's chroma is taken back at a time until a screen can show it. */
const CHROMA_STEP = 0.97;
const MAX_STEPS = 150;
const WHITE = [0.9504559, 1, 1.0890578] as const;

/** `#RRGGBB` of L*a*b* (D65); a colour that sRGB does not have keeps its lightness and hue, and loses chroma. */
export function labHex(lab: Lab): string {
  const l = Math.min(100, Math.max(0, lab.l));
  let share = 1;
  for (let step = 0; step < MAX_STEPS; step++) {
    const linear = linearOf({ l, a: lab.a * share, b: lab.b * share });
    if (linear.every((value) => value >= -1e-3 && value <= 1.001)) return hexOf(linear);
    share *= CHROMA_STEP;
  }
  return hexOf(linearOf({ l, a: 0, b: 0 }));
}

function linearOf({ l, a, b }: Lab): readonly [number, number, number] {
  const y = (l + 16) / 116;
  const [x, yy, z] = [
    WHITE[0] * uncurved(y + a / 500),
    WHITE[1] * uncurved(y),
    WHITE[2] * uncurved(y - b / 200),
  ];
  return [
    3.2409699 * x - 1.5373832 * yy - 0.4986108 * z,
    -0.9692436 * x + 1.8759675 * yy + 0.0415551 * z,
    0.0556301 * x - 0.203977 * yy + 1.0569715 * z,
  ];
}

function uncurved(t: number): number {
  return t ** 3 > 216 / 24389 ? t ** 3 : ((116 * t - 16) * 27) / 24389;
}

function hexOf(linear: readonly number[]): string {
  const digits = linear.map((value) =>
    Math.round(srgbFromLinear(value) * 255)
      .toString(16)
      .padStart(2, '0'),
  );
  return `#${digits.join('').toUpperCase()}`;
}
