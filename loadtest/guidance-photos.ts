/**
 * Question: what does guidance say of ordinary portraits? Prints every check of every picture at every level.
 * Usage: node loadtest/guidance-photos.ts [--profile face-skin] [--edge 512] picture…
 */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { evaluate } from '../src/guidance/evaluate.ts';
import { resolveProfile } from '../src/guidance/profiles.ts';
import { PROFILE_LEVELS } from '../src/protocol/checks.ts';
import { createFrameAnalysis } from '../src/vision/analyse-frame.ts';
import { DEFAULT_DECODE_LIMITS, decodeImage } from '../src/vision/decode-image.ts';
import { createFaceFinder } from '../src/vision/face-finder.ts';
import { loadFaceModels } from '../src/vision/load-face-models.ts';
import { MODELS_FOLDER } from '../src/vision/model-registry.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { profile: { type: 'string', default: 'face-skin' }, edge: { type: 'string', default: '512' } },
});

const { models, canonical } = await loadFaceModels(MODELS_FOLDER);
const stage = createFrameAnalysis(createFaceFinder(models), canonical);

const MARKS = { pass: ' ', adjust: '!', fail: 'X', unknown: '?' } as const;

for (const path of positionals) {
  const image = await decodeImage(new Uint8Array(await readFile(path)), {
    ...DEFAULT_DECODE_LIMITS,
    maxEdgePx: Number(values.edge),
  });
  const { analysis } = await stage.analyse(image, null);
  console.log(`\n${basename(path)} ${image.width}×${image.height}`);
  const evaluations = PROFILE_LEVELS.map((level) =>
    evaluate({ analysis, previous: null, elapsedMs: 0 }, resolveProfile(values.profile, level)),
  );
  for (const [i, check] of evaluations[0]!.checks.entries()) {
    const marks = evaluations.map(
      ({ checks }) => `${MARKS[checks[i]!.status]} ${checks[i]!.score.toFixed(0).padStart(3)}`,
    );
    const value = check.value === null ? '-' : check.value.toFixed(3);
    console.log(
      `  ${check.id.padEnd(13)} ${value.padStart(9)} ${check.unit.padEnd(16)} ${marks.join('   ')}`,
    );
  }
  evaluations.forEach(({ verdict, quality, fault }, i) => {
    console.log(
      `  ${PROFILE_LEVELS[i]!.padEnd(9)} ${verdict.padEnd(6)} quality ${quality.toFixed(0)} ${fault?.hint.code ?? ''}`,
    );
  });
}
await Promise.all([models.detector.close(), models.mesh.close()]);
