/** From the top of the head, in parts of the stature: x to the right from the body's middle, y down. */
export type FigurePoint = readonly [x: number, y: number];

/** One side of a person seen from the front, from the neck round arm and leg to the crotch. */
const FRONT_HALF: readonly FigurePoint[] = [
  [0.024, 0.1],
  [0.026, 0.125],
  [0.03, 0.145],
  [0.062, 0.163],
  [0.112, 0.178],
  [0.136, 0.215],
  [0.15, 0.3],
  [0.166, 0.385],
  [0.186, 0.475],
  [0.2, 0.525],
  [0.188, 0.545],
  [0.17, 0.48],
  [0.142, 0.39],
  [0.122, 0.31],
  [0.106, 0.238],
  [0.103, 0.275],
  [0.086, 0.385],
  [0.104, 0.48],
  [0.104, 0.55],
  [0.084, 0.72],
  [0.082, 0.78],
  [0.06, 0.94],
  [0.084, 0.985],
  [0.078, 1],
  [0.04, 1],
  [0.036, 0.945],
  [0.032, 0.8],
  [0.036, 0.72],
  [0.022, 0.58],
  [0.004, 0.525],
];

export const FRONT_OUTLINE: readonly FigurePoint[] = [
  ...FRONT_HALF,
  ...FRONT_HALF.toReversed().map(([x, y]): FigurePoint => [-x, y]),
];
export const FRONT_HEAD = { middle: [0, 0.062] as FigurePoint, radiusX: 0.04, radiusY: 0.062 };

/** A person who faces the right, from the nape down the back and up the front. */
export const SIDE_OUTLINE: readonly FigurePoint[] = [
  [-0.03, 0.1],
  [-0.032, 0.125],
  [-0.04, 0.16],
  [-0.074, 0.24],
  [-0.07, 0.31],
  [-0.047, 0.385],
  [-0.085, 0.485],
  [-0.07, 0.545],
  [-0.055, 0.62],
  [-0.038, 0.73],
  [-0.056, 0.79],
  [-0.03, 0.94],
  [-0.046, 0.985],
  [-0.04, 1],
  [0.095, 1],
  [0.088, 0.98],
  [0.03, 0.945],
  [0.012, 0.8],
  [0.034, 0.72],
  [0.054, 0.6],
  [0.056, 0.485],
  [0.06, 0.43],
  [0.052, 0.385],
  [0.076, 0.275],
  [0.046, 0.19],
  [0.022, 0.15],
  [0.02, 0.128],
  [0.022, 0.1],
];
export const SIDE_HEAD = { middle: [0.006, 0.062] as FigurePoint, radiusX: 0.05, radiusY: 0.062 };

/** Where a metric is taken: a line on the figure, and where its number stands. */
export interface FigureLine {
  readonly number: number;
  readonly points: readonly FigurePoint[];
  readonly label: FigurePoint;
  /** Short strokes at the ends of a length that is measured beside the body. */
  readonly ticks?: boolean;
  /** From the end of the line to its number. */
  readonly leader?: boolean;
}

const across = (number: number, y: number, left: number, right: number, label: FigurePoint): FigureLine => ({
  number,
  points: [
    [left, y],
    [right, y],
  ],
  label,
  leader: true,
});

/** Numbers are places in BODY_METRICS, from 1. */
export const FRONT_LINES: readonly FigureLine[] = [
  {
    number: 1,
    points: [
      [-0.28, 0],
      [-0.28, 1],
    ],
    label: [-0.28, 0.5],
    ticks: true,
  },
  across(8, 0.142, -0.03, 0.03, [0.26, 0.115]),
  across(2, 0.183, -0.12, 0.12, [0.26, 0.19]),
  across(3, 0.272, -0.103, 0.103, [0.26, 0.272]),
  across(4, 0.385, -0.086, 0.086, [0.26, 0.385]),
  across(5, 0.488, -0.104, 0.104, [0.26, 0.488]),
  {
    number: 6,
    points: [
      [0, 0.53],
      [0, 1],
    ],
    label: [0, 0.76],
    ticks: true,
  },
  {
    number: 9,
    points: [
      [0, 0.152],
      [-0.066, 0.156],
      [-0.116, 0.168],
      [-0.146, 0.21],
      [-0.162, 0.3],
      [-0.178, 0.385],
      [-0.198, 0.475],
    ],
    label: [-0.215, 0.35],
  },
];

export const SIDE_LINES: readonly FigureLine[] = [
  across(8, 0.145, -0.037, 0.024, [0.16, 0.145]),
  across(3, 0.272, -0.073, 0.076, [0.16, 0.272]),
  across(4, 0.385, -0.047, 0.052, [0.16, 0.385]),
  across(5, 0.488, -0.085, 0.056, [0.16, 0.488]),
  {
    number: 7,
    points: [
      [-0.05, 0.16],
      [-0.084, 0.24],
      [-0.08, 0.31],
      [-0.058, 0.385],
    ],
    label: [-0.125, 0.28],
  },
];
