import { distance, intersection, type Line, type PlanePoint, type Quad } from './card-geometry.ts';
import { type Luminances, luminanceAt } from './luminances.ts';

/** One side of a card as the picture shows it. */
export interface RefinedSide {
  readonly line: Line;
  /** Share of the places along the side where the edge of something brighter inside lies on the line, 0..1. */
  readonly support: number;
  /** Of those places from the line, root mean square. */
  readonly spreadPx: number;
  /** Of those: how much brighter inside is than outside, as a share of inside. Median. */
  readonly contrast: number;
  /** How many those are. */
  readonly samples: number;
}

export interface RefinedQuad {
  readonly corners: Quad;
  readonly sides: readonly [RefinedSide, RefinedSide, RefinedSide, RefinedSide];
}

/** First far and coarse, then near. The last reach has to see past a camera's blur on both sides. */
const PASSES = [
  { reachPx: 6, samples: 32, tolerancePx: 0.8 },
  { reachPx: 4, samples: 40, tolerancePx: 0.6 },
  { reachPx: 4, samples: 90, tolerancePx: 0.5 },
] as const;
const STEPS_PER_PX = 2;
/** Around an edge's steepest place, what is weighed to find its middle. */
const EDGE_HALF_WIDTH_PX = 2;
/** From the steepest place to where inside and outside are read. */
const PLATEAU_FROM_PX = 1.5;
const PLATEAU_TO_PX = 3;
/** As a share of the inside: less than this is no edge. */
const MIN_CONTRAST = 0.05;
/** At each end of a side: rounded corners, 3.18 of 53.98 mm. */
const CORNER_SHARE = 0.09;
/** Of a side, that has to be seen. */
const MIN_SUPPORT = 0.3;

/**
 * Moves the sides of a roughly placed quad to where the picture's edges are, to a fraction of a pixel, and draws them
 * out to their corners. Each side is a line through the middles of many edges; what does not lie on it, like a finger,
 * is left out. In linear light: in sRGB the middle of a blurred edge lies outside of it, and a card seems too large.
 * null where a side has too little of an edge.
 * @param quad clockwise
 */
export function refineSides(light: Luminances, quad: Quad): RefinedQuad | null {
  let corners = quad;
  let sides: RefinedSide[] = [];
  for (const pass of PASSES) {
    sides = [];
    for (let i = 0; i < 4; i++) {
      const side = refineSide(light, corners[i]!, corners[(i + 1) % 4]!, pass);
      if (side === null) return null;
      sides.push(side);
    }
    const met = sides.map((side, i) => intersection(sides[(i + 3) % 4]!.line, side.line));
    const [a, b, c, d] = met;
    if (!a || !b || !c || !d) return null;
    corners = [a, b, c, d];
  }
  const [top, right, bottom, left] = sides as [RefinedSide, RefinedSide, RefinedSide, RefinedSide];
  return { corners, sides: [top, right, bottom, left] };
}

interface EdgePlace {
  /** Along the side from its start, and inwards from it. */
  readonly along: number;
  readonly inward: number;
  readonly contrast: number;
}

function refineSide(
  light: Luminances,
  from: PlanePoint,
  to: PlanePoint,
  pass: (typeof PASSES)[number],
): RefinedSide | null {
  const length = distance(from, to);
  if (!(length > 4)) return null;
  const [dx, dy] = [(to.x - from.x) / length, (to.y - from.y) / length];
  const places: EdgePlace[] = [];
  const samples = Math.min(pass.samples, Math.max(12, Math.round(length)));
  const profile = new Float64Array(2 * (pass.reachPx + PLATEAU_TO_PX) * STEPS_PER_PX + 1);
  for (let i = 0; i < samples; i++) {
    const along = length * (CORNER_SHARE + ((i + 0.5) / samples) * (1 - 2 * CORNER_SHARE));
    readProfile(light, from.x + along * dx, from.y + along * dy, dx, dy, profile);
    const edge = edgeOf(profile, pass.reachPx);
    if (edge !== null) places.push({ along, ...edge });
  }
  const fit = fitLine(places, pass.tolerancePx);
  if (fit === null || fit.kept.length < Math.max(4, MIN_SUPPORT * samples)) return null;
  const spread = fit.kept.reduce((sum, { along, inward }) => sum + (inward - fit.a - fit.b * along) ** 2, 0);
  const contrasts = fit.kept.map(({ contrast }) => contrast).sort((a, b) => a - b);
  // Inwards is to the right of the way: (-dy, dx).
  const [sx, sy] = [dx - fit.b * dy, dy + fit.b * dx];
  const slope = Math.hypot(sx, sy);
  const [nx, ny] = [-sy / slope, sx / slope];
  return {
    line: { nx, ny, offset: nx * (from.x - fit.a * dy) + ny * (from.y + fit.a * dx) },
    support: fit.kept.length / samples,
    spreadPx: Math.sqrt(spread / fit.kept.length),
    contrast: contrasts[contrasts.length >> 1]!,
    samples: fit.kept.length,
  };
}

