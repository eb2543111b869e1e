import type { Measurement } from '../../../protocol/records.ts';
import type { Pose } from '../../../vision/types.ts';
import { perimeterOf, shapeArea } from './geometry/outline.ts';
import { interocularSeenPx } from './mesh/interocular-seen.ts';
import type { MeshRegion } from './mesh/mesh-contours.ts';

export interface MeasuredFace {
  /** 468 × (x, y, z), pixels. */
  readonly landmarks: Float32Array;
  readonly meshScore: number;
  readonly pose: Pose;
}

/** Regions that a face has twice. */
const PAIRED = ['eye', 'brow', 'cheek'] as const;
/** Turned this far to the side, one half is too short to be held against the other. */
const BLIND_YAW_DEG = 45;

/**
 * Rows by region, in units of the distance between the eyes as seen: `contour.area` (its square), `contour.perimeter`;
 * and `contour.symmetry` of what a face has twice, the smaller area ÷ the larger. A turn to the side makes one half
 * smaller: confidence falls with it.
 */
export function faceContoursMeasurements(
  regions: readonly MeshRegion[],
  { landmarks, meshScore, pose }: MeasuredFace,
): Measurement[] {
  const unitPx = interocularSeenPx(landmarks);
  const frontal = Math.max(0, 1 - Math.abs(pose.yawDeg) / BLIND_YAW_DEG);
  const rows: Measurement[] = [];
  const areas = new Map<string, number>();
  for (const { name, shape } of regions) {
    const area = shapeArea(shape) / unitPx ** 2;
    areas.set(name, area);
    rows.push(
      { metric: 'contour.area', region: name, value: area, unit: 'iod²', confidence: meshScore },
      {
        metric: 'contour.perimeter',
        region: name,
        value: perimeterOf(shape.outer) / unitPx,
        unit: 'iod',
        confidence: meshScore,
      },
    );
  }
  for (const part of PAIRED) {
    const [left, right] = [areas.get(`left-${part}`) ?? 0, areas.get(`right-${part}`) ?? 0];
    const value = Math.max(left, right) === 0 ? null : Math.min(left, right) / Math.max(left, right);
    rows.push({
      metric: 'contour.symmetry',
      region: part,
      value,
      unit: 'ratio',
      confidence: value === null ? 0 : meshScore * frontal,
    });
  }
  return rows;
}
