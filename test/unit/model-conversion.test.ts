import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { convertTflite } from '../../models/importer/convert-tflite.ts';
import { readModelSource } from '../../models/importer/model-source.ts';
import { findModelEntry, parseModelManifest } from '../../src/vision/model-manifest.ts';
import { MODELS_FOLDER } from '../../src/vision/model-registry.ts';
import { runOnnx } from '../support/run-onnx.ts';
import {
  evaluateTflite,
  largestDifference,
  seededNoise,
  toChannelFirst,
} from '../support/tflite-reference.ts';

const manifest = parseModelManifest(await readFile(join(MODELS_FOLDER, 'manifest.json'), 'utf8'));

/**
 * The largest difference allowed, as a share of an output's largest value (at least 1). The reference sums in
 * float64 and ONNX Runtime in float32; the deepest landmarks differ by 1e-5.
 */
const RELATIVE_TOLERANCE = 5e-5;

/**
 * The pose mask magnifies rounding at single pixels: on noise, the reference summing in float32 is up to 3e-3
 * away from itself summing in float64, and so is ONNX Runtime after changing the input by one part in 10⁷.
 * A conversion that is wrong shows: with the wrong kind of resize this is 0.9.
 */
const TOLERANCE_OF: Readonly<Record<string, number>> = {
  'pose-landmark-lite mask': 5e-3,
  'pose-landmark-full mask': 5e-3,
  'pose-landmark-heavy mask': 5e-3,
};

/** The reference takes seconds for the larger graphs. */
const TIMEOUT_MS = 120_000;
const MODELS = ['face-detector', 'face-mesh', 'pose-detector', 'pose-landmark-lite', 'pose-landmark-full'];
/** Half a minute: with FRAMEGATE_TEST_LONG=yes. */
const LONG_MODELS = process.env.FRAMEGATE_TEST_LONG === 'yes' ? ['pose-landmark-heavy'] : [];

describe('a converted model equals a direct evaluation of its TFLite graph', () => {
  it.each([...MODELS, ...LONG_MODELS])('%s', { timeout: TIMEOUT_MS }, async (name) => {
    const entry = findModelEntry(manifest, name);
    const tflite = await readModelSource(entry.source, MODELS_FOLDER);
    const input = entry.inputs[0]!;
    const [, channels, height, width] = input.shape as [number, number, number, number];
    const noise = seededNoise(channels * height * width, 20);
    const image = input.values === '0..1' ? noise.map((value) => (value + 1) / 2) : noise;
    const ports = (side: typeof entry.inputs) => side.map((port) => ({ ...port, tensor: port.tensor! }));
    const onnx = convertTflite({ name, tflite, inputs: ports(entry.inputs), outputs: ports(entry.outputs) });

    const expected = evaluateTflite(tflite, image);
    const found = await runOnnx(onnx, {
      name: input.name,
      shape: input.shape,
      data: toChannelFirst(image, channels),
    });

    expect([...found.keys()]).toEqual(entry.outputs.map((port) => port.name));
    for (const port of entry.outputs) {
      const { data, shape } = found.get(port.name)!;
      expect(shape).toEqual(port.shape);
      const { difference, largest } = largestDifference(data, expected.get(port.tensor!)!.data);
      expect(difference / Math.max(1, largest), port.name).toBeLessThan(
        TOLERANCE_OF[`${name} ${port.name}`] ?? RELATIVE_TOLERANCE,
      );
    }
  });
});
