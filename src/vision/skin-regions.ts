/** Outlines on the mesh, as landmark indices in order around the area. Left is the subject's left. */
export const SKIN_REGION_NAMES = ['forehead', 'left-cheek', 'right-cheek'] as const;
export type SkinRegionName = (typeof SKIN_REGION_NAMES)[number];

/**
 * Skin that is bare on most people: the middle of the forehead down to between the brows (a fringe hides the sides
 * first), and the cheeks between lower lid, nose and the corner of the mouth, short of a beard's edge and of the
 * rim where the face turns away. Mirror images of each other.
 */
export const SKIN_REGIONS: Record<SkinRegionName, readonly number[]> = {
  forehead: [67, 109, 10, 338, 297, 299, 337, 9, 108, 69],
  'left-cheek': [346, 347, 330, 266, 425, 427, 411, 376, 352],
  'right-cheek': [117, 118, 101, 36, 205, 207, 187, 147, 123],
};

/** The edge of the face on the mesh, from the top of the forehead to the subject's left and around. */
export const FACE_OVAL: readonly number[] = [
  10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149,
  150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
];

/** What is on a face and is not skin, or is hidden in shade. */
export const FEATURE_OUTLINES = {
  leftEye: [263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466],
  rightEye: [33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246],
  leftBrow: [276, 283, 282, 295, 285, 336, 296, 334, 293, 300],
  rightBrow: [46, 53, 52, 65, 55, 107, 66, 105, 63, 70],
  lips: [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185],
  nostrils: [98, 97, 2, 326, 327, 294, 278, 455, 305, 1, 35, 235, 48, 64],
} as const satisfies Record<string, readonly number[]>;

/**
 * The outline of a region in the image.
 * @returns x, y pairs in pixels
 */
export function skinPolygon(landmarks: Float32Array, name: SkinRegionName): Float32Array {
  return outlineOf(landmarks, 3, SKIN_REGIONS[name]);
}

/** Takes the x, y of some points out of a flat array with `stride` numbers a point. */
export function outlineOf(
  points: ArrayLike<number>,
  stride: 2 | 3,
  indices: readonly number[],
): Float32Array {
  const outline = new Float32Array(indices.length * 2);
  indices.forEach((index, i) => {
    outline[i * 2] = points[index * stride]!;
    outline[i * 2 + 1] = points[index * stride + 1]!;
  });
  return outline;
}

/** Whether a point lies inside a closed outline of x, y pairs (even-odd rule). */
export function isInside(outline: Float32Array, x: number, y: number): boolean {
  let inside = false;
  const count = outline.length / 2;
  for (let i = 0, j = count - 1; i < count; j = i++) {
    const [xi, yi, xj, yj] = [outline[i * 2]!, outline[i * 2 + 1]!, outline[j * 2]!, outline[j * 2 + 1]!];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

/** The outline grown (or shrunk) about the middle of its points. */
export function scaledOutline(outline: Float32Array, factor: number): Float32Array {
  const count = outline.length / 2;
  let x = 0;
  let y = 0;
  for (let i = 0; i < count; i++) {
    x += outline[i * 2]! / count;
    y += outline[i * 2 + 1]! / count;
  }
  return outline.map((value, i) => (i % 2 === 0 ? x + (value - x) * factor : y + (value - y) * factor));
}
