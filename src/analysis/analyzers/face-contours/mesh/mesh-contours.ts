import { CONTOUR_REGION_NAMES, type ContourRegionName } from '../../../../protocol/contour-options.ts';
import { outlineOf, scaledOutline } from '../../../../vision/skin-regions.ts';
import { cutOutline } from '../geometry/cut-outline.ts';
import { type Outline, type Shape, signedArea } from '../geometry/outline.ts';
import { smoothOutline } from '../geometry/smooth-outline.ts';
import { MESH_OUTLINES } from './mesh-outlines.ts';

export interface MeshRegion {
  readonly name: ContourRegionName;
  readonly shape: Shape;
}

/** A mouth that is closed has no opening: what the mesh leaves between the lips is its error. Of the lips' area. */
const MIN_HOLE_SHARE = 0.03;
/** Where the others end: just inside of the oval, and just outside of the nose, about their middles. */
const RIM_SHARE = 0.985;
const NOSE_SHARE = 1.03;
/** A triangle is the least that has an area. */
const MIN_COORDINATES = 6;

/**
 * The named regions as smooth curves through the mesh's points. Where a head is turned so far that a region looks out
 * from behind the oval, it ends at the oval, and where the nose stands before it, at the nose; one that is wholly
 * hidden is left out.
 * @param landmarks 468 × (x, y, z), x and y in pixels of the image
 */
export function meshContours(landmarks: Float32Array): MeshRegion[] {
  const curve = (indices: readonly number[], inset = 0): Outline => {
    const corners = outlineOf(landmarks, 3, indices);
    return smoothOutline([...(inset === 0 ? corners : scaledOutline(corners, 1 - inset))]);
  };
  const oval = curve(MESH_OUTLINES['face-oval'].outer);
  const rim = scaled(oval, RIM_SHARE);
  const nose = cutOutline(curve(MESH_OUTLINES.nose.outer), rim, 'inside');
  const aroundNose = scaled(nose, NOSE_SHARE);
  const visible = (outline: Outline) => cutOutline(cutOutline(outline, rim, 'inside'), aroundNose, 'outside');
  const regions: MeshRegion[] = [];
  for (const name of CONTOUR_REGION_NAMES) {
    const { outer: corners, holes = [], inset } = MESH_OUTLINES[name];
    let outer: Outline;
    if (name === 'face-oval') outer = oval;
    else if (name === 'nose') outer = nose;
    else outer = visible(curve(corners, inset));
    if (outer.length < MIN_COORDINATES) continue;
    const minHole = MIN_HOLE_SHARE * Math.abs(signedArea(outer));
    const openings = holes
      .map((hole) => visible(curve(hole)))
      .filter((hole) => Math.abs(signedArea(hole)) > minHole);
    regions.push({ name, shape: { outer, holes: openings } });
  }
  return regions;
}

function scaled(outline: Outline, factor: number): Outline {
  return [...scaledOutline(Float32Array.from(outline), factor)];
}
