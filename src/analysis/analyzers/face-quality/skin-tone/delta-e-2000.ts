import type { Lab } from '../../../../vision/types.ts';

const DEGREE = Math.PI / 180;
/** 25⁷, where chroma begins to count as chroma. */
const CHROMA_PIVOT = 25 ** 7;

/**
 * Difference of two colours as eyes see it, CIEDE2000 with all weights 1; about 1 is just noticeable, symmetric.
 * Source: ISO/CIE 11664-6; checked against the 34 pairs of Sharma, Wu and Dalal (2005).
 */
export function deltaE2000(first: Lab, second: Lab): number {
  const meanChroma = (Math.hypot(first.a, first.b) + Math.hypot(second.a, second.b)) / 2;
  // Stretches a* near grey, where CIELAB is too narrow.
  const stretch = 1 + 0.5 * (1 - chromaShare(meanChroma));
  const [a1, a2] = [first.a * stretch, second.a * stretch];
  const [c1, c2] = [Math.hypot(a1, first.b), Math.hypot(a2, second.b)];
  const [h1, h2] = [hueDeg(a1, first.b), hueDeg(a2, second.b)];

  const lightness = second.l - first.l;
  const chroma = c2 - c1;
  const hue = 2 * Math.sqrt(c1 * c2) * Math.sin((hueStepDeg(h1, h2, c1 * c2) / 2) * DEGREE);

  const meanL = (first.l + second.l) / 2;
  const meanC = (c1 + c2) / 2;
  const meanH = meanHueDeg(h1, h2, c1 * c2);
  const t =
    1 -
    0.17 * Math.cos((meanH - 30) * DEGREE) +
    0.24 * Math.cos(2 * meanH * DEGREE) +
    0.32 * Math.cos((3 * meanH + 6) * DEGREE) -
    0.2 * Math.cos((4 * meanH - 63) * DEGREE);
  const weightL = 1 + (0.015 * (meanL - 50) ** 2) / Math.sqrt(20 + (meanL - 50) ** 2);
  const weightC = 1 + 0.045 * meanC;
  const weightH = 1 + 0.015 * meanC * t;
  // Blues turn purple as they get greyer.
  const turnDeg = 30 * Math.exp(-(((meanH - 275) / 25) ** 2));
  const turn = -2 * chromaShare(meanC) * Math.sin(2 * turnDeg * DEGREE);

  const [l, c, h] = [lightness / weightL, chroma / weightC, hue / weightH];
  return Math.sqrt(l * l + c * c + h * h + turn * c * h);
}

function chromaShare(chroma: number): number {
  return Math.sqrt(chroma ** 7 / (chroma ** 7 + CHROMA_PIVOT));
}

function hueDeg(a: number, b: number): number {
  if (a === 0 && b === 0) return 0;
  return (Math.atan2(b, a) / DEGREE + 360) % 360;
}

/** The shorter way round; a grey has no hue to differ in. */
function hueStepDeg(h1: number, h2: number, chromaProduct: number): number {
  if (chromaProduct === 0) return 0;
  const step = h2 - h1;
  if (step > 180) return step - 360;
  return step < -180 ? step + 360 : step;
}

function meanHueDeg(h1: number, h2: number, chromaProduct: number): number {
  if (chromaProduct === 0) return h1 + h2;
  if (Math.abs(h1 - h2) <= 180) return (h1 + h2) / 2;
  return h1 + h2 < 360 ? (h1 + h2 + 360) / 2 : (h1 + h2 - 360) / 2;
}
