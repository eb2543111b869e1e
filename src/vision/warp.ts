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
  // Written anew for each line: objects of their own would be a hundred kilobytes a frame.
  const row: Row = { x: 0, y: 0, stepX: 0, stepY: 0, count: sizePx };
  const out: Planes = { data: line, at: 0, planePx, gain: 1, low };

  return {
    write(image, region, tensor) {
      const scale = region.sizePx / sizePx;
      const taps = Math.min(MAX_TAPS, Math.max(1, Math.round(scale / 2)));
      const cos = Math.cos(region.rotationRad) * scale;
      const sin = Math.sin(region.rotationRad) * scale;
      row.stepX = Math.round(cos * ONE);
      row.stepY = Math.round(sin * ONE);
      out.gain = (high - low) / (255 * ONE * taps * taps);
      for (let j = 0; j < sizePx; j++) {
        for (let tap = 0; tap < taps * taps; tap++) {
          const u = ((tap % taps) + 0.5) / taps - sizePx / 2;
          const v = j + (Math.floor(tap / taps) + 0.5) / taps - sizePx / 2;
          row.x = region.centerX + u * cos - v * sin - 0.5;
          row.y = region.centerY + u * sin + v * cos - 0.5;
          const isFirst = tap === 0;
          out.data = isFirst ? tensor : line;
          out.at = isFirst ? j * sizePx : 0;
          out.planePx = isFirst ? planePx : sizePx;
          out.low = isFirst ? low : 0;
          sampleRow(image, row, border, out);
          if (!isFirst) addLine(tensor, j * sizePx);
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
  x: number;
  y: number;
  stepX: number;
  stepY: number;
  readonly count: number;
}

/** Where the samples of a row go: three planes, each value × gain + low. */
interface Planes {
  data: Float32Array;
  at: number;
  planePx: number;
  gain: number;
  low: number;
}

function sampleRow(image: RgbImage, row: Row, border: WarpOptions['border'], out: Planes): void {
  // The samples whose four neighbours all lie inside need no checks; they are one span.
  const stepX = row.stepX / ONE;
  const stepY = row.stepY / ONE;
  const maxX = image.width - 1;
  const maxY = image.height - 1;
  const firstX = firstInside(row.x, stepX, maxX, row.count);
  const firstY = firstInside(row.y, stepY, maxY, row.count);
  const first = Math.min(row.count, Math.max(firstX, firstY));
  const endX = endInside(row.x, stepX, maxX, row.count);
  const endY = endInside(row.y, stepY, maxY, row.count);
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

/** Keeps fixed point from stepping over the border. */
const MARGIN_PX = 0.01;

/** The first index i for which start + i·step lies in [0, last), less a margin; `count` where none does. */
function firstInside(start: number, step: number, last: number, count: number): number {
  if (Math.abs(step) < 1e-9) return start >= MARGIN_PX && start <= last - MARGIN_PX ? 0 : count;
  const border = step > 0 ? MARGIN_PX : last - MARGIN_PX;
  return Math.max(0, Math.ceil((border - start) / step));
}

/** Behind the last such index. */
function endInside(start: number, step: number, last: number, count: number): number {
  if (Math.abs(step) < 1e-9) return start >= MARGIN_PX && start <= last - MARGIN_PX ? count : 0;
  const border = step > 0 ? last - MARGIN_PX : MARGIN_PX;
  return Math.min(count, Math.floor((border - start) / step) + 1);
}
