import sharp from 'sharp';
import { demoSequence } from '../../src/synthetic/demo-sequence.ts';
import { changeScene, type FaceScene } from '../../src/synthetic/face-scene.ts';
import { renderScene } from '../../src/synthetic/render-face.ts';
import { openModels } from '../../src/vision/model-registry.ts';
import type { RgbImage } from '../../src/vision/types.ts';
import { goodScene } from './scene-faults.ts';

/** What a fake camera sees; equal plans give equal videos. Rates are pictures a second of the finished video. */
export type VideoPlan =
  /** The demo's person from wrong to right, `speed` times as fast as in the demo, and `holdMs` of the good face. */
  | { readonly show: 'demo'; readonly speed: number; readonly holdMs: number; readonly seed?: number }
  /** A good face that sways a little, without a visible seam. */
  | { readonly show: 'good-face'; readonly seed?: number }
  /** Nobody for `emptyMs`; then, where `faceMs` is not 0, somebody good all at once. */
  | { readonly show: 'room'; readonly emptyMs: number; readonly faceMs: number }
  /** A photograph, zoomed so that `box` (its pixels) fills `boxHeight` of the picture's height. */
  | {
      readonly show: 'photograph';
      readonly file: string;
      readonly box: {
        readonly x: number;
        readonly y: number;
        readonly width: number;
        readonly height: number;
      };
      readonly boxHeight: number;
    };

export interface VideoShape {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
}

/** What the demo's person takes to come to the good place. */
const DEMO_MOVE_MS = 900;
/** Rendered of somebody who holds still; after that they go to and fro. */
const HELD_PICTURES = 12;

/** The pictures of a plan, one by one. The same object again is the same picture again. */
export async function* videoFrames(plan: VideoPlan, shape: VideoShape): AsyncGenerator<RgbImage> {
  if (plan.show === 'photograph') {
    yield* swayingPhotograph(plan, shape);
    return;
  }
  const canonical = await (await openModels()).loadCanonicalFace();
  const render = (scene: FaceScene) =>
    renderScene(changeScene(scene, { width: shape.width, height: shape.height }), canonical).image;
  switch (plan.show) {
    case 'demo': {
      const { speed, holdMs, seed = 1 } = plan;
      const held: RgbImage[] = [];
      let arrivedAtMs: number | null = null;
      for (const { phase, timeMs, scene } of demoSequence({ fps: shape.fps / speed, holdMs: 2000, seed })) {
        if (phase === 'good') arrivedAtMs ??= timeMs + DEMO_MOVE_MS;
        const image = render(scene);
        yield image;
        if (arrivedAtMs === null || timeMs < arrivedAtMs) continue;
        held.push(image);
        if (held.length === HELD_PICTURES) break;
      }
      yield* repeat([...held.toReversed(), ...held], (holdMs * shape.fps) / 1000 - held.length);
      return;
    }
    case 'good-face': {
      const sway = goodFaces(plan.seed ?? 1).map(render);
      yield* sway;
      yield* sway.toReversed();
      return;
    }
    case 'room': {
      const room = [1, 2, 3, 4].map((seed) => render(changeScene(goodScene(), { face: null, seed })));
      yield* repeat(room, (plan.emptyMs * shape.fps) / 1000);
      const sway = goodFaces(1).map(render);
      yield* repeat([...sway, ...sway.toReversed()], (plan.faceMs * shape.fps) / 1000);
      return;
    }
  }
}

function goodFaces(seed: number): readonly FaceScene[] {
  return Array.from({ length: 12 }, (_, index) =>
    changeScene(goodScene(5, 30, seed), {
      face: { x: 0.5 + 0.0003 * index, yawDeg: 0.05 * index },
      seed: seed * 1000 + index,
    }),
  );
}

function* repeat<T>(values: readonly T[], count: number): Generator<T> {
  for (let index = 0; index < count; index++) yield values[index % values.length]!;
}

/** Nobody holds a photograph perfectly still: a pixel to and fro. */
async function* swayingPhotograph(
  plan: Extract<VideoPlan, { show: 'photograph' }>,
  { width, height }: VideoShape,
): AsyncGenerator<RgbImage> {
  const scale = (plan.boxHeight * height) / plan.box.height;
  const source = sharp(plan.file);
  const { width: sourceWidth, height: sourceHeight } = await source.metadata();
  const [scaledWidth, scaledHeight] = [Math.round(sourceWidth * scale), Math.round(sourceHeight * scale)];
  // Room on all sides, so that any part can be cut out.
  const large = await source
    .resize(scaledWidth, scaledHeight, { fit: 'fill' })
    .extend({ top: height, bottom: height, left: width, right: width, extendWith: 'copy' })
    .removeAlpha()
    .raw()
    .toBuffer();
  const raw = { width: scaledWidth + 2 * width, height: scaledHeight + 2 * height, channels: 3 as const };
  const left = Math.round((plan.box.x + plan.box.width / 2) * scale + width / 2);
  const top = Math.round((plan.box.y + plan.box.height / 2) * scale + height / 2);
  for (const [dx, dy] of [0, 0, 0, 1, 1, 1, 1, 0, 0].map((x, i) => [x, i % 2] as const)) {
    const data = await sharp(large, { raw })
      .extract({ left: left + dx, top: top + dy, width, height })
      .raw()
      .toBuffer();
    yield { data: new Uint8Array(data), width, height };
  }
}
