/** Consented, approved captures as files to train and to judge models by. Nothing in them names anybody. */
import { z } from 'zod';
import {
  BODY_METRICS,
  BODY_SHAPES,
  BODY_VIEWS,
  bodyMeasurementSchema,
  bodyMetricsSchema,
  bodyViewEvidenceSchema,
  statedSchema,
} from './body-measurement.ts';
import { modelIdentitySchema } from './records.ts';

export const DATASET_FORMAT = 1;
export const DATASET_RECORDS_FILE = 'records.jsonl';
export const DATASET_MANIFEST_FILE = 'manifest.json';

/** Tones of the Monk scale that are judged together. */
export const SKIN_TONE_BUCKETS = ['monk 1–3', 'monk 4–6', 'monk 7–10'] as const;
export type SkinToneBucket = (typeof SKIN_TONE_BUCKETS)[number];

/**
 * Where a true size comes from: a labeler's tape, an approved edit of the number, or an approved correction of key points.
 * The last one is still what a model says.
 */
export const TRUTH_SOURCES = ['label', 'adjustment', 'correction'] as const;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** Of an id, by a key that stays on the servers. */
const pseudonym = z.string().regex(/^[0-9a-f]{32}$/);

/** What pictures said, without the outline and without the pictures' hashes, by which they could be recognised. */
export const datasetEvidenceSchema = bodyViewEvidenceSchema.omit({ imageSha256: true }).extend({
  body: bodyViewEvidenceSchema.shape.body.unwrap().omit({ mask: true }).nullable(),
});

/** A line of records.jsonl. */
export const datasetRecordSchema = z.object({
  id: pseudonym,
  /** The same for all captures of a person: who trains and who judges are split by it. */
  person: pseudonym,
  stated: statedSchema,
  original: bodyMetricsSchema,
  truth: bodyMetricsSchema.partial(),
  truthSources: z.partialRecord(z.enum(BODY_METRICS), z.enum(TRUTH_SOURCES)),
  skinTone: z.number().int().min(1).max(10).nullable(),
  skinToneBucket: z.enum(SKIN_TONE_BUCKETS).nullable(),
  /** Of the original sizes. */
  shape: z.enum(BODY_SHAPES).nullable(),
  overallConfidence: z.number().min(0).max(1),
  scale: bodyMeasurementSchema.shape.scale,
  /** What the regressors are given, millimetres by name; null where the evidence is gone or gives none. */
  inputs: z.record(z.string(), z.number()).nullable(),
  evidence: z.array(datasetEvidenceSchema),
  /** What the original was measured with. */
  models: z.array(modelIdentitySchema),
  images: z.array(z.object({ view: z.enum(BODY_VIEWS), file: z.string(), sha256 })),
});
export type DatasetRecord = z.infer<typeof datasetRecordSchema>;

export const datasetManifestSchema = z.object({
  format: z.literal(DATASET_FORMAT),
  version: z.number().int().positive(),
  /** Of the files' names and hashes: the same captures give the same one. */
  contentSha256: sha256,
  parent: z.object({ version: z.number().int().positive(), contentSha256: sha256 }).nullable(),
  tool: z.string(),
  since: z.iso.datetime().nullable(),
  counts: z.object({
    records: z.number().int(),
    people: z.number().int(),
    images: z.number().int(),
    /** Records of the parent that may not be used any more, or are gone: remove the older versions. */
    removed: z.number().int(),
    skinTones: z.record(z.string(), z.number().int()),
    shapes: z.record(z.string(), z.number().int()),
  }),
  /** Every other file of the version. */
  files: z.array(z.object({ path: z.string(), bytes: z.number().int(), sha256 })),
});
export type DatasetManifest = z.infer<typeof datasetManifestSchema>;

export function skinToneBucketOf(monk: number | null): SkinToneBucket | null {
  if (monk === null) return null;
  const [light, middle, dark] = SKIN_TONE_BUCKETS;
  if (monk <= 3) return light;
  return monk <= 6 ? middle : dark;
}
