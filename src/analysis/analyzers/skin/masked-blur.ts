/**
 * About a Gaussian of this standard deviation (three box filters), of readable pixels alone: what lies beside them does
 * not bleed in. Pixels that are not readable hold 0.
 */
export interface MaskedBlur {
  (plane: Float32Array, sigmaPx: number): Float32Array;
  /** Which share of what a blur of this width looks at is readable, 0..1. */
  coverage(sigmaPx: number): Float32Array;
}

export function createMaskedBlur(readable: Uint8Array, width: number, height: number): MaskedBlur {
  const weights = new Map<number, Float32Array>();
  const spare = new Float32Array(width * height);

  function boxes(plane: Float32Array, radius: number): Float32Array {
    const out = Float32Array.from(plane);
    for (let round = 0; round < 3; round++) {
      acrossRows(out, spare, radius, width, height);
      downColumns(spare, out, radius, width, height);
    }
    return out;
  }

  function weightOf(radius: number): Float32Array {
    const known = weights.get(radius);
    if (known !== undefined) return known;
    const weight = boxes(Float32Array.from(readable), radius);
    weights.set(radius, weight);
    return weight;
  }

  const blur = (plane: Float32Array, sigmaPx: number) => {
    const radius = radiusOf(sigmaPx);
    const weight = weightOf(radius);
    const sum = boxes(plane, radius);
    for (let i = 0; i < sum.length; i++)
      sum[i] = readable[i] === 0 ? 0 : sum[i]! / Math.max(1e-6, weight[i]!);
    return sum;
  };
  return Object.assign(blur, { coverage: (sigmaPx: number) => weightOf(radiusOf(sigmaPx)) });
}

/** Of three boxes that together are about as wide. */
function radiusOf(sigmaPx: number): number {
  return Math.max(1, Math.round((Math.sqrt(4 * sigmaPx ** 2 + 1) - 1) / 2));
}

/** Running means along the rows; beyond the ends lies 0. */
function acrossRows(
  from: Float32Array,
  to: Float32Array,
  radius: number,
  width: number,
  height: number,
): void {
  const share = 1 / (2 * radius + 1);
  for (let row = 0; row < height; row++) {
    const start = row * width;
    let sum = 0;
    for (let x = 0; x < Math.min(radius, width); x++) sum += from[start + x]!;
    for (let x = 0; x < width; x++) {
      if (x + radius < width) sum += from[start + x + radius]!;
      if (x - radius - 1 >= 0) sum -= from[start + x - radius - 1]!;
      to[start + x] = sum * share;
    }
  }
}

/** Running means along the columns, all of them side by side, as memory lies in rows. */
function downColumns(
  from: Float32Array,
  to: Float32Array,
  radius: number,
  width: number,
  height: number,
): void {
  const share = 1 / (2 * radius + 1);
  const sums = new Float64Array(width);
  for (let y = 0; y < Math.min(radius, height); y++) {
    for (let x = 0; x < width; x++) sums[x]! += from[y * width + x]!;
  }
  for (let y = 0; y < height; y++) {
    if (y + radius < height) {
      const entering = (y + radius) * width;
      for (let x = 0; x < width; x++) sums[x]! += from[entering + x]!;
    }
    if (y - radius - 1 >= 0) {
      const leaving = (y - radius - 1) * width;
      for (let x = 0; x < width; x++) sums[x]! -= from[leaving + x]!;
    }
    for (let x = 0; x < width; x++) to[y * width + x] = sums[x]! * share;
  }
}
