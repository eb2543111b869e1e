/** A process that takes crafted images, so that one which brings it down is known by name. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createInferencePool } from '../../../src/vision/inference-pool.ts';
import { MODELS_FOLDER } from '../../../src/vision/model-registry.ts';
import { craftedImages } from '../../../test/support/crafted-images.ts';
import { renderedFrames } from '../../../test/support/rendered-frames.ts';
import type { ImageReport } from './fuzz-images.ts';
import { imageCode, isExpected, tryImage } from './image-trial.ts';

const MIB = 1024 * 1024;
const first = Number(process.argv[2] ?? 0);
const tell = (report: ImageReport) => process.send?.(report);

process.on('unhandledRejection', (thrown) => tell({ type: 'unhandled', reason: String(thrown) }));

const [face] = await renderedFrames(1);
const images = await craftedImages(face!);
const pool = await createInferencePool({ threads: 1, modelsFolder: MODELS_FOLDER });
const answered = async () => {
  const { analysis } = await pool.analyse({ data: face!.data.slice(), track: null });
  if (analysis.face === null) throw new Error('a good frame is not answered any more');
};
await answered();
tell({ type: 'ready', images: images.length, residentMiB: residentMiB() });
for (const [index, image] of images.entries()) {
  if (index < first) continue;
  tell({ type: 'started', index, name: image.name });
  resetPeak();
  const beforeMiB = residentMiB();
  const startedMs = performance.now();
  try {
    const { outcome, decodeMs } = await tryImage(image);
    // As a frame, with what its sender says of it, and as a still that is believed.
    const { format, width, height } = image;
    const declared = { format, width, height };
    const asFrame = await pool
      .analyse({ data: image.data.slice(), declared, track: null })
      .then(() => 'picture', imageCode);
    await pool.analyse({ data: image.data.slice(), track: null }).catch(imageCode);
    const wanted = isExpected(image, outcome) && isExpected(image, asFrame);
    tell({
      type: 'done',
      index,
      outcome,
      fault: wanted ? null : `${outcome} and in the pool ${asFrame} instead of ${image.expected}`,
      decodeMs,
      totalMs: performance.now() - startedMs,
      peakMiB: peakMiB() - beforeMiB,
    });
  } catch (thrown) {
    const fault = thrown instanceof Error ? thrown.message : String(thrown);
    const totalMs = performance.now() - startedMs;
    tell({ type: 'done', index, outcome: 'fault', fault, decodeMs: totalMs, totalMs, peakMiB: 0 });
  }
}
await answered();
await pool.close();
tell({ type: 'finished', residentMiB: residentMiB() });
process.disconnect?.();

function residentMiB(): number {
  return process.memoryUsage.rss() / MIB;
}

/** The kernel forgets the highest resident size; where it can't, the peak is that of the whole run. */
function resetPeak(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {}
}

function peakMiB(): number {
  const peakKib = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return Number(peakKib) / 1024;
}
