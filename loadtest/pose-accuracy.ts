/**
 * How near are body landmarks to MediaPipe's, and what does a picture cost?
 *
 *   node loadtest/pose-accuracy.ts --golden FOLDER [--size lite|full|heavy] [--runs N] [--each] [--json]
 *
 * Golden: MediaPipe's pose.jpg and pose_landmarks.pbtxt. Without --size all three are measured, one after the other, on
 * one thread; times are medians of N runs (9). A still is a picture without a track: detector twice, landmarks twice.
 * Models that are not there are imported.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { importModels } from '../models/importer/import-models.ts';
import { createBodyFinder } from '../src/vision/body-finder.ts';
import { maskInImage } from '../src/vision/body-mask.ts';
import { BODY_POINT } from '../src/vision/body-points.ts';
import { DEFAULT_DECODE_LIMITS, decodeImage } from '../src/vision/decode-image.ts';
import {
  loadPoseModels,
  POSE_MODEL_SIZES,
  type PoseModelSize,
  poseModelNames,
} from '../src/vision/load-pose-models.ts';
import { MODELS_FOLDER } from '../src/vision/model-registry.ts';
import type { BodyTrack } from '../src/vision/types.ts';
import { quantile } from './vision-accuracy/errors.ts';
import { GOLDEN_POSE_MARGIN, goldenPoseErrors, readGoldenPose } from './vision-accuracy/golden-pose.ts';

const { values } = parseArgs({
  options: {
    golden: { type: 'string' },
    size: { type: 'string' },
    runs: { type: 'string', default: '9' },
    each: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const { golden: folder } = values;
const sizes = POSE_MODEL_SIZES.filter((size) => values.size === undefined || size === values.size);
if (folder === undefined || sizes.length === 0) {
  console.error('--golden FOLDER is needed; --size is one of lite, full, heavy');
  process.exit(2);
}
const image = await decodeImage(await readFile(join(folder, 'pose.jpg')), DEFAULT_DECODE_LIMITS);
const golden = await readGoldenPose(folder);
const names = Object.keys(BODY_POINT);
const report: Record<string, { value: number; unit: string; goal: number | null }> = {};

for (const size of sizes) await measure(size);
if (values.json) console.log(JSON.stringify(report));

async function measure(size: PoseModelSize): Promise<void> {
  await importModels({ names: poseModelNames(size) });
  const { models } = await loadPoseModels(MODELS_FOLDER, size);
  const finder = createBodyFinder(models, { withMask: true });
  const { body, bodyCount, track } = await finder.find(image, null);
  if (body === null) {
    console.error(`${size}: nobody is found`);
    process.exitCode = 1;
    return;
  }
  const errors = goldenPoseErrors(golden, body, image);
  const shares = errors.map(({ share }) => share);
  note(`${size} largest error`, Math.max(...shares), 'share of the edge', GOLDEN_POSE_MARGIN);
  note(
    `${size} mean error`,
    shares.reduce((sum, share) => sum + share) / shares.length,
    'share of the edge',
    null,
  );
  note(
    `${size} mean distance`,
    errors.reduce((sum, { px }) => sum + px, 0) / errors.length,
    'px of 1000',
    null,
  );
  note(`${size} people`, bodyCount, 'people', 1);
  note(`${size} score`, body.score, '0..1', null);
  note(`${size} still`, await medianMs(() => finder.find(image, null)), 'ms', null);
  note(`${size} followed`, await medianMs(() => finder.find(image, followed(track))), 'ms', null);
  const { mask } = body;
  if (mask !== null) {
    note(
      `${size} mask in the picture`,
      await medianMs(() => maskInImage(mask, image.width, image.height)),
      'ms',
      null,
    );
  }
  if (values.each) {
    for (const [i, { share, px, visibility, presence }] of errors.entries()) {
      console.log(
        `  ${names[i]!.padEnd(16)} ${share.toFixed(4)}  ${px.toFixed(1).padStart(5)} px  ` +
          `visibility ${visibility.toFixed(3)}  presence ${presence.toFixed(3)}`,
      );
    }
  }
  await models.detector.close();
  await models.landmarks.close();
}

/** The track as a picture leaves it that does not let the detector look. */
function followed(track: BodyTrack | null): BodyTrack | null {
  return track && { ...track, framesSinceDetect: 0 };
}

function note(name: string, value: number, unit: string, goal: number | null): void {
  report[name] = { value, unit, goal };
  if (!values.json) console.log(`${name.padEnd(28)} ${Number(value.toPrecision(3))} ${unit}`);
}

async function medianMs(work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < Number(values.runs); run++) {
    const started = performance.now();
    await work();
    times.push(performance.now() - started);
  }
  return quantile(times, 0.5);
}
