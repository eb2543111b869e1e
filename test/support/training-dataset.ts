import { createHash } from 'node:crypto';
import { BODY_INPUT_NAMES, TIER_INPUTS } from '../../src/analysis/body/regressors/body-inputs.ts';
import { loadBodyRegressors } from '../../src/analysis/body/regressors/load-body-regressors.ts';
import { predictBodySizes } from '../../src/analysis/body/regressors/predict-body-sizes.ts';
import { openDraft } from '../../src/captures/dataset/dataset-draft.ts';
import { contentHash, datasetManifest } from '../../src/captures/dataset/dataset-manifest.ts';
import { type DatasetRecord, skinToneBucketOf } from '../../src/protocol/training-dataset.ts';
import { MODELS_FOLDER } from '../../src/vision/model-registry.ts';
import { SAMPLE_METRICS } from './sample-captures.ts';
import { syntheticBodies } from './synthetic-bodies.ts';

/** How many people of a skin tone there are, and how far their true chests are from what the project's regressors say. */
export interface PeopleOfTone {
  readonly monk: number;
  readonly count: number;
  readonly chestFactor: number;
}

/** Records of synthetic people whose chests somebody has measured. */
export async function datasetRecords(groups: readonly PeopleOfTone[]): Promise<DatasetRecord[]> {
  const { regressors } = await loadBodyRegressors(MODELS_FOLDER);
  const bodies = syntheticBodies(
    groups.reduce((sum, { count }) => sum + count, 0),
    0.01,
  );
  const tones = groups.flatMap((group) => Array.from({ length: group.count }, () => group));
  return bodies.map(({ id, sex, inputs: all }, index): DatasetRecord => {
    const { monk, chestFactor } = tones[index]!;
    const names: readonly string[] = TIER_INPUTS.trunk;
    const inputs = Object.fromEntries(
      BODY_INPUT_NAMES.filter((name) => names.includes(name)).map((name) => [name, all[name]]),
    );
    const { sizes } = predictBodySizes(regressors, inputs as never, { sex });
    const cm = (mm: number) => mm / 10;
    const hash = createHash('sha256').update(id).digest('hex').slice(0, 32);
    return {
      id: hash,
      person: hash,
      stated: { heightCm: null, sex },
      original: {
        ...SAMPLE_METRICS,
        height_cm: cm(all.statureMm),
        chest_circumference_cm: cm(sizes.chest.valueMm),
        waist_circumference_cm: cm(sizes.waist.valueMm),
        hip_circumference_cm: cm(sizes.hip.valueMm),
      },
      truth: { chest_circumference_cm: cm(chestFactor * sizes.chest.valueMm) },
      truthSources: { chest_circumference_cm: 'label' },
      skinTone: monk,
      skinToneBucket: skinToneBucketOf(monk),
      shape: null,
      overallConfidence: 0.8,
      scale: { source: 'card', relativeSd: 0.01 },
      inputs,
      evidence: [],
      models: [],
      images: [],
    };
  });
}

/** Writes them as an export does; gives the version's folder. */
export async function writeDataset(outFolder: string, records: readonly DatasetRecord[]): Promise<string> {
  const draft = await openDraft(outFolder);
  const lines = records.map((record) => `${JSON.stringify(record)}\n`).join('');
  const files = [await draft.write('records.jsonl', lines)];
  const manifest = datasetManifest({
    records,
    files,
    contentSha256: contentHash(files),
    parent: null,
    since: null,
    tool: 'test',
  });
  await draft.write('manifest.json', JSON.stringify(manifest));
  return draft.publish(1);
}
