/**
 * How near are mesh and pose to what they should be?
 *
 *   node loadtest/vision-accuracy.ts [--photographs FOLDER] [--golden FOLDER] [--stride N] [--json]
 *
 * Photographs: a folder of images with reference.json. Golden: MediaPipe's portrait and expected landmarks.
 * Rendered faces have exact ground truth; every N-th pose of the grid is tried (7 by default).
 */
import { parseArgs } from 'node:util';
import { createFrameAnalysis } from '../src/vision/analyse-frame.ts';
import { createFaceFinder } from '../src/vision/face-finder.ts';
import { loadFaceModels } from '../src/vision/load-face-models.ts';
import { MODELS_FOLDER } from '../src/vision/model-registry.ts';
import { type ErrorSummary, type FaceErrors, quantile, summariseErrors } from './vision-accuracy/errors.ts';
import { measureGoldenPair, measurePhotographs } from './vision-accuracy/photographs.ts';
import { measureRenderedFaces, renderedPoses } from './vision-accuracy/rendered-faces.ts';

const { values } = parseArgs({
  options: {
    photographs: { type: 'string' },
    golden: { type: 'string' },
    stride: { type: 'string', default: '7' },
    json: { type: 'boolean', default: false },
    each: { type: 'boolean', default: false },
  },
});

const { models, canonical } = await loadFaceModels(MODELS_FOLDER);
const stage = createFrameAnalysis(createFaceFinder(models), canonical);
const report: Record<string, ErrorSummary | { meshMedianPercent: number; meshP90Percent: number }> = {};

if (values.photographs !== undefined) {
  const { photographs, errors } = await measurePhotographs(stage, values.photographs);
  report.photographs = summariseErrors(errors, photographs);
  if (values.each) printEach(errors);
}
if (values.golden !== undefined) {
  const errors = await measureGoldenPair(stage, values.golden);
  if (errors !== null) {
    report.golden = { meshMedianPercent: quantile(errors, 0.5), meshP90Percent: quantile(errors, 0.9) };
  }
}
const poses = renderedPoses(Number(values.stride));
const rendered = await measureRenderedFaces(stage, canonical, poses);
report.rendered = summariseErrors(rendered, poses.length);
if (values.each) printEach(rendered);

if (values.json) console.log(JSON.stringify(report));
else for (const [name, summary] of Object.entries(report)) printSummary(name, summary);

function printSummary(name: string, summary: object): void {
  console.log(name);
  for (const [key, value] of Object.entries(summary)) {
    console.log(`  ${key.padEnd(24)} ${Number.isInteger(value) ? value : Number(value).toFixed(2)}`);
  }
}

function printEach(errors: readonly FaceErrors[]): void {
  for (const { name, meshPercent, poseDeg } of errors) {
    const angles = [poseDeg.yawDeg, poseDeg.pitchDeg, poseDeg.rollDeg].map((value) =>
      value.toFixed(1).padStart(6),
    );
    console.log(
      `${name.padEnd(48)} mesh ${quantile(meshPercent, 0.5).toFixed(1)} %  pose ${angles.join(' ')}`,
    );
  }
}
