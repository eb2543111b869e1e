/** A plain figure around the measured lines, in pixels of their picture. Pure. */
import type { BodyMeasurement } from '../../../src/protocol/body-measurement.ts';

export type MeasuredLine = BodyMeasurement['lines'][number];
export type FigureView = 'front' | 'side';
type Place = readonly [x: number, y: number];

export interface Figure {
  readonly head: { readonly cx: number; readonly cy: number; readonly rx: number; readonly ry: number };
  /** Closed, each: trunk with legs, or one arm. */
  readonly outlines: readonly (readonly Place[])[];
  readonly heightPx: number;
  /** The column that the figure and the names of its lines need. */
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

/** Half widths by level where no line was read, in body heights; and how far below the crown the level lies. */
const LEVELS = [
  { metric: 'chest_circumference_cm', below: 0.27, half: { front: 0.092, side: 0.066 } },
  { metric: 'waist_circumference_cm', below: 0.39, half: { front: 0.078, side: 0.062 } },
  { metric: 'hip_circumference_cm', below: 0.49, half: { front: 0.098, side: 0.07 } },
] as const;

/** null where no height was read in this view: there is nothing to scale a figure by. */
export function figureOf(lines: readonly MeasuredLine[], view: FigureView): Figure | null {
  const own = lines.filter((line) => line.view === view);
  const height = own.find(({ metric }) => metric === 'height_cm');
  if (height === undefined) return null;
  const [x, crownY] = height.from;
  const floorY = height.to[1];
  const heightPx = floorY - crownY;
  if (!(heightPx > 0)) return null;
  const at = (right: number, below: number): Place => [x + right * heightPx, crownY + below * heightPx];
  const levels = LEVELS.map(({ metric, below, half }): readonly [left: Place, right: Place] => {
    const line = own.find((one) => one.metric === metric);
    if (line === undefined) return [at(-half[view], below), at(half[view], below)];
    return line.from[0] <= line.to[0] ? [line.from, line.to] : [line.to, line.from];
  });
  const left = levels.map(([place]) => place);
  const right = levels.map(([, place]) => place);
  const { shoulders, legs, arms } = view === 'front' ? frontParts(at) : sideParts(at);
  return {
    head: { cx: x, cy: crownY + 0.066 * heightPx, rx: 0.046 * heightPx, ry: 0.066 * heightPx },
    outlines: [[...shoulders.left, ...left, ...legs, ...[...right].reverse(), ...shoulders.right], ...arms],
    heightPx,
    box: {
      x: x - 0.3 * heightPx,
      y: crownY - 0.04 * heightPx,
      width: 0.76 * heightPx,
      height: 1.08 * heightPx,
    },
  };
}

type At = (right: number, below: number) => Place;

function frontParts(at: At) {
  const mirrored = (places: readonly (readonly [number, number])[]): Place[] =>
    places.map(([right, below]) => at(-right, below)).reverse();
  const shoulder = [
    [-0.024, 0.12],
    [-0.028, 0.155],
    [-0.112, 0.18],
  ] as const;
  const leg = [
    [-0.088, 0.62],
    [-0.062, 0.96],
    [-0.07, 1],
    [-0.024, 1],
    [-0.022, 0.96],
    [-0.012, 0.55],
  ] as const;
  const arm = [
    [-0.112, 0.18],
    [-0.2, 0.44],
    [-0.222, 0.5],
    [-0.196, 0.51],
    [-0.168, 0.44],
    [-0.108, 0.27],
  ] as const;
  const places = (all: readonly (readonly [number, number])[]): Place[] =>
    all.map(([right, below]) => at(right, below));
  return {
    shoulders: { left: places(shoulder), right: mirrored(shoulder) },
    legs: [...places(leg), ...mirrored(leg)],
    arms: [places(arm), mirrored(arm)],
  };
}

function sideParts(at: At) {
  return {
    shoulders: { left: [at(-0.024, 0.12), at(-0.05, 0.19)], right: [at(0.05, 0.19), at(0.024, 0.12)] },
    legs: [at(-0.05, 0.64), at(-0.034, 0.96), at(-0.036, 1), at(0.1, 1), at(0.03, 0.955), at(0.04, 0.64)],
    arms: [],
  };
}
