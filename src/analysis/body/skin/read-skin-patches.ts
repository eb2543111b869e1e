import type { BodyViewEvidence } from '../../../protocol/body-measurement.ts';
import { labFromLinear } from '../../../vision/colour.ts';
import type { RgbImage } from '../../../vision/types.ts';
import { type Linear, luminanceOf, meanColour, type PatchColour, readPatchColour } from './patch-colour.ts';
import {
  forearmOutlines,
  meshFaceOutlines,
  neckOutline,
  type PosePoints,
  poseFaceOutlines,
} from './skin-outlines.ts';

export type SkinPatch = BodyViewEvidence['skin'][number];

export interface SkinPicture {
  readonly image: RgbImage;
  /** 33 × 3, pixels; null where the picture shows a face only. */
  readonly landmarks: ArrayLike<number> | null;
  /** 33, 0..1. */
  readonly visibility: ArrayLike<number> | null;
  /** One byte a pixel, 255 surely the person; null where it is not known. */
  readonly mask: Uint8Array | null;
  /** 468 × 3, pixels; null where the face is small. */
  readonly faceMesh: Float32Array | null;
}

/** Of the forehead and of each cheek: a patch of seven pixels square. */
const MIN_FACE_PIXELS = 30;
const MIN_OTHER_PIXELS = 40;
/** Log ratios of red and of blue to green: less than a white sleeve lies from any but the lightest skin. */
const SAME_SKIN_CHROMATICITY = 0.15;
/** Shade, and the sun that arms see more of. */
const SAME_SKIN_STOPS = 1.3;
/** Knit, stripes and hair are rougher than skin. */
const MAX_SPREAD = 0.22;
/** Of the palest skin in the shade of a blue sky; a blue or green mask before the face has more. */
const MAX_BLUE_OF_RED = 1.7;

/**
 * The colours of face, neck and inner arm where they are seen bare; no region twice. Neck and arm count only where they
 * could be the face's own skin: collars and sleeves are left out, and so is everything where there is no face to compare.
 */
export function readSkinPatches(picture: SkinPicture): SkinPatch[] {
  const { image, landmarks, visibility, mask, faceMesh } = picture;
  const pose: PosePoints | null =
    landmarks === null || visibility === null ? null : { landmarks, visibility };
  const read = (outline: Float32Array, minPixels: number) =>
    readPatchColour(image, outline, mask, minPixels) ?? [];

  // Forehead and cheeks face three ways: together they are lit as a card that faces the camera is.
  const face = meanColour(faceOutlines(faceMesh, pose).flatMap((outline) => read(outline, MIN_FACE_PIXELS)));
  if (face === null || !isSkinLike(face.linear)) return [];
  const patches = [patchOf('face', face)];
  if (pose === null) return patches;
  const isFaces = (patch: PatchColour) => patch.spread <= MAX_SPREAD && isSameSkin(face.linear, patch.linear);
  const neck = neckOutline(pose).flatMap((outline) => read(outline, MIN_OTHER_PIXELS));
  // One arm may hold the card and be turned to the light: the one with more to see counts.
  const arms = forearmOutlines(pose)
    .flatMap((outline) => read(outline, MIN_OTHER_PIXELS))
    .filter(isFaces)
    .toSorted((a, b) => b.pixels - a.pixels);
  return [
    ...patches,
    ...neck.filter(isFaces).map((patch) => patchOf('neck', patch)),
    ...arms.slice(0, 1).map((patch) => patchOf('inner-arm', patch)),
  ];
}

function faceOutlines(faceMesh: Float32Array | null, pose: PosePoints | null): Float32Array[] {
  if (faceMesh !== null) return meshFaceOutlines(faceMesh);
  return pose === null ? [] : poseFaceOutlines(pose);
}

function isSkinLike([red, , blue]: Linear): boolean {
  return blue <= MAX_BLUE_OF_RED * red;
}

/** Ratios of the channels, which shade does not change, and luminance within what shade and sun make of one skin. */
function isSameSkin(face: Linear, other: Linear): boolean {
  const [faceRed, faceBlue] = chromaticity(face);
  const [red, blue] = chromaticity(other);
  const stops = Math.abs(Math.log2(luminanceOf(other) / luminanceOf(face)));
  return Math.hypot(red - faceRed, blue - faceBlue) <= SAME_SKIN_CHROMATICITY && stops <= SAME_SKIN_STOPS;
}

/** Natural logarithms of red ÷ green and blue ÷ green. */
export function chromaticity([red, green, blue]: Linear): readonly [redGreen: number, blueGreen: number] {
  const floor = 1e-4;
  return [
    Math.log(Math.max(red, floor) / Math.max(green, floor)),
    Math.log(Math.max(blue, floor) / Math.max(green, floor)),
  ];
}

function patchOf(region: SkinPatch['region'], { linear, pixels }: PatchColour): SkinPatch {
  const { l, a, b } = labFromLinear(...linear);
  return { region, lab: { L: l, a, b }, linear: [...linear], pixels };
}
