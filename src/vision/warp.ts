import type { Region, RgbImage } from './types.ts';

export interface WarpOptions {
  /** Side of the square that the model takes. */
  readonly sizePx: number;
  /** What black and white become. */
  readonly range: readonly [number, number];
  /** What lies outside of the image: black, or the nearest pixel. */
  readonly border: 'black' | 'nearest';
}

export interface Warp {
  /** Fills `tensor` (3 × sizePx × sizePx, planes in R, G, B order) with what the region shows. */
  write(image: RgbImage, region: Region, tensor: Float32Array): void;
}

const ONE = 65_536;
/** More taps than this a side buy nothing that the models notice. */
const MAX_TAPS = 4;

/**
 * Samples a rotated square bilinearly, pixel centres on pixel centres. Strong reduction averages several taps a
 * pixel, else fine texture of a large picture turns to noise. Fixed point (16 bits of position, 8 of weight) stays
 * within a grey level of floating point at half its cost.
 */
export function createWarp(options: WarpOptions): Warp {
  const { sizePx, border } = options;
  const [low, high] = options.range;
  const planePx = sizePx * sizePx;
  const line = new Float32Array(sizePx * 3);

  return {
    write(image, region, tensor) {
      const scale = region.sizePx / sizePx;
      const taps = Math.min(MAX_TAPS, Math.max(1, Math.round(scale / 2)));
      const cos = Math.cos(region.rotationRad) * scale;
      const sin = Math.sin(region.rotationRad) * scale;
      const gain = (high - low) / (255 * ONE * taps * taps);
      for (let j = 0; j < sizePx; j++) {
        for (let tap = 0; tap < taps * taps; tap++) {
          const u = ((tap % taps) + 0.5) / taps - sizePx / 2;
          const v = j + (Math.floor(tap / taps) + 0.5) / taps - sizePx / 2;
          const row = {
            x: region.centerX + u * cos - v * sin - 0.5,
            y: region.centerY + u * sin + v * cos - 0.5,
            stepX: Math.round(cos * ONE),
            stepY: Math.round(sin * ONE),
            count: sizePx,
          };
          if (tap === 0) sampleRow(image, row, border, { data: tensor, at: j * sizePx, planePx, gain, low });
          else {
            sampleRow(image, row, border, { data: line, at: 0, planePx: sizePx, gain, low: 0 });
            addLine(tensor, j * sizePx);
          }
        }
      }
    },
  };

  function addLine(tensor: Float32Array, at: number): void {
    for (let plane = 0; plane < 3; plane++) {
      for (let i = 0; i < sizePx; i++) tensor[at + plane * planePx + i]! += line[plane * sizePx + i]!;
    }
  }
}

/** A line of samples: the first one's place in pixel indices, and the way to the next in 1/65536 pixels. */
interface Row {
  readonly x: number;
  readonly y: number;
  readonly stepX: number;
  readonly stepY: number;
  readonly count: number;
}

/** Where the samples of a row go: three planes, each value × gain + low. */
interface Planes {
  readonly data: Float32Array;
  readonly at: number;
  readonly planePx: number;
  readonly gain: number;
  readonly low: number;
}

function sampleRow(image: RgbImage, row: Row, border: WarpOptions['border'], out: Planes): void {
  // The samples whose four neighbours all lie inside need no checks; they are one span.
  const [firstX, endX] = insideSpan(row.x, row.stepX / ONE, image.width - 1, row.count);
  const [firstY, endY] = insideSpan(row.y, row.stepY / ONE, image.height - 1, row.count);
  const first = Math.min(row.count, Math.max(firstX, firstY));
  const end = Math.max(first, Math.min(endX, endY));
  const sampleEdge = border === 'nearest' ? sampleNearest : sampleOverBlack;
  sampleEdge(image, row, 0, first, out);
  sampleInside(image, row, first, end, out);
  sampleEdge(image, row, end, row.count, out);
}

