import { createHash } from 'node:crypto';
import { type BodyMetric, SEXES } from '../../../protocol/body-measurement.ts';
import { FramegateError } from '../../../protocol/framegate-error.ts';
import { type DatasetRecord, SKIN_TONE_BUCKETS } from '../../../protocol/training-dataset.ts';
import type { BodyInputs } from '../regressors/body-inputs.ts';
import { BODY_TARGET_NAMES, type BodyTarget, forEachTarget } from '../regressors/body-targets.ts';
import type { LoadedBodyRegressors } from '../regressors/load-body-regressors.ts';
import { type BodySizes, predictBodySizes } from '../regressors/predict-body-sizes.ts';
import { TARGET_METRICS } from '../sizes/target-metrics.ts';
import type { Evaluation } from './evaluation.ts';
import { type BucketNames, type JudgedSize, summariseCase } from './summarise-cases.ts';
import { BODY_SHAPES, trueShape } from './true-shape.ts';

const STATURES = ['under 160 cm', '160 to 175 cm', 'over 175 cm'] as const;
const SIZES = ['slightest third', 'middle third', 'stoutest third'] as const;
const SEX_NAMES = { female: 'women', male: 'men' } as const;
const NAMES: BucketNames = [
  ['skinTone', SKIN_TONE_BUCKETS],
  ['shape', BODY_SHAPES],
  ['sex', SEXES.map((sex) => SEX_NAMES[sex])],
  ['stature', STATURES],
  ['size', SIZES],
];

/**
 * On people whose true sizes somebody has measured or approved. Corrections of key points do not count: what they say came
 * out of a model. Records without inputs are left out.
 * @param contentSha256 of the dataset's version
 */
export function evaluateOnCaptures(
  { regressors, identity }: LoadedBodyRegressors,
  { contentSha256, records }: { readonly contentSha256: string; readonly records: readonly DatasetRecord[] },
): Evaluation {
  const sizeOf = thirdsBySize(records);
  const judged = forEachTarget((): JudgedSize[] => []);
  const people = new Set<string>();
  const places: unknown[] = [];
  for (const record of records) {
    const said = predict(regressors, record);
    if (said === null) continue;
    const buckets = bucketsOf(record, sizeOf);
    places.push([record.id, buckets]);
    for (const target of BODY_TARGET_NAMES) {
      const truthMm = truthOf(record, target);
      if (truthMm === null) continue;
      const { valueMm, halfWidthMm } = said.sizes[target];
      judged[target].push({ personId: record.person, errorMm: valueMm - truthMm, halfWidthMm, buckets });
      people.add(record.person);
    }
  }
  const sizes = BODY_TARGET_NAMES.map((target) => [target, judged[target]] as const);
  return {
    model: identity,
    dataset: { kind: 'captures', id: idOf(contentSha256, places), people: people.size },
    conditions: 'as their pictures were measured, the sex as it was stated',
    cases: [summariseCase('captures', sizes, NAMES)],
  };
}

/** null where the pictures gave no inputs, or none of a human. */
function predict(
  regressors: LoadedBodyRegressors['regressors'],
  { inputs, stated }: DatasetRecord,
): BodySizes | null {
  if (inputs === null) return null;
  try {
    return predictBodySizes(regressors, inputs as unknown as BodyInputs, { sex: stated.sex ?? undefined });
  } catch (thrown) {
    if (thrown instanceof FramegateError && thrown.code === 'body-measure-implausible') return null;
    throw thrown;
  }
}

function truthOf({ truth, truthSources }: DatasetRecord, target: BodyTarget): number | null {
  const metric = TARGET_METRICS[target];
  const source = truthSources[metric];
  const valueCm = source === 'label' || source === 'adjustment' ? truth[metric] : null;
  return typeof valueCm === 'number' ? 10 * valueCm : null;
}

function bucketsOf(record: DatasetRecord, sizeOf: (record: DatasetRecord) => string | null) {
  const { stated, skinToneBucket } = record;
  const metrics = bestKnown(record);
  const shape = trueShape(metrics, stated.sex);
  const heightCm = metrics.height_cm ?? null;
  const stature =
    heightCm === null ? null : heightCm < 160 ? STATURES[0] : heightCm <= 175 ? STATURES[1] : STATURES[2];
  const size = sizeOf(record);
  return {
    ...(skinToneBucket !== null && { skinTone: skinToneBucket }),
    ...(shape !== null && { shape }),
    ...(stated.sex !== null && { sex: SEX_NAMES[stated.sex] }),
    ...(stature !== null && { stature }),
    ...(size !== null && { size }),
  };
}

/** The true size where somebody knows it, else the first measurement's: where a person belongs must not hang on a candidate. */
function bestKnown({ original, truth, stated }: DatasetRecord): Partial<Record<BodyMetric, number | null>> {
  return { ...original, height_cm: stated.heightCm ?? original.height_cm, ...truth };
}

/** Chest, waist and hip together, as a dress size; the limits are those of the records. */
function thirdsBySize(records: readonly DatasetRecord[]): (record: DatasetRecord) => string | null {
  const girthOf = (record: DatasetRecord): number | null => {
    const {
      chest_circumference_cm: chest,
      waist_circumference_cm: waist,
      hip_circumference_cm: hip,
    } = bestKnown(record);
    return chest == null || waist == null || hip == null ? null : chest + waist + hip;
  };
  const girths = records.flatMap((record) => girthOf(record) ?? []).sort((a, b) => a - b);
  const limits = [1, 2].map((third) => girths[Math.floor((third * girths.length) / 3)] ?? 0);
  return (record) => {
    const girth = girthOf(record);
    return girth === null ? null : (SIZES[limits.filter((limit) => girth >= limit).length] ?? null);
  };
}

/** Of the records and of who is in which bucket: what differs in either cannot be compared. */
function idOf(contentSha256: string, places: readonly unknown[]): string {
  return createHash('sha256')
    .update(JSON.stringify([contentSha256, places]))
    .digest('hex');
}
