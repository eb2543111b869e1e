import { LANDMARK } from './landmarks.ts';
import type { RgbImage } from './types.ts';

/** Samples between the outer eye corners at most: the detail that is asked for does not grow with the picture. */
const MAX_EYE_SPAN = 96;
/** The band of eyes and brows, in shares of the distance between the outer eye corners. */
const BAND = { left: -0.12, right: 1.12, top: -0.36, bottom: 0.2 } as const;
/** Half the window in which an edge finds its own contrast. */
const REACH = 4;
/** The edges' contrasts: this quantile is what an edge of the eyes has; the reflection of a lamp has far more. */
const TYPICAL_EDGE = 0.8;
/** Edges weaker than this share of a typical one are texture and noise. */
const STRONG_SHARE = 0.5;
/** The slopes: this quantile speaks for the band. */
const STEEP_EDGE = 0.65;
/** In root-of-light levels; below it there is nothing but noise. */
const MIN_CONTRAST = 12;
const MIN_EDGES = 12;
const MAX_CONTRAST = 255;
/** Of one sample to the next, a step has half its height a side. */
const STEEPEST = 0.5;
const BINS = 512;
/** Slope over contrast of an edge that is spread over the whole window, and of one as sharp as cameras make it. */
const BLURRED = 0.14;
const SHARP = 0.33;

/** The softer direction of a still portrait is at least so steep against the other; below it the picture is smeared. */
const EVEN = 0.72;

export interface SharpnessMeter {
  /** 0 (blurred) .. 1 (sharp); 0 where no edge is found. */
  read(image: RgbImage, landmarks: Float32Array): number;
}

/**
 * How steep the edges of lids, irises and brows are against their own contrast: an edge blurred by a Gaussian of σ
 * samples has a slope of 1/(σ√2π) of its height, whatever the skin, the light and the size of the face. Both
 * directions are read, and the worse counts: motion blurs only across its way.
 */