function sampleInside({ data, width }: RgbImage, row: Row, first: number, end: number, out: Planes): void {
  const { data: to, gain, low } = out;
  const stepX = row.stepX | 0;
  const stepY = row.stepY | 0;
  const stride = width * 3;
  let x = Math.round(row.x * ONE + first * stepX) | 0;
  let y = Math.round(row.y * ONE + first * stepY) | 0;
  let red = out.at + first;
  let green = red + out.planePx;
  let blue = green + out.planePx;
  for (const last = out.at + end; red < last; red++, green++, blue++) {
    const p = Math.imul(y >> 16, stride) + (x >> 16) * 3;
    const q = p + stride;
    const fx = (x >> 8) & 255;
    const fy = (y >> 8) & 255;
    const w11 = Math.imul(fx, fy);
    const w01 = (fx << 8) - w11;
    const w10 = (fy << 8) - w11;
    const w00 = ONE - w01 - w10 - w11;
    to[red] =
      (Math.imul(data[p]!, w00) +
        Math.imul(data[p + 3]!, w01) +
        Math.imul(data[q]!, w10) +
        Math.imul(data[q + 3]!, w11)) *
        gain +
      low;
    to[green] =
      (Math.imul(data[p + 1]!, w00) +
        Math.imul(data[p + 4]!, w01) +
        Math.imul(data[q + 1]!, w10) +
        Math.imul(data[q + 4]!, w11)) *
        gain +
      low;
    to[blue] =
      (Math.imul(data[p + 2]!, w00) +
        Math.imul(data[p + 5]!, w01) +
        Math.imul(data[q + 2]!, w10) +
        Math.imul(data[q + 5]!, w11)) *
        gain +
      low;
    x = (x + stepX) | 0;
    y = (y + stepY) | 0;
  }
}

/** Outside of the image its border goes on: the same as sampling at the nearest place inside. */
function sampleNearest(
  { data, width, height }: RgbImage,
  row: Row,
  first: number,
  end: number,
  out: Planes,
): void {
  const { data: to, planePx, low } = out;
  const gain = out.gain * ONE;
  for (let i = first; i < end; i++) {
    const x = Math.min(width - 1, Math.max(0, row.x + (i * row.stepX) / ONE));
    const y = Math.min(height - 1, Math.max(0, row.y + (i * row.stepY) / ONE));
    const left = x | 0;
    const top = y | 0;
    const fx = x - left;
    const fy = y - top;
    const p = (top * width + left) * 3;
    // On the last column or row the neighbour has no share; it only has to exist.
    const across = left + 1 < width ? 3 : 0;
    const q = top + 1 < height ? p + width * 3 : p;
    for (let channel = 0; channel < 3; channel++) {
      const upper = data[p + channel]! + (data[p + across + channel]! - data[p + channel]!) * fx;
      const lower = data[q + channel]! + (data[q + across + channel]! - data[q + channel]!) * fx;
      to[out.at + i + channel * planePx] = (upper + (lower - upper) * fy) * gain + low;
    }
  }
}

function sampleOverBlack(
  { data, width, height }: RgbImage,
  row: Row,
  first: number,
  end: number,
  out: Planes,
): void {
  const { data: to, planePx, low } = out;
  const gain = out.gain * ONE;
  for (let i = first; i < end; i++) {
    const x = row.x + (i * row.stepX) / ONE;
    const y = row.y + (i * row.stepY) / ONE;
    const left = Math.floor(x);
    const top = Math.floor(y);
    for (let channel = 0; channel < 3; channel++) to[out.at + i + channel * planePx] = low;
    if (left < -1 || top < -1 || left >= width || top >= height) continue;
    for (let corner = 0; corner < 4; corner++) {
      const px = left + (corner & 1);
      const py = top + (corner >> 1);
      if (px < 0 || py < 0 || px >= width || py >= height) continue;
      const weight = (1 - Math.abs(x - px)) * (1 - Math.abs(y - py)) * gain;
      const p = (py * width + px) * 3;
      for (let channel = 0; channel < 3; channel++) {
        to[out.at + i + channel * planePx]! += data[p + channel]! * weight;
      }
    }
  }
}

/** The indices i in 0..count for which start + i·step lies in [0, last) with a margin for fixed point. */
function insideSpan(start: number, step: number, last: number, count: number): readonly [number, number] {
  const min = 0.01;
  const max = last - 0.01;
  if (max <= min) return [count, count];
  if (Math.abs(step) < 1e-9) return start >= min && start <= max ? [0, count] : [count, count];
  const a = (min - start) / step;
  const b = (max - start) / step;
  const first = Math.max(0, Math.ceil(Math.min(a, b)));
  const end = Math.min(count, Math.floor(Math.max(a, b)) + 1);
  return first < end ? [first, end] : [count, count];
}
