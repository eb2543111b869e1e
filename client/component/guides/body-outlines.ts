/** Outlines to stand into, as closed paths. Lengths are hundredths of the person's stature; x from their middle, y down. */

type Place = readonly [x: number, y: number];

/** The half to the right, from the crown to the crotch; arms and feet apart as a breadth needs them. */
const FRONT_HALF: readonly Place[] = [
  [0, 0],
  [3.6, 0.8],
  [5.6, 4],
  [5.8, 7.5],
  [4.6, 11],
  [3.3, 13],
  [3.4, 15.6],
  [6.5, 17],
  [10.8, 18.4],
  [13.4, 21],
  [17.6, 29.5],
  [21.6, 38.5],
  [25.2, 46.5],
  [27.6, 51.6],
  [26.6, 53.6],
  [24.6, 52],
  [21.8, 47],
  [18.2, 39.5],
  [14.6, 31.8],
  [12.1, 27.5],
  [10.9, 33],
  [9.7, 39],
  [10.3, 44],
  [11.3, 50],
  [11.6, 56],
  [11.2, 66],
  [10.3, 73],
  [10.8, 80],
  [9.9, 90],
  [9.6, 96],
  [11.4, 99],
  [9.8, 100],
  [5.4, 100],
  [5, 97],
  [5.3, 90],
  [4.6, 80],
  [3.9, 72],
  [2.3, 60],
];
const CROTCH: Place = [0, 54];

/** Facing to the left, clockwise from the crown. */
const SIDE: readonly Place[] = [
  [0, 0],
  [4.2, 1],
  [6.2, 4.5],
  [6, 8],
  [4.2, 11.5],
  [3.6, 14.5],
  [5.6, 18],
  [7.3, 24],
  [6.7, 31],
  [5.1, 38],
  [5.9, 44],
  [8.1, 50],
  [7.5, 55],
  [5.7, 62],
  [4.7, 70],
  [5.7, 78],
  [4.5, 88],
  [4.1, 95],
  [4.7, 98.6],
  [3, 100],
  [-6, 100],
  [-9.6, 99.2],
  [-8, 97],
  [-3, 95],
  [-2.8, 88],
  [-3.2, 78],
  [-2.7, 70],
  [-4.2, 60],
  [-5.4, 50],
  [-5.8, 44],
  [-5, 38],
  [-6, 30],
  [-7, 25],
  [-5.4, 19],
  [-3, 15],
  [-3.2, 13],
  [-5.2, 12.3],
  [-6, 9.6],
  [-7.1, 7.8],
  [-6, 5.6],
  [-5.6, 3],
  [-3.2, 0.8],
];

export const BODY_OUTLINES = {
  'body-front': { places: [...FRONT_HALF, CROTCH, ...mirrored(FRONT_HALF.slice(1))], halfWidth: 27.6 },
  'body-side': { places: SIDE, halfWidth: 9.6 },
} as const;

function mirrored(places: readonly Place[]): Place[] {
  return places.map(([x, y]): Place => [-x, y]).reverse();
}

/** A smooth closed path through the places (Catmull–Rom), the crown at (x, top), of that height. Pixels. */
export function smoothPath(places: readonly Place[], x: number, top: number, height: number): string {
  const scale = height / 100;
  const at = (index: number): Place => {
    const [ownX, ownY] = places[(index + places.length) % places.length]!;
    return [x + ownX * scale, top + ownY * scale];
  };
  const text = ([left, down]: Place) => `${left.toFixed(1)} ${down.toFixed(1)}`;
  const curves = places.map((_, index) => {
    const [before, from, to, after] = [at(index - 1), at(index), at(index + 1), at(index + 2)];
    const leave: Place = [from[0] + (to[0] - before[0]) / 6, from[1] + (to[1] - before[1]) / 6];
    const arrive: Place = [to[0] - (after[0] - from[0]) / 6, to[1] - (after[1] - from[1]) / 6];
    return `C${text(leave)} ${text(arrive)} ${text(to)}`;
  });
  return `M${text(at(0))}${curves.join('')}z`;
}
