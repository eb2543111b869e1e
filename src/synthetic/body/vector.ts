/** In the figure's axes: x to the subject's left, y up from the floor, z to the front; centimetres. */
export type Vector = readonly [x: number, y: number, z: number];

/** `from` + Σ share × direction. */
export function along(
  from: Vector,
  ...steps: readonly (readonly [share: number, direction: Vector])[]
): Vector {
  let [x, y, z] = from;
  for (const [share, direction] of steps) {
    x += share * direction[0];
    y += share * direction[1];
    z += share * direction[2];
  }
  return [x, y, z];
}

export function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function unit(v: Vector): Vector {
  const length = Math.hypot(...v) || 1;
  return [v[0] / length, v[1] / length, v[2] / length];
}

/** The part of `v` that is perpendicular to the unit vector `axis`, as a unit vector. */
export function perpendicular(v: Vector, axis: Vector): Vector {
  return unit(along(v, [-dot(v, axis), axis]));
}

/** `v` turned about the unit vector `axis`, counter-clockwise as seen from its tip. */
export function turn(v: Vector, axis: Vector, angleDeg: number): Vector {
  const angle = (angleDeg * Math.PI) / 180;
  const cos = Math.cos(angle);
  return along(
    [v[0] * cos, v[1] * cos, v[2] * cos],
    [Math.sin(angle), cross(axis, v)],
    [dot(axis, v) * (1 - cos), axis],
  );
}
