import type { BodyMeasurement, BodyMetrics, BodySkin } from '../protocol/body-measurement.ts';
import type { ModelIdentity } from '../protocol/records.ts';
import { allMetrics } from './metric-values.ts';

/** What a client has measured by itself; no picture came with it. */
export interface GivenMeasurement {
  readonly metrics: Partial<BodyMetrics>;
  readonly skin: BodySkin | null;
  readonly shape: BodyMeasurement['shape'];
  readonly lightingOk: boolean;
  readonly cardDetected: boolean;
  /** 0..1; null where the client says none. */
  readonly overallConfidence: number | null;
  readonly models: readonly ModelIdentity[];
}

/** Nobody here has seen the pictures: a client's own word counts up to this. */
export const MAX_GIVEN_CONFIDENCE = 0.8;
const UNSTATED_CONFIDENCE = 0.5;
/** Of a scale that nobody here can check: ±5 %, a stature told from memory. */
const GIVEN_SCALE_SD = 0.05;

/** The same form as what workers measure, so that it is edited, approved and shown alike. */
export function givenMeasurement(given: GivenMeasurement): BodyMeasurement {
  const confidence = Math.min(given.overallConfidence ?? UNSTATED_CONFIDENCE, MAX_GIVEN_CONFIDENCE);
  const metrics = allMetrics(given.metrics);
  return {
    metrics,
    skin: given.skin,
    shape: given.shape,
    quality: {
      lighting_ok: given.lightingOk,
      card_detected: given.cardDetected,
      overall_confidence: confidence,
    },
    intervals: allMetrics({}),
    confidences: Object.fromEntries(
      Object.entries(metrics).map(([metric, value]) => [metric, value === null ? null : confidence]),
    ) as BodyMetrics,
    scale: { source: given.cardDetected ? 'card' : 'stature', relativeSd: GIVEN_SCALE_SD },
    flags: [
      { code: 'client-measured', metric: null, message: 'measured by the client; no picture was seen' },
    ],
    lines: [],
    stages: [],
    models: [...given.models],
  };
}
