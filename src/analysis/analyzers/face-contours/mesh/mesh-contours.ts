import { CONTOUR_REGION_NAMES, type ContourRegionName } from '../../../../protocol/contour-options.ts';
import { outlineOf, scaledOutline } from '../../../../vision/skin-regions.ts';
import { type Outline, type Shape, shapeArea } from '../geometry/outline.ts';
import { smoothOutline } from '../geometry/smooth-outline.ts';
import { MESH_OUTLINES } from './mesh-outlines.ts';

export interface MeshRegion {
  readonly name: ContourRegionName;
  readonly shape: Shape;
}

/** A mouth that is closed has no opening: what the mesh leaves between the lips is its error. Of the lips' area. */
const MIN_HOLE_SHARE = 0.03;

/**
 * The named regions as smooth curves through the mesh's points.
 * @param landmarks 468 × (x, y, z), x and y in pixels of the image
 */
export function meshContours(landmarks: Float32Array): MeshRegion[] {
  return CONTOUR_REGION_NAMES.map((name) => {
    const { outer, holes = [], inset = 0 } = MESH_OUTLINES[name];
    const curve = (indices: readonly number[]): Outline => {
      const corners = outlineOf(landmarks, 3, indices);
      return smoothOutline([...(inset === 0 ? corners : scaledOutline(corners, 1 - inset))]);
    };
    const outerCurve = curve(outer);
    const whole = shapeArea({ outer: outerCurve, holes: [] });
    const openings = holes
      .map(curve)
      .filter((hole) => shapeArea({ outer: hole, holes: [] }) > MIN_HOLE_SHARE * whole);
    return { name, shape: { outer: outerCurve, holes: openings } };
  });
}
