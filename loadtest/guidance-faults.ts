/**
 * Question: how surely does each measure find its own fault in rendered faces, and how often does it object to a good one?
 * All faults of test/support/scene-faults.ts × ten Monk tones × three distances, at one level.
 * Usage: node loadtest/guidance-faults.ts [--profile face-skin:moderate] [--seeds 1]
 */
import { parseArgs } from 'node:util';
import { type Evaluation, evaluate } from '../src/guidance/evaluate.ts';
import { traceFace } from '../src/guidance/face-trace.ts';
import { resolveProfile } from '../src/guidance/profiles.ts';
import { FACE_MEASURE_IDS, type MeasureId } from '../src/protocol/checks.ts';
import type { FaceScene } from '../src/synthetic/face-scene.ts';
import { renderScene } from '../src/synthetic/render-face.ts';
import { createFrameAnalysis } from '../src/vision/analyse-frame.ts';
import { createFaceFinder } from '../src/vision/face-finder.ts';
import { loadFaceModels } from '../src/vision/load-face-models.ts';
import { MODELS_FOLDER } from '../src/vision/model-registry.ts';
import type { FrameAnalysis } from '../src/vision/types.ts';
import { GOOD_DISTANCES_CM, goodScene, MONK_TONES, SCENE_FAULTS } from '../test/support/scene-faults.ts';

const { values } = parseArgs({
  options: {
    profile: { type: 'string', default: 'face-skin:moderate' },
    seeds: { type: 'string', default: '1' },
  },
});

const { models, canonical } = await loadFaceModels(MODELS_FOLDER);
const stage = createFrameAnalysis(createFaceFinder(models), canonical);
const profile = resolveProfile(values.profile);

async function look(scene: FaceScene): Promise<FrameAnalysis> {
  return (await stage.analyse(renderScene(scene, canonical).image, null)).analysis;
}

const objects = (evaluation: Evaluation, id: MeasureId): boolean =>
  evaluation.checks.some(
    (check) => check.id === id && (check.status === 'adjust' || check.status === 'fail'),
  );

interface Count {
  of: number;
  is: number;
  readonly where: string[];
}

function count(counts: Map<string, Count>, key: string, hit: boolean, where: string | null): void {
  const entry = counts.get(key) ?? { of: 0, is: 0, where: [] };
  counts.set(key, entry);
  entry.of++;
  if (hit) entry.is++;
  if (where !== null) entry.where.push(where);
}

const found = new Map<string, Count>();
const falsely = new Map<string, Count>();
for (let seed = 1; seed <= Number(values.seeds); seed++) {
  for (const distanceCm of GOOD_DISTANCES_CM) {
    for (const tone of MONK_TONES) {
      const good = goodScene(tone, distanceCm, seed * 100 + tone);
      const where = `tone ${tone} at ${distanceCm} cm`;
      const analysis = await look(good);
      const verdict = evaluate({ analysis, previous: null, elapsedMs: 0 }, profile);
      for (const id of FACE_MEASURE_IDS) {
        const wrong = objects(verdict, id);
        count(falsely, id, wrong, wrong ? where : null);
      }
      for (const fault of SCENE_FAULTS) {
        const evaluation = evaluate(
          {
            analysis: await look(fault.apply(good)),
            previous: fault.afterGoodMs === undefined ? null : traceFace(analysis),
            elapsedMs: fault.afterGoodMs ?? 0,
          },
          profile,
        );
        const hit = objects(evaluation, fault.measure);
        count(found, `${fault.measure}: ${fault.name}`, hit, hit ? null : where);
      }
    }
  }
}

const percent = ({ is, of }: Count): string => `${((100 * is) / of).toFixed(1).padStart(6)} % of ${of}`;
console.log(`${values.profile}\n\nfound`);
for (const [key, entry] of found) console.log(`  ${percent(entry)}  ${key}  ${entry.where.join(', ')}`);
console.log('\nfalsely');
for (const [key, entry] of falsely) console.log(`  ${percent(entry)}  ${key}  ${entry.where.join(', ')}`);
await Promise.all([models.detector.close(), models.mesh.close()]);