export function createSharpnessMeter(): SharpnessMeter {
  const columns = Math.ceil(MAX_EYE_SPAN * (BAND.right - BAND.left));
  const rows = Math.ceil(MAX_EYE_SPAN * (BAND.bottom - BAND.top));
  const patch = new Float32Array(columns * rows);
  const contrasts = new Float32Array(columns * rows);
  const slopes = new Float32Array(columns * rows);
  const smooth = new Float32Array(columns * rows);
  const bins = new Uint32Array(BINS);

  return {
    read(image, landmarks) {
      const right = LANDMARK.rightEyeOuter * 3;
      const left = LANDMARK.leftEyeOuter * 3;
      const alongX = landmarks[left]! - landmarks[right]!;
      const alongY = landmarks[left + 1]! - landmarks[right + 1]!;
      const spanPx = Math.hypot(alongX, alongY);
      if (!(spanPx >= 8)) return 0;
      const stepPx = Math.max(1, spanPx / MAX_EYE_SPAN);
      const width = Math.min(columns, Math.floor((spanPx * (BAND.right - BAND.left)) / stepPx));
      const height = Math.min(rows, Math.floor((spanPx * (BAND.bottom - BAND.top)) / stepPx));
      const cos = (alongX / spanPx) * stepPx;
      const sin = (alongY / spanPx) * stepPx;
      const x = landmarks[right]! + BAND.left * alongX - BAND.top * alongY;
      const y = landmarks[right + 1]! + BAND.left * alongY + BAND.top * alongX;
      sampleBand(image, { x, y, cos, sin, width, height, stepPx }, patch);
      const across = steepness(width, height, 1, width);
      const down = steepness(height, width, width, 1);
      const steep = worseOf(across, down);
      return steep === null ? 0 : Math.min(1, Math.max(0, (steep - BLURRED) / (SHARP - BLURRED)));
    },
  };

  /** Slope over contrast of the steeper ones of the strong edges along one direction; null where there are few. */
  function steepness(length: number, lines: number, along: number, between: number): number | null {
    smoothAlongEdges(length * lines, between);
    let edges = 0;
    // Neighbouring lines cross the same edges: every other one is enough.
    for (let line = 1; line < lines - 1; line += 2) {
      for (let i = REACH; i < length - REACH; i++) {
        const at = line * between + i * along;
        const slope = Math.abs(smooth[at + along]! - smooth[at - along]!) / 2;
        if (slope * (2 * REACH + 1) < MIN_CONTRAST) continue;
        // Only the steepest point of an edge tells its width.
        if (slope < Math.abs(smooth[at]! - smooth[at - 2 * along]!) / 2) continue;
        if (slope < Math.abs(smooth[at + 2 * along]! - smooth[at]!) / 2) continue;
        const contrast = edgeHeight(at, along);
        if (contrast < MIN_CONTRAST) continue;
        contrasts[edges] = contrast;
        slopes[edges] = slope / contrast;
        edges++;
      }
    }
    if (edges < MIN_EDGES) return null;
    const strength = quantile(contrasts, edges, TYPICAL_EDGE, MAX_CONTRAST);
    let strong = 0;
    for (let i = 0; i < edges; i++) {
      if (contrasts[i]! >= STRONG_SHARE * strength) slopes[strong++] = slopes[i]!;
    }
    return quantile(slopes, strong, STEEP_EDGE, STEEPEST);
  }

  /** Noise is averaged away along the edges that are looked for, which does not make them less steep. */
  function smoothAlongEdges(count: number, between: number): void {
    for (let at = between; at < count - between; at++) {
      smooth[at] = (patch[at - between]! + 2 * patch[at]! + patch[at + between]!) / 4;
    }
  }

  /** By counting: sorting the edges would cost more than finding them. */
  function quantile(values: Float32Array, count: number, share: number, max: number): number {
    bins.fill(0);
    for (let i = 0; i < count; i++) bins[Math.min(BINS - 1, (values[i]! / max) * BINS) | 0]!++;
    let seen = 0;
    for (let bin = 0; bin < BINS; bin++) {
      seen += bins[bin]!;
      if (seen > share * count) return ((bin + 0.5) / BINS) * max;
    }
    return max;
  }

  function edgeHeight(at: number, along: number): number {
    let min = smooth[at]!;
    let max = min;
    for (let k = -REACH; k <= REACH; k++) {
      const value = smooth[at + k * along]!;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    return max - min;
  }
}

/** The softer direction, the more so the more it differs from the other: slanting edges hide a part of a smear. */
function worseOf(across: number | null, down: number | null): number | null {
  if (across === null || down === null) return across ?? down;
  const softer = Math.min(across, down);
  return softer * Math.min(1, softer / Math.max(across, down) / EVEN);
}

interface Band {
  /** The image position of the first sample. */
  readonly x: number;
  readonly y: number;
  /** One sample to the right. */
  readonly cos: number;
  readonly sin: number;
  readonly width: number;
  readonly height: number;
  readonly stepPx: number;
}

/**
 * The green channel of an upright band: it has the finest detail of a camera and of a JPEG, and its coded steps look
 * alike on dark and on light skin. Each sample averages the pixels it stands for, so that reduction does not alias.
 */
function sampleBand(image: RgbImage, band: Band, patch: Float32Array): void {
  const taps = Math.max(1, Math.round(band.stepPx));
  if (taps === 1 && liesInside(band, image)) sampleInside(image, band, patch);
  else sampleAnywhere(image, band, patch, taps);
}

/** Most bands lie inside of the picture and are not reduced. */
function sampleInside({ data, width }: RgbImage, band: Band, patch: Float32Array): void {
  const stride = width * 3;
  const { cos, sin } = band;
  for (let row = 0, at = 0; row < band.height; row++) {
    let x = band.x - row * sin - 0.5;
    let y = band.y + row * cos - 0.5;
    for (const end = at + band.width; at < end; at++) {
      const left = x | 0;
      const top = y | 0;
      const p = top * stride + left * 3 + 1;
      const fx = x - left;
      const upper = data[p]! + (data[p + 3]! - data[p]!) * fx;
      const lower = data[p + stride]! + (data[p + stride + 3]! - data[p + stride]!) * fx;
      patch[at] = upper + (lower - upper) * (y - top);
      x += cos;
      y += sin;
    }
  }
}

function liesInside({ x, y, cos, sin, width, height }: Band, image: RgbImage): boolean {
  return [
    [0, 0],
    [width, 0],
    [0, height],
    [width, height],
  ].every(([u, v]) => {
    const px = x + u! * cos - v! * sin - 0.5;
    const py = y + u! * sin + v! * cos - 0.5;
    return px >= 1 && py >= 1 && px < image.width - 2 && py < image.height - 2;
  });
}

function sampleAnywhere(
  { data, width, height }: RgbImage,
  band: Band,
  patch: Float32Array,
  taps: number,
): void {
  const share = 1 / (taps * taps);
  const stride = width * 3;
  const [maxX, maxY] = [width - 1.001, height - 1.001];
  for (let row = 0, at = 0; row < band.height; row++) {
    for (let column = 0; column < band.width; column++, at++) {
      let sum = 0;
      for (let tap = 0; tap < taps * taps; tap++) {
        const u = column + ((tap % taps) + 0.5) / taps - 0.5;
        const v = row + (Math.trunc(tap / taps) + 0.5) / taps - 0.5;
        let x = band.x + u * band.cos - v * band.sin - 0.5;
        let y = band.y + u * band.sin + v * band.cos - 0.5;
        x = Math.min(maxX, Math.max(0, x));
        y = Math.min(maxY, Math.max(0, y));
        const left = x | 0;
        const top = y | 0;
        const p = top * stride + left * 3 + 1;
        const fx = x - left;
        const upper = data[p]! + (data[p + 3]! - data[p]!) * fx;
        const lower = data[p + stride]! + (data[p + stride + 3]! - data[p + stride]!) * fx;
        sum += upper + (lower - upper) * (y - top);
      }
      patch[at] = sum * share;
    }
  }
}