/** Across the side from outside to inside, each value the mean of three a pixel apart along it. */
function readProfile(
  light: Luminances,
  x: number,
  y: number,
  dx: number,
  dy: number,
  profile: Float64Array,
): void {
  const middle = (profile.length - 1) / 2;
  for (let step = 0; step < profile.length; step++) {
    const inward = (step - middle) / STEPS_PER_PX;
    const px = x - dy * inward;
    const py = y + dx * inward;
    profile[step] =
      (luminanceAt(light, px, py) +
        luminanceAt(light, px + dx, py + dy) +
        luminanceAt(light, px - dx, py - dy)) /
      3;
  }
}

/** The steepest rise towards the inside within reach, to a fraction of a step. */
function edgeOf(profile: Float64Array, reachPx: number): Omit<EdgePlace, 'along'> | null {
  const middle = (profile.length - 1) / 2;
  const reach = reachPx * STEPS_PER_PX;
  let [peak, most] = [0, 0];
  for (let step = middle - reach; step <= middle + reach; step++) {
    const rise = profile[step + 1]! - profile[step - 1]!;
    if (rise > most) [peak, most] = [step, rise];
  }
  if (most <= 0) return null;
  const plateau = (direction: 1 | -1) => {
    let sum = 0;
    let count = 0;
    for (let px = PLATEAU_FROM_PX; px <= PLATEAU_TO_PX; px += 1 / STEPS_PER_PX) {
      const value = profile[peak + direction * px * STEPS_PER_PX];
      if (value === undefined) continue;
      sum += value;
      count++;
    }
    return sum / count;
  };
  const [inside, outside] = [plateau(1), plateau(-1)];
  const contrast = (inside - outside) / inside;
  if (!(contrast >= MIN_CONTRAST)) return null;
  const half = EDGE_HALF_WIDTH_PX * STEPS_PER_PX;
  let [weight, moment] = [0, 0];
  for (let step = Math.max(1, peak - half); step <= Math.min(profile.length - 2, peak + half); step++) {
    const rise = profile[step + 1]! - profile[step - 1]!;
    weight += rise;
    moment += rise * (step - middle);
  }
  const inward = moment / weight / STEPS_PER_PX;
  return weight > 0 && Math.abs(inward) <= reachPx + 1 ? { inward, contrast } : null;
}

/** The line `inward = a + b·along` that most places lie on, then least squares over those. */
function fitLine(
  places: readonly EdgePlace[],
  tolerancePx: number,
): { readonly a: number; readonly b: number; readonly kept: readonly EdgePlace[] } | null {
  const kept = (a: number, b: number) =>
    places.filter(({ along, inward }) => Math.abs(inward - a - b * along) <= tolerancePx);
  const alongs = Float64Array.from(places, ({ along }) => along);
  const inwards = Float64Array.from(places, ({ inward }) => inward);
  const stride = Math.max(1, Math.floor(places.length / 24));
  let most = 0;
  let [a, b] = [0, 0];
  for (let i = 0; i < places.length; i += stride) {
    for (let j = i + 3 * stride; j < places.length; j += stride) {
      const slope = (inwards[j]! - inwards[i]!) / (alongs[j]! - alongs[i]!);
      if (Math.abs(slope) > 0.35) continue;
      const start = inwards[i]! - slope * alongs[i]!;
      let on = 0;
      for (let k = 0; k < alongs.length; k++) {
        if (Math.abs(inwards[k]! - start - slope * alongs[k]!) <= tolerancePx) on++;
      }
      if (on > most) [most, a, b] = [on, start, slope];
    }
  }
  if (most < 4) return null;
  [a, b] = leastSquares(kept(a, b));
  const best = kept(a, b);
  if (best.length < 4) return null;
  [a, b] = leastSquares(best);
  return { a, b, kept: best };
}

function leastSquares(places: readonly EdgePlace[]): [number, number] {
  const n = places.length;
  const meanAlong = places.reduce((sum, { along }) => sum + along, 0) / n;
  const meanInward = places.reduce((sum, { inward }) => sum + inward, 0) / n;
  const spread = places.reduce((sum, { along }) => sum + (along - meanAlong) ** 2, 0);
  const shared = places.reduce(
    (sum, { along, inward }) => sum + (along - meanAlong) * (inward - meanInward),
    0,
  );
  const b = spread === 0 ? 0 : shared / spread;
  return [meanInward - b * meanAlong, b];
}
