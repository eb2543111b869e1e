/** Draws the demo's pictures, off the main thread. */
import { type DemoFrame, demoSequence } from '../../../src/synthetic/demo-sequence.ts';
import { renderScene } from '../../../src/synthetic/render-face.ts';
import { parseCanonicalFace } from '../../../src/vision/canonical-face.ts';
import type { CanonicalFace } from '../../../src/vision/types.ts';
import { serveWorker, type WorkerScope } from '../../sdk/serve-worker.ts';
import { fetchCanonicalFace } from '../canonical-face-file.ts';
import type { DemoRendererCalls } from './demo-calls.ts';
import { createTimeline, type Timeline } from './demo-timeline.ts';
import { rgbaOf } from './rgba.ts';

const SEQUENCE_FPS = 25;
/** The good face is held as long as somebody may look at it. */
const HOLD_MS = 30 * 60_000;
const LOOK_AGAIN_MS = 4;
const SMALL_PX = { long: 640, short: 480 };
/** For a device that draws the small size at least this fast. */
const LARGE_PX = { long: 960, short: 720 };
const FAST_RENDER_MS = 14;

interface Prepared {
  readonly canonical: CanonicalFace;
  sequence(): Iterable<DemoFrame>;
}

let prepared: Prepared | null = null;
let timeline: Timeline<DemoFrame> | null = null;
let startedMs = 0;
let hasBegun = false;

serveWorker<DemoRendererCalls>(self as unknown as WorkerScope, {
  async prepare({ modelsUrl, seed, portrait }) {
    const canonical = parseCanonicalFace(await fetchCanonicalFace(modelsUrl));
    const sized = ({ long, short }: typeof SMALL_PX): Prepared => {
      const [width, height] = portrait ? [short, long] : [long, short];
      const sequence = () => demoSequence({ fps: SEQUENCE_FPS, seed, width, height, holdMs: HOLD_MS });
      return { canonical, sequence };
    };
    const small = sized(SMALL_PX);
    prepared = timeToRenderMs(small) <= FAST_RENDER_MS ? sized(LARGE_PX) : small;
  },
  begin() {
    hasBegun = true;
    timeline = null;
  },
  async picture({ rgba }, transfer) {
    const { canonical, frame } = await nextFrame();
    const { image } = renderScene(frame.scene, canonical);
    const pixels = rgbaOf(image.data, rgba);
    transfer.push(pixels.buffer);
    return { rgba: pixels, width: image.width, height: image.height };
  },
});

async function nextFrame(): Promise<{ canonical: CanonicalFace; frame: DemoFrame }> {
  for (;;) {
    if (prepared === null) throw new Error('prepare comes first');
    if (timeline === null) {
      timeline = createTimeline(prepared.sequence());
      startedMs = performance.now();
    }
    const frame = timeline.at(performance.now() - startedMs);
    if (frame !== null && (hasBegun || frame.scene.face === null)) {
      return { canonical: prepared.canonical, frame };
    }
    if (frame !== null) timeline = null;
    else await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

/** Of a picture with a face in it; heads and textures, which are made at their first use, do not count. */
function timeToRenderMs({ canonical, sequence }: Prepared): number {
  for (const { scene } of sequence()) {
    if (scene.face === null) continue;
    renderScene(scene, canonical);
    const beganMs = performance.now();
    renderScene(scene, canonical);
    return performance.now() - beganMs;
  }
  return 0;
}
