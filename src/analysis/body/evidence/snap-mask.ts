import { type BodyMask, MASK_SIDE_PX } from '../../../vision/body-mask.ts';
import { LINEAR } from '../../../vision/colour.ts';
import type { Region, RgbImage } from '../../../vision/types.ts';

/** How far from the mask's edge the picture's is looked for, in pixels of the mask: it is seldom off by one. */
const REACH = 2;
/** Standard deviation of what the mask's edge is off by; a strong edge far away is a sleeve's or a skirting board's. */
const MASK_SD = 0.8;
/** Of the picture's pixels: sampled this finely, and an edge's middle is weighed over this much to each side. */
const STEP_PX = 0.5;
const EDGE_HALF_WIDTH_PX = 2.5;
/** Change of linear colour (root of three squares) a pixel: less is texture and noise, and the mask's edge stays. */
const MIN_RISE = 0.006;
/** To both sides of a row: what runs along the edge adds up, noise does not. */
const BESIDE_PX = [-2, -1, 0, 1, 2] as const;
const PERSON = 0.5;

interface Crossing {
  /** Along its row or column, pixels of the mask; centres at halves. */
  readonly at: number;
  /** The person lies beyond it. */
  readonly isEntry: boolean;
}

/** Along rows of the mask, or along columns. */
type Axis = 'u' | 'v';

/**
 * The mask with its edge moved to where the picture has one: a pixel of the model's mask covers four to eight of the
 * picture, and widths have to be right to a part of one. The edge's place is kept in the two pixels beside it, so that
 * where their interpolation passes 0.5 is the edge. Upright edges are moved along rows, level ones along columns.
 */
export function snapMask(image: RgbImage, mask: BodyMask): BodyMask {
  const snapped = { confidence: Float32Array.from(mask.confidence), region: mask.region };
  for (const axis of ['u', 'v'] as const) {
    for (let line = 1; line + 1 < MASK_SIDE_PX; line++) {
      const crossings = crossingsOf(mask.confidence, axis, line);
      const moved = crossings.map(
        (crossing): Crossing =>
          isAcross(mask.confidence, axis, line, crossing.at)
            ? { ...crossing, at: snap(image, mask.region, axis, line, crossing) }
            : crossing,
      );
      const isOrdered = moved.every(({ at }, i) => i === 0 || at - moved[i - 1]!.at > 1);
      for (const [i, crossing] of moved.entries()) {
        if (!isOrdered || !isAcross(mask.confidence, axis, line, crossings[i]!.at)) continue;
        draw(snapped.confidence, axis, line, crossing, {
          from: i === 0 ? 0 : moved[i - 1]!.at,
          to: moved[i + 1]?.at ?? MASK_SIDE_PX,
        });
      }
    }
  }
  return snapped;
}

function indexOf(axis: Axis, line: number, along: number): number {
  return axis === 'u' ? line * MASK_SIDE_PX + along : along * MASK_SIDE_PX + line;
}

function crossingsOf(confidence: Float32Array, axis: Axis, line: number): Crossing[] {
  const crossings: Crossing[] = [];
  for (let along = 0; along + 1 < MASK_SIDE_PX; along++) {
    const [here, next] = [
      confidence[indexOf(axis, line, along)]!,
      confidence[indexOf(axis, line, along + 1)]!,
    ];
    if (here >= PERSON === next >= PERSON) continue;
    crossings.push({ at: along + 0.5 + (PERSON - here) / (next - here), isEntry: next > here });
  }
  return crossings;
}

/** Whether the edge lies more across this axis than along it. */
function isAcross(confidence: Float32Array, axis: Axis, line: number, at: number): boolean {
  const along = Math.min(MASK_SIDE_PX - 3, Math.max(2, Math.round(at - 0.5)));
  let [across, beside] = [0, 0];
  for (let offset = -2; offset <= 2; offset++) {
    across += Math.abs(
      confidence[indexOf(axis, line, along + 1)]! - confidence[indexOf(axis, line, along - 1)]!,
    );
    beside += Math.abs(
      confidence[indexOf(axis, line + 1, along + offset)]! -
        confidence[indexOf(axis, line - 1, along + offset)]!,
    );
  }
  return across >= beside;
}

