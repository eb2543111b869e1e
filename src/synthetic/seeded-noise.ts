/** Mixes an integer into 32 well-spread bits. */
export function hash32(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

/** A stream of numbers 0..1 (1 excluded) that a seed decides. */
export function seededRandom(seed: number): () => number {
  let state = hash32(seed + 0x9e3779b9);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    return hash32(state) / 4294967296;
  };
}

function lattice(column: number, row: number, seed: number): number {
  return hash32(Math.imul(column, 0x1f123bb5) ^ Math.imul(row, 0x5f356495) ^ seed) / 4294967296;
}

/** Smooth noise 0..1 with one bump a unit. */
export function valueNoise(x: number, y: number, seed: number): number {
  const column = Math.floor(x);
  const row = Math.floor(y);
  const fx = x - column;
  const fy = y - row;
  const sx = fx * fx * (3 - 2 * fx);
  const sy = fy * fy * (3 - 2 * fy);
  const top = lattice(column, row, seed) * (1 - sx) + lattice(column + 1, row, seed) * sx;
  const bottom = lattice(column, row + 1, seed) * (1 - sx) + lattice(column + 1, row + 1, seed) * sx;
  return top * (1 - sy) + bottom * sy;
}

export function smoothstep(from: number, to: number, value: number): number {
  const share = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return share * share * (3 - 2 * share);
}
