import { CONTOUR_REGION_NAMES, type ContourRegionName } from '../../../../protocol/contour-options.ts';
import { outlineOf, scaledOutline } from '../../../../vision/skin-regions.ts';
import { keepInside } from '../geometry/keep-inside.ts';
import { type Shape, signedArea } from '../geometry/outline.ts';
import { smoothOutline } from '../geometry/smooth-outline.ts';
import { MESH_OUTLINES } from './mesh-outlines.ts';

export interface MeshRegion {
  readonly name: ContourRegionName;
  readonly shape: Shape;
}

/** A mouth that is closed has no opening: what the mesh leaves between the lips is its error. Of the lips' area. */
const MIN_HOLE_SHARE = 0.03;
/** Where the others end: just inside of the oval, about its middle. */
const RIM_SHARE = 0.985;

/**
 * The named regions as smooth curves through the mesh's points. Where a head is turned so far that a region looks out
 * from behind the oval, it ends at the oval.
 * @param landmarks 468 × (x, y, z), x and y in pixels of the image
 */
export function meshContours(landmarks: Float32Array): MeshRegion[] {
  const curve = (indices: readonly number[], inset = 0): number[] => {
    const corners = outlineOf(landmarks, 3, indices);
    return smoothOutline([...(inset === 0 ? corners : scaledOutline(corners, 1 - inset))]);
  };
  const oval = curve(MESH_OUTLINES['face-oval'].outer);
  const rim = [...scaledOutline(Float32Array.from(oval), RIM_SHARE)];
  return CONTOUR_REGION_NAMES.map((name) => {
    if (name === 'face-oval') return { name, shape: { outer: oval, holes: [] } };
    const { outer: corners, holes = [], inset } = MESH_OUTLINES[name];
    const outer = keepInside(curve(corners, inset), rim);
    const area = Math.abs(signedArea(outer));
    const openings = holes
      .map((hole) => curve(hole))
      .filter((hole) => Math.abs(signedArea(hole)) > MIN_HOLE_SHARE * area);
    return { name, shape: { outer, holes: openings } };
  });
}
