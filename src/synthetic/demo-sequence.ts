import {
  changeScene,
  type FaceScene,
  faceScene,
  type SceneCamera,
  type SceneFace,
  type SceneLight,
} from './face-scene.ts';
import { seededRandom, smoothstep, valueNoise } from './seeded-noise.ts';

export interface DemoOptions {
  readonly fps: number;
  readonly seed?: number;
  /** Of the live pictures; a still of the same moment is `changeScene(frame.scene, { width, height })`. */
  readonly width?: number;
  readonly height?: number;
  /** How long the good face is held at the end. */
  readonly holdMs?: number;
}

export type DemoPhase = 'empty-room' | 'too-far' | 'off-centre' | 'turned' | 'dark' | 'side-light' | 'good';

export interface DemoFrame {
  readonly phase: DemoPhase;
  /** Since the start. */
  readonly timeMs: number;
  readonly scene: FaceScene;
}

/** Whatever moves in the demo, in one row of numbers. */
interface Stance {
  readonly face: Pick<SceneFace, 'x' | 'y' | 'distanceCm' | 'yawDeg' | 'pitchDeg' | 'rollDeg'>;
  readonly light: Pick<SceneLight, 'azimuthDeg' | 'elevationDeg' | 'intensity' | 'ambient'>;
  readonly camera: Pick<SceneCamera, 'exposureEv'>;
}

type Wrong = { readonly [Part in keyof Stance]?: Partial<Stance[Part]> };

interface Step {
  readonly phase: DemoPhase;
  readonly durationMs: number;
  /** What is wrong in this step, against GOOD; null where nobody is there. */
  readonly wrong: Wrong | null;
}

/** Passes every measure of face-skin with room to spare. */
const GOOD: Stance = {
  face: { x: 0.5, y: 0.5, distanceCm: 30, yawDeg: 0, pitchDeg: 0, rollDeg: 0 },
  light: { azimuthDeg: 12, elevationDeg: 25, intensity: 0.85, ambient: 0.55 },
  camera: { exposureEv: 0 },
};

/** From wrong to right, in the order in which guidance asks for it. */
const STEPS: readonly Step[] = [
  { phase: 'empty-room', durationMs: 1500, wrong: null },
  { phase: 'too-far', durationMs: 2600, wrong: { face: { distanceCm: 78, y: 0.47 } } },
  { phase: 'off-centre', durationMs: 2600, wrong: { face: { x: 0.29, y: 0.46, distanceCm: 33 } } },
  { phase: 'turned', durationMs: 2600, wrong: { face: { yawDeg: 26, rollDeg: 4 } } },
  { phase: 'dark', durationMs: 2600, wrong: { camera: { exposureEv: -3.6 } } },
  {
    phase: 'side-light',
    durationMs: 2600,
    wrong: { light: { azimuthDeg: -80, ambient: 0.15, intensity: 1 } },
  },
];

/** How long somebody takes from one stance to the next; a demo step is longer, so that its hint can be read. */
const MOVE_MS = 900;
const BLINK_EVERY_MS = 3700;
const BLINK_MS = 220;

/**
 * Somebody comes into an empty room and mends one thing after the other until the face is good and held.
 * The same options give the same pictures.
 */
export function* demoSequence(options: DemoOptions): Generator<DemoFrame> {
  const seed = options.seed ?? 1;
  const steps: readonly Step[] = [
    ...STEPS,
    { phase: 'good', durationMs: MOVE_MS + (options.holdMs ?? 3000), wrong: {} },
  ];
  const room = faceScene({
    width: options.width ?? 512,
    height: options.height ?? 384,
    face: personOf(seed),
    background: { texture: 0.5, colour: [158, 156, 150], seed },
    camera: { noise: 0.012, defocusPx: 0.4 },
    seed,
  });
  let frame = 0;
  let startMs = 0;
  // Nobody enters a room at its middle.
  let before = stanceOf({ face: { x: 1.35, distanceCm: 95, y: 0.45, yawDeg: -20 } });
  for (const step of steps) {
    const endMs = startMs + step.durationMs;
    const goal = stanceOf(step.wrong ?? {});
    for (; (frame * 1000) / options.fps < endMs; frame++) {
      const timeMs = (frame * 1000) / options.fps;
      const stance = between(before, goal, smoothstep(0, MOVE_MS, timeMs - startMs));
      const scene = changeScene(room, {
        face:
          step.wrong === null
            ? null
            : { ...tremble(stance.face, timeMs, seed), eyesOpen: lidsAt(step, timeMs) },
        light: stance.light,
        camera: stance.camera,
        // Fresh noise for every picture.
        seed: seed * 100_003 + frame,
      });
      yield { phase: step.phase, timeMs, scene };
    }
    startMs = endMs;
    if (step.wrong !== null) before = goal;
  }
}

function personOf(seed: number): Partial<SceneFace> {
  const random = seededRandom(seed);
  const skins = [4, 6, 8, 5, 3, 9, 7, 2, 10] as const;
  const styles = ['short', 'long'] as const;
  return {
    skin: skins[(seed - 1 + skins.length * 1000) % skins.length] ?? 5,
    hair: {
      style: styles[Math.floor(random() * 2)]!,
      colour: [44 + random() * 30, 32 + random() * 16, 26 + random() * 8],
    },
    clothes: [50 + random() * 120, 60 + random() * 80, 70 + random() * 90],
  };
}

function stanceOf(wrong: Wrong): Stance {
  return {
    face: { ...GOOD.face, ...wrong.face },
    light: { ...GOOD.light, ...wrong.light },
    camera: { ...GOOD.camera, ...wrong.camera },
  };
}

function between(from: Stance, to: Stance, share: number): Stance {
  const mix = <T extends Readonly<Record<string, number>>>(one: T, other: T): T =>
    Object.fromEntries(
      Object.entries(one).map(([key, value]) => [key, value + (other[key]! - value) * share]),
    ) as T;
  return {
    face: mix({ ...from.face }, { ...to.face }),
    light: mix({ ...from.light }, { ...to.light }),
    camera: mix({ ...from.camera }, { ...to.camera }),
  };
}

/** Nobody holds still: slow, small swaying of head and hand. */
function tremble(face: Stance['face'], timeMs: number, seed: number): Stance['face'] {
  const sway = (channel: number): number => valueNoise(timeMs / 700, channel * 7.3, seed) * 2 - 1;
  return {
    x: face.x + sway(1) * 0.003,
    y: face.y + sway(2) * 0.003,
    distanceCm: face.distanceCm * (1 + sway(3) * 0.006),
    yawDeg: face.yawDeg + sway(4) * 1,
    pitchDeg: face.pitchDeg + sway(5) * 0.8,
    rollDeg: face.rollDeg + sway(6) * 0.7,
  };
}

/** Blinks now and then, but keeps the eyes open for the picture. */
function lidsAt(step: Step, timeMs: number): number {
  if (step.phase === 'good') return 1;
  const since = timeMs % BLINK_EVERY_MS;
  return since > BLINK_MS ? 1 : Math.abs(since - BLINK_MS / 2) / (BLINK_MS / 2);
}