/** Where the picture's edge near a crossing is, in pixels of the mask; the crossing's own place where it has none. */
function snap(image: RgbImage, region: Region, axis: Axis, line: number, { at }: Crossing): number {
  const pxPerMaskPx = region.sizePx / MASK_SIDE_PX;
  const [cos, sin] = [Math.cos(region.rotationRad), Math.sin(region.rotationRad)];
  const [alongX, alongY] = axis === 'u' ? [cos, sin] : [-sin, cos];
  const [u, v] = axis === 'u' ? [at, line + 0.5] : [line + 0.5, at];
  const du = (u - MASK_SIDE_PX / 2) * pxPerMaskPx;
  const dv = (v - MASK_SIDE_PX / 2) * pxPerMaskPx;
  const x = region.centerX + du * cos - dv * sin;
  const y = region.centerY + du * sin + dv * cos;

  const reachPx = REACH * pxPerMaskPx;
  const steps = Math.ceil((reachPx + EDGE_HALF_WIDTH_PX) / STEP_PX) + 1;
  const colours = Array.from({ length: 2 * steps + 1 }, (_, step) => {
    const way = (step - steps) * STEP_PX;
    return meanColour(image, x + way * alongX, y + way * alongY, -alongY, alongX);
  });
  const rises = colours.map((_, step) => {
    const [before, after] = [colours[step - 1], colours[step + 1]];
    if (!before || !after) return 0;
    return Math.hypot(after[0] - before[0], after[1] - before[1], after[2] - before[2]) / (2 * STEP_PX);
  });
  let [peak, most] = [steps, 0];
  for (let step = 1; step + 1 < rises.length; step++) {
    const maskPx = ((step - steps) * STEP_PX) / pxPerMaskPx;
    if (Math.abs(maskPx) > REACH) continue;
    const weighed = rises[step]! * Math.exp(-((maskPx / MASK_SD) ** 2) / 2);
    if (weighed > most) [peak, most] = [step, weighed];
  }
  if (rises[peak]! < MIN_RISE) return at;
  const half = EDGE_HALF_WIDTH_PX / STEP_PX;
  let [weight, moment] = [0, 0];
  for (let step = Math.max(0, peak - half); step <= Math.min(rises.length - 1, peak + half); step++) {
    const rise = Math.max(0, rises[step]! - MIN_RISE / 2);
    weight += rise;
    moment += rise * (step - steps);
  }
  return at + (moment / weight) * (STEP_PX / pxPerMaskPx);
}

type Colour = readonly [number, number, number];

/** Linear, over a few pixels beside each other. */
function meanColour(image: RgbImage, x: number, y: number, besideX: number, besideY: number): Colour {
  const sum: [number, number, number] = [0, 0, 0];
  for (const beside of BESIDE_PX) addColour(image, x + beside * besideX, y + beside * besideY, sum);
  const count = BESIDE_PX.length;
  return [sum[0] / count, sum[1] / count, sum[2] / count];
}

/** Bilinear, pixel centres at halves, edges repeated. */
function addColour(
  { data, width, height }: RgbImage,
  x: number,
  y: number,
  sum: [number, number, number],
): void {
  const column = Math.min(width - 1.001, Math.max(0, x - 0.5));
  const row = Math.min(height - 1.001, Math.max(0, y - 0.5));
  const [left, top] = [Math.floor(column), Math.floor(row)];
  const [fx, fy] = [column - left, row - top];
  const at = (top * width + left) * 3;
  const below = at + width * 3;
  for (let channel = 0; channel < 3; channel++) {
    sum[channel]! +=
      (LINEAR[data[at + channel]!]! * (1 - fx) + LINEAR[data[at + 3 + channel]!]! * fx) * (1 - fy) +
      (LINEAR[data[below + channel]!]! * (1 - fx) + LINEAR[data[below + 3 + channel]!]! * fx) * fy;
  }
}

/** Pixels of a line that a moved edge may have passed. */
const REDRAWN = 3;

function draw(
  confidence: Float32Array,
  axis: Axis,
  line: number,
  { at, isEntry }: Crossing,
  { from, to }: { readonly from: number; readonly to: number },
): void {
  const before = Math.floor(at - 0.5);
  const share = at - 0.5 - before;
  const [inside, outside] = share >= 0.5 ? [1, 1 - 0.5 / share] : [0.5 / (1 - share), 0];
  const mirrored = share >= 0.5 ? [0, 0.5 / share] : [1 - 0.5 / (1 - share), 1];
  const first = Math.max(Math.ceil(from), before - REDRAWN, 0);
  const last = Math.min(Math.floor(to) - 1, before + 1 + REDRAWN, MASK_SIDE_PX - 1);
  for (let along = first; along <= last; along++) {
    const isBefore = along <= before;
    let value = isBefore === isEntry ? 0 : 1;
    if (along === before) value = isEntry ? mirrored[0]! : inside;
    if (along === before + 1) value = isEntry ? mirrored[1]! : outside;
    confidence[indexOf(axis, line, along)] = value;
  }
}
