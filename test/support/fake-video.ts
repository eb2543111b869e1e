import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { VideoPlan, VideoShape } from './fake-video-frames.ts';

export type { VideoPlan } from './fake-video-frames.ts';

/** Pictures of 640×480, 15 a second: enough for every profile, and little to decode. */
const SHAPE: VideoShape = { width: 640, height: 480, fps: 15 };

const FOLDER = join(tmpdir(), 'framegate-fake-videos');
const SOURCES = ['../../src/synthetic', '.'].map((path) => fileURLToPath(new URL(path, import.meta.url)));

/**
 * The path of a video for `launchBrowser({ camera: { file } })`, which plays it from its start for every camera that is
 * opened, and over and over. Rendered on a thread of its own and kept in the temporary folder for later tests and runs.
 */
export async function fakeVideo(plan: VideoPlan, shape: Partial<VideoShape> = {}): Promise<string> {
  const whole = { ...SHAPE, ...shape };
  const path = join(FOLDER, `${plan.show}-${hashOf(plan, whole)}.y4m`);
  if (existsSync(path)) return path;
  await mkdir(FOLDER, { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  const worker = new Worker(new URL('./fake-video-worker.ts', import.meta.url), {
    workerData: { plan, shape: whole, path: unfinished },
  });
  const [code] = (await once(worker, 'exit')) as [number];
  if (code !== 0) throw new Error(`the video ${plan.show} was not rendered`);
  // Another test may have been as fast; either file is as good.
  await rename(unfinished, path);
  return path;
}

/** Of the plan and of the code that renders it. */
function hashOf(plan: VideoPlan, shape: VideoShape): string {
  const hash = createHash('sha256').update(JSON.stringify([plan, shape]));
  for (const folder of SOURCES) {
    for (const name of readdirSync(folder).sort()) {
      if (folder === SOURCES[1] && !/^(fake-video|scene-faults)/.test(name)) continue;
      if (name.endsWith('.ts')) hash.update(readFileSync(join(folder, name)));
    }
  }
  return hash.digest('hex').slice(0, 16);
}
