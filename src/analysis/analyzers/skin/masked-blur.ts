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
      lines(out, spare, radius, height, width, width, 1);
      lines(spare, out, radius, width, height, 1, width);
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

/** Running means along `count` lines of `length` values; beyond the ends lies 0. */
function lines(
  from: Float32Array,
  to: Float32Array,
  radius: number,
  count: number,
  length: number,
  lineStride: number,
  stride: number,
): void {
  const share = 1 / (2 * radius + 1);
  for (let line = 0; line < count; line++) {
    const start = line * lineStride;
    let sum = 0;
    for (let i = 0; i < Math.min(radius, length); i++) sum += from[start + i * stride]!;
    for (let i = 0; i < length; i++) {
      if (i + radius < length) sum += from[start + (i + radius) * stride]!;
      if (i - radius - 1 >= 0) sum -= from[start + (i - radius - 1) * stride]!;
      to[start + i * stride] = sum * share;
    }
  }
}
