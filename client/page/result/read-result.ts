import {
  CHECK_STATUSES,
  type CheckStatus,
  FACE_MEASURE_IDS,
  type FaceMeasureId,
} from '../../../src/protocol/checks.ts';
import { LANDMARK_COUNT } from '../../../src/vision/landmarks.ts';
import { readFailure, type ShownFailure } from './read-failure.ts';
import { readProvenance, type ShownProvenance } from './read-provenance.ts';
import { type ImageSize, readSize } from './read-size.ts';
import { readSkinTone, type ShownSkinTone } from './read-skin-tone.ts';
import { fieldsOf, listOf, numberOf, numbersOf, oneOf, textOf } from './unknown-fields.ts';

export interface ShownCheck {
  readonly id: FaceMeasureId;
  readonly value: number | null;
  readonly score: number;
  readonly status: CheckStatus;
}

export interface ShownFeature {
  readonly id: string;
  readonly value: number | null;
  readonly unit: string;
  readonly score: number | null;
  readonly counts: boolean;
}

export interface ShownFace {
  readonly yawDeg: number;
  readonly pitchDeg: number;
  readonly rollDeg: number;
  readonly distanceCm: number | null;
  /** 468 × (x, y) in pixels of the still. */
  readonly landmarks: readonly number[] | null;
}

/** What the page shows of a result; whatever a result lacks is null or empty. */
export interface ShownResult {
  readonly failure: ShownFailure | null;
  readonly overallScore: number | null;
  readonly verdict: 'pass' | 'adjust' | null;
  readonly image: ImageSize | null;
  readonly face: ShownFace | null;
  readonly checks: readonly ShownCheck[];
  readonly features: readonly ShownFeature[];
  readonly skinTone: ShownSkinTone | null;
  readonly provenance: ShownProvenance | null;
}

/** Reads a `result` message of the kinds face-quality and live-check, and what others have in common with them. */
export function readResult(message: unknown): ShownResult {
  const fields = fieldsOf(message) ?? {};
  const result = fieldsOf(fields.result) ?? {};
  return {
    failure: readFailure(message),
    overallScore: numberOf(result.overallScore),
    verdict: oneOf(['pass', 'adjust'] as const, result.verdict),
    image: readSize(result.image),
    face: readFace(result.face),
    checks: listOf(result.checks, readCheck),
    features: listOf(result.features, readFeature),
    skinTone: readSkinTone(result.skinTone),
    provenance: readProvenance(fields.provenance ?? result.provenance),
  };
}

function readFace(value: unknown): ShownFace | null {
  const fields = fieldsOf(value);
  const [yawDeg, pitchDeg, rollDeg] = [fields?.yawDeg, fields?.pitchDeg, fields?.rollDeg].map(numberOf);
  if (fields === null || yawDeg == null || pitchDeg == null || rollDeg == null) return null;
  const points = numbersOf(fields.landmarks);
  return {
    yawDeg,
    pitchDeg,
    rollDeg,
    distanceCm: numberOf(fields.distanceCm),
    landmarks: points?.length === LANDMARK_COUNT * 2 ? points : null,
  };
}

function readCheck(value: unknown): ShownCheck | null {
  const fields = fieldsOf(value);
  const id = oneOf(FACE_MEASURE_IDS, fields?.id);
  const status = oneOf(CHECK_STATUSES, fields?.status);
  if (fields === null || id === null || status === null) return null;
  return { id, status, value: numberOf(fields.value), score: numberOf(fields.score) ?? 0 };
}

function readFeature(value: unknown): ShownFeature | null {
  const fields = fieldsOf(value);
  const id = textOf(fields?.id);
  if (fields === null || id === null) return null;
  return {
    id,
    value: numberOf(fields.value),
    unit: textOf(fields.unit) ?? '',
    score: numberOf(fields.score),
    counts: fields.counts === true,
  };
}
