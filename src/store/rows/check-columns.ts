import type { Check } from '../../protocol/checks.ts';
import type { FaceSummary, ModelIdentity } from '../../protocol/records.ts';

/** Every check by its id; a value that could not be assessed is left out. */
export interface CheckColumns {
  check_value: Record<string, number>;
  check_score: Record<string, number>;
  check_status: Record<string, string>;
}

export function checkColumns(checks: readonly Check[]): CheckColumns {
  const columns: CheckColumns = { check_value: {}, check_score: {}, check_status: {} };
  for (const { id, value, score, status } of checks) {
    if (value !== null) columns.check_value[id] = value;
    columns.check_score[id] = score;
    columns.check_status[id] = status;
  }
  return columns;
}

/** Absent columns are NULL. */
export function faceColumns(face: FaceSummary | null): object {
  if (face === null) return {};
  return {
    face_x: face.box.x,
    face_y: face.box.y,
    face_width: face.box.width,
    face_height: face.box.height,
    yaw_deg: face.yawDeg,
    pitch_deg: face.pitchDeg,
    roll_deg: face.rollDeg,
  };
}

export function modelVersions(models: readonly ModelIdentity[]): Record<string, string> {
  return Object.fromEntries(models.map((model) => [model.name, model.version]));
}
