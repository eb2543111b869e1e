import type { RgbImage } from '../../../../vision/types.ts';

/** Cells along a side of what is left of the picture, and of its lowest frequencies. */
const GRID = 32;
const LOW = 8;

/**
 * 64 bits that stay nearly the same under re-encoding, scaling and small changes of light, and differ between pictures:
 * the signs of the lowest frequencies (a cosine transform of 32 × 32 cells) against their median (Zauner,
 * "Implementation and Benchmarking of Perceptual Image Hash Functions", 2010).
 * @returns 16 hexadecimal digits
 */
export function perceptualHash(image: RgbImage): string {
  const low = lowFrequencies(greyCells(image));
  // The first one is the picture's brightness.
  const sorted = low.slice(1).sort();
  const median = sorted[sorted.length >> 1]!;
  let hash = '';
  for (let nibble = 0; nibble < low.length; nibble += 4) {
    let value = 0;
    for (let bit = 0; bit < 4; bit++) value = value * 2 + (low[nibble + bit]! > median ? 1 : 0);
    hash += value.toString(16);
  }
  return hash;
}

function greyCells({ data, width, height }: RgbImage): Float64Array {
  const cells = new Float64Array(GRID * GRID);
  const counts = new Float64Array(GRID * GRID);
  // A few samples a cell are enough of a large picture.
  const step = Math.max(1, Math.floor(Math.min(width, height) / (GRID * 8)));
  for (let y = 0; y < height; y += step) {
    const row = Math.floor((y * GRID) / height) * GRID;
    for (let x = 0; x < width; x += step) {
      const at = (y * width + x) * 3;
      const cell = row + Math.floor((x * GRID) / width);
      cells[cell]! += 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
      counts[cell]!++;
    }
  }
  return cells.map((sum, cell) => (counts[cell] === 0 ? 0 : sum / counts[cell]!));
}

function lowFrequencies(cells: Float64Array): Float64Array {
  const wave = (frequency: number, at: number) => Math.cos(((2 * at + 1) * frequency * Math.PI) / (2 * GRID));
  const low = new Float64Array(LOW * LOW);
  for (let v = 0; v < LOW; v++) {
    for (let u = 0; u < LOW; u++) {
      let sum = 0;
      for (let y = 0; y < GRID; y++) {
        const down = wave(v, y);
        for (let x = 0; x < GRID; x++) sum += cells[y * GRID + x]! * down * wave(u, x);
      }
      low[v * LOW + u] = sum;
    }
  }
  return low;
}
