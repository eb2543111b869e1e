import type { CanonicalFace } from '../vision/types.ts';

/** Vertices of the canonical mesh by what they are. "Right" is the subject's right, at the image's left. */

export const LIPS_OUTER: readonly number[] = [
  61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185,
];

/** Upper and lower inner edge of the lips, from the subject's right to the left, corners included. */
export const INNER_LIP_UPPER: readonly number[] = [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308];
export const INNER_LIP_LOWER: readonly number[] = [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308];

export interface EyeTopology {
  readonly outerCorner: number;
  readonly innerCorner: number;
  /** From the outer to the inner corner, without the corners; same places on both lids. */
  readonly upperLid: readonly number[];
  readonly lowerLid: readonly number[];
  /** The next rows of vertices above the upper lid and below the lower one. */
  readonly crease: readonly number[];
  readonly brow: readonly number[];
}

export const RIGHT_EYE: EyeTopology = {
  outerCorner: 33,
  innerCorner: 133,
  upperLid: [246, 161, 160, 159, 158, 157, 173],
  lowerLid: [7, 163, 144, 145, 153, 154, 155],
  crease: [247, 30, 29, 27, 28, 56, 190],
  brow: [46, 53, 52, 65, 55, 107, 66, 105, 63, 70],
};

export const LEFT_EYE: EyeTopology = {
  outerCorner: 263,
  innerCorner: 362,
  upperLid: [466, 388, 387, 386, 385, 384, 398],
  lowerLid: [249, 390, 373, 374, 380, 381, 382],
  crease: [467, 260, 259, 257, 258, 286, 414],
  brow: [276, 283, 282, 295, 285, 336, 296, 334, 293, 300],
};

export const EYES: readonly EyeTopology[] = [RIGHT_EYE, LEFT_EYE];

/** All vertices around one eye's opening. */
export function lidVertices(eye: EyeTopology): number[] {
  return [eye.outerCorner, ...eye.upperLid, eye.innerCorner, ...eye.lowerLid];
}

/** Texture coordinates of a vertex, u to the right and v upwards; the canonical face's own v points down. */
export function textureUv(canonical: CanonicalFace, vertex: number): readonly [u: number, v: number] {
  return [canonical.uvs[vertex * 2]!, 1 - canonical.uvs[vertex * 2 + 1]!];
}
