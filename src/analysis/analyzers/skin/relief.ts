import type { MaskedBlur } from './masked-blur.ts';

/** How far the surface's light curves at each pixel, in ln of luminance (second derivative × σ²); 0 where it does not. */
export interface Relief {
  /** Dark along one direction only. */
  readonly line: Float32Array;
  /** Dark from all sides. */
  readonly pit: Float32Array;
  /** Bright from all sides. */
  readonly bump: Float32Array;
}

/** Pixels whose blur reached over this share of unreadable ones tell of the edge, not of the skin. */
const LEAST_COVERAGE = 0.99;
/** A line curves across at least this many times as much as along. */
const LINE_RATIO = 2;

/**
 * Lines and dots by the eigenvalues of the Hessian at one scale (Frangi et al. 1998; Lindeberg 1998). A line has one that
 * is large, a pit or a bump two of the same sign.
 * @param leastCurvature what is less is grain
 */
export function findRelief(
  plane: Float32Array,
  { width, height, blur }: { readonly width: number; readonly height: number; readonly blur: MaskedBlur },
  sigmaPx: number,
  leastCurvature: number,
): Relief {
  const smooth = blur(plane, sigmaPx);
  const coverage = blur.coverage(sigmaPx);
  const size = width * height;
  const [line, pit, bump] = [new Float32Array(size), new Float32Array(size), new Float32Array(size)];
  const square = sigmaPx ** 2;
  for (let y = 1; y + 1 < height; y++) {
    for (let x = 1; x + 1 < width; x++) {
      const i = y * width + x;
      if (coverage[i]! < LEAST_COVERAGE) continue;
      const middle = 2 * smooth[i]!;
      const xx = smooth[i - 1]! + smooth[i + 1]! - middle;
      const yy = smooth[i - width]! + smooth[i + width]! - middle;
      const xy =
        (smooth[i - width - 1]! + smooth[i + width + 1]! - smooth[i - width + 1]! - smooth[i + width - 1]!) /
        4;
      const mean = (xx + yy) / 2;
      const spread = Math.sqrt(((xx - yy) / 2) ** 2 + xy ** 2);
      const [most, least] = [square * (mean + spread), square * (mean - spread)];
      if (least > leastCurvature) pit[i] = least - leastCurvature;
      else if (most < -leastCurvature) bump[i] = -most - leastCurvature;
      const across = most - LINE_RATIO * Math.abs(least);
      if (across > leastCurvature) line[i] = across - leastCurvature;
    }
  }
  return { line, pit, bump };
}
