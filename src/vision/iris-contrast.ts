import { LINEAR, luminanceOf } from './colour.ts';
import type { RgbImage } from './types.ts';

/** Corners and the middle three points of each lid; the right eye is the subject's. */
const EYES = [
  { outer: 33, inner: 133, upper: [160, 159, 158], lower: [144, 145, 153] },
  { outer: 263, inner: 362, upper: [387, 386, 385], lower: [373, 374, 380] },
] as const;

/** Of the way from corner to corner: past it are the corner's pink and the lids. */
const LOOKED_AT = 0.7;
const COLUMNS = 15;
const ROWS = 5;
/** Samples in a row of a column. */
const TAPS = 2;
/** Of the opening's height, so that lids a pixel off stay out; and at least as many pixels. */
const BAND_SHARE = 0.5;
const BAND_MIN_PX = 1.5;
/** Keeps a ratio of next to nothing from being a contrast. */
const NOISE_LUMINANCE = 2 * LINEAR[6]!;

interface Point {
  readonly x: number;
  readonly y: number;
}

function middleOf(landmarks: Float32Array, indices: readonly number[]): Point {
  let x = 0;
  let y = 0;
  for (const index of indices) {
    x += landmarks[index * 3]! / indices.length;
    y += landmarks[index * 3 + 1]! / indices.length;
  }
  return { x, y };
}

/** Mean luminance of narrow columns along the line between the corners of one eye. */
function columnsOf(image: RgbImage, landmarks: Float32Array, eye: (typeof EYES)[number]): number[] {
  const { data, width, height } = image;
  const outer = middleOf(landmarks, [eye.outer]);
  const inner = middleOf(landmarks, [eye.inner]);
  const upper = middleOf(landmarks, eye.upper);
  const lower = middleOf(landmarks, eye.lower);
  const widthPx = Math.hypot(inner.x - outer.x, inner.y - outer.y) || 1;
  const ux = (inner.x - outer.x) / widthPx;
  const uy = (inner.y - outer.y) / widthPx;
  const bandPx = Math.max(BAND_MIN_PX, BAND_SHARE * Math.hypot(upper.x - lower.x, upper.y - lower.y));
  const centerX = (upper.x + lower.x) / 2;
  const centerY = (upper.y + lower.y) / 2;
  const lengthPx = LOOKED_AT * widthPx;
  return Array.from({ length: COLUMNS }, (_, column) => {
    let sum = 0;
    let seen = 0;
    for (let sample = 0; sample < ROWS * TAPS; sample++) {
      const along = ((column + ((sample % TAPS) + 0.5) / TAPS) / COLUMNS - 0.5) * lengthPx;
      const across = ((Math.floor(sample / TAPS) + 0.5) / ROWS - 0.5) * bandPx;
      const x = Math.floor(centerX + along * ux - across * uy);
      const y = Math.floor(centerY + along * uy + across * ux);
      if (x < 0 || y < 0 || x >= width || y >= height) continue;
      const p = (y * width + x) * 3;
      sum += luminanceOf(data[p]!, data[p + 1]!, data[p + 2]!);
      seen++;
    }
    return seen === 0 ? 0 : sum / seen;
  });
}

/**
 * (brightest − darkest) ÷ (brightest + darkest) of the columns once their even slope is taken out: light from one side makes a
 * slope on any lid, an iris makes a valley. In logarithms, where the strength of the light is a constant.
 */
function contrastOf(columns: readonly number[]): number {
  const logs = columns.map((value, i) => {
    const before = columns[i - 1] ?? value;
    const after = columns[i + 1] ?? value;
    return Math.log((before + value + after) / 3 + NOISE_LUMINANCE);
  });
  const middle = (logs.length - 1) / 2;
  const mean = logs.reduce((sum, value) => sum + value, 0) / logs.length;
  let rise = 0;
  let run = 0;
  logs.forEach((value, i) => {
    rise += (i - middle) * (value - mean);
    run += (i - middle) ** 2;
  });
  const even = logs.map((value, i) => value - (rise / run) * (i - middle));
  return Math.tanh((Math.max(...even) - Math.min(...even)) / 2);
}

/**
 * How clearly a dark iris stands between two whites, in the eye where it stands out less: 0 (a closed lid) .. 1. A lid
 * is even along the eye, and light from one side makes a slope and no valley. The mesh alone leaves closed eyes half open.
 */
export function readIrisContrast(image: RgbImage, landmarks: Float32Array): number {
  return Math.min(...EYES.map((eye) => contrastOf(columnsOf(image, landmarks, eye))));
}
