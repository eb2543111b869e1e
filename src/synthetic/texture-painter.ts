import { smoothstep } from './seeded-noise.ts';

type Point = readonly [u: number, v: number];

/** Soft brushes on a square texture; u grows to the right, v upwards, sizes are shares of the texture. */
export interface TexturePainter {
  /** Rows from the top, channels interleaved. */
  readonly texels: Uint8Array;
  fill(channel: number, value: number): void;
  /** Adds `amount` (-255..255) along a line: full within `core` of it, none from `reach` on. */
  stroke(channel: number, line: readonly Point[], core: number, reach: number, amount: number): void;
  /** Adds a soft ellipse that reaches nothing at its radii. */
  blob(channel: number, centre: Point, radiusU: number, radiusV: number, amount: number): void;
  /** Adds to the inside of an outline; its edge is `soft` wide. */
  polygon(channel: number, outline: readonly Point[], soft: number, amount: number): void;
  /** Sets triangles to values interpolated between their vertices. */
  mesh(
    channel: number,
    triangles: Uint16Array,
    placeOf: (vertex: number) => Point,
    values: Float32Array,
  ): void;
}

export function createTexturePainter(size: number, channels: number): TexturePainter {
  const texels = new Uint8Array(size * size * channels);

  const paint = (
    channel: number,
    bounds: { u0: number; u1: number; v0: number; v1: number },
    amount: number,
    coverage: (u: number, v: number) => number,
  ): void => {
    const column0 = Math.max(0, Math.floor(bounds.u0 * size));
    const column1 = Math.min(size - 1, Math.ceil(bounds.u1 * size));
    const row0 = Math.max(0, Math.floor((1 - bounds.v1) * size));
    const row1 = Math.min(size - 1, Math.ceil((1 - bounds.v0) * size));
    for (let row = row0; row <= row1; row++) {
      for (let column = column0; column <= column1; column++) {
        const share = coverage((column + 0.5) / size, 1 - (row + 0.5) / size);
        if (share <= 0) continue;
        const at = (row * size + column) * channels + channel;
        texels[at] = Math.min(255, Math.max(0, texels[at]! + amount * share));
      }
    }
  };
  const boundsOf = (points: readonly Point[], margin: number) => ({
    u0: Math.min(...points.map(([u]) => u)) - margin,
    u1: Math.max(...points.map(([u]) => u)) + margin,
    v0: Math.min(...points.map(([, v]) => v)) - margin,
    v1: Math.max(...points.map(([, v]) => v)) + margin,
  });

  return {
    texels,
    fill(channel, value) {
      for (let at = channel; at < texels.length; at += channels) texels[at] = value;
    },
    stroke(channel, line, core, reach, amount) {
      paint(
        channel,
        boundsOf(line, reach),
        amount,
        (u, v) => 1 - smoothstep(core, reach, lineDistance(line, u, v, false)),
      );
    },
    blob(channel, [u0, v0], radiusU, radiusV, amount) {
      const bounds = { u0: u0 - radiusU, u1: u0 + radiusU, v0: v0 - radiusV, v1: v0 + radiusV };
      paint(
        channel,
        bounds,
        amount,
        (u, v) => 1 - smoothstep(0, 1, Math.hypot((u - u0) / radiusU, (v - v0) / radiusV)),
      );
    },
    polygon(channel, outline, soft, amount) {
      paint(channel, boundsOf(outline, soft), amount, (u, v) => {
        const distance = lineDistance(outline, u, v, true) * (isInside(outline, u, v) ? 1 : -1);
        return smoothstep(-soft / 2, soft / 2, distance);
      });
    },
    mesh(channel, triangles, placeOf, values) {
      for (let at = 0; at < triangles.length; at += 3) {
        const corners = [triangles[at]!, triangles[at + 1]!, triangles[at + 2]!];
        const points = corners.map(placeOf);
        fillTriangle(
          texels,
          size,
          channels,
          channel,
          points,
          corners.map((corner) => values[corner]!),
        );
      }
    },
  };
}

function fillTriangle(
  texels: Uint8Array,
  size: number,
  channels: number,
  channel: number,
  points: readonly Point[],
  values: readonly number[],
): void {
  const [[ax, ay], [bx, by], [cx, cy]] = points.map(([u, v]) => [u * size - 0.5, (1 - v) * size - 0.5]) as [
    [number, number],
    [number, number],
    [number, number],
  ];
  const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
  if (area === 0) return;
  for (
    let y = Math.max(0, Math.floor(Math.min(ay, by, cy)));
    y <= Math.min(size - 1, Math.ceil(Math.max(ay, by, cy)));
    y++
  ) {
    for (
      let x = Math.max(0, Math.floor(Math.min(ax, bx, cx)));
      x <= Math.min(size - 1, Math.ceil(Math.max(ax, bx, cx)));
      x++
    ) {
      const a = ((bx - x) * (cy - y) - (by - y) * (cx - x)) / area;
      const b = ((cx - x) * (ay - y) - (cy - y) * (ax - x)) / area;
      const c = 1 - a - b;
      // A little over the edges, so that sampling between texels finds no gap.
      if (a < -0.1 || b < -0.1 || c < -0.1) continue;
      texels[(y * size + x) * channels + channel] = a * values[0]! + b * values[1]! + c * values[2]!;
    }
  }
}

function lineDistance(line: readonly Point[], u: number, v: number, closed: boolean): number {
  let nearest = Number.POSITIVE_INFINITY;
  for (let at = closed ? 0 : 1; at < line.length; at++) {
    const [bu, bv] = line[at]!;
    const [au, av] = line[(at + line.length - 1) % line.length]!;
    const lengthSquare = (bu - au) ** 2 + (bv - av) ** 2 || 1;
    const share = Math.min(1, Math.max(0, ((u - au) * (bu - au) + (v - av) * (bv - av)) / lengthSquare));
    const du = u - au - share * (bu - au);
    const dv = v - av - share * (bv - av);
    nearest = Math.min(nearest, du * du + dv * dv);
  }
  return Math.sqrt(nearest);
}

function isInside(outline: readonly Point[], u: number, v: number): boolean {
  let inside = false;
  for (let at = 0; at < outline.length; at++) {
    const [au, av] = outline[at]!;
    const [bu, bv] = outline[(at + outline.length - 1) % outline.length]!;
    if (av > v !== bv > v && u < ((bu - au) * (v - av)) / (bv - av) + au) inside = !inside;
  }
  return inside;
}
