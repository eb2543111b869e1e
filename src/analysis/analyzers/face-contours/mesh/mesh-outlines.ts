import type { ContourRegionName } from '../../../../protocol/contour-options.ts';
import { FACE_OVAL, FEATURE_OUTLINES } from '../../../../vision/skin-regions.ts';

export interface MeshOutline {
  /** Landmark indices in order around the region. */
  readonly outer: readonly number[];
  readonly holes?: readonly (readonly number[])[];
  /** Drawn in towards its middle by this share, where its points lie on another region's line. */
  readonly inset?: number;
}

/**
 * The regions on the mesh. The oval encloses all the others, and these share no point. Left and right are mirror images
 * by index. Oval, lips, eyes and brows are MediaPipe's own; nobody has published the others, which are:
 * - nose: from the bridge between the eyes along the sides of the ridge, around the wings, across the base;
 * - cheeks: below the lower lid's rim, from the side of the nose and the fold beside the mouth out to the cheekbone,
 *   short of the jaw, whose skin a beard covers, and of the rim where the face turns away;
 * - forehead: from the mesh's upper end down to above the brows, and between them to the root of the nose.
 */
export const MESH_OUTLINES: Readonly<Record<ContourRegionName, MeshOutline>> = {
  'face-oval': {
    outer: FACE_OVAL,
  },
  lips: {
    outer: FEATURE_OUTLINES.lips,
    holes: [[78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191]],
  },
  'left-eye': { outer: FEATURE_OUTLINES.leftEye },
  'right-eye': { outer: FEATURE_OUTLINES.rightEye },
  'left-brow': { outer: FEATURE_OUTLINES.leftBrow },
  'right-brow': { outer: FEATURE_OUTLINES.rightBrow },
  nose: { outer: [168, 351, 399, 420, 279, 358, 327, 326, 2, 97, 98, 129, 49, 198, 174, 122] },
  'left-cheek': { outer: [346, 347, 348, 329, 371, 423, 426, 436, 411, 376, 352] },
  'right-cheek': { outer: [117, 118, 119, 100, 142, 203, 206, 216, 187, 147, 123] },
  forehead: { outer: [103, 67, 109, 10, 338, 297, 332, 333, 299, 337, 9, 108, 69, 104], inset: 0.06 },
};
