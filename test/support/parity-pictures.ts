import { readFile } from 'node:fs/promises';
import { type DemoPhase, demoSequence } from '../../src/synthetic/demo-sequence.ts';
import { changeScene, type FaceScene, type SceneFace } from '../../src/synthetic/face-scene.ts';
import { renderScene } from '../../src/synthetic/render-face.ts';
import type { CanonicalFace, ImageFormat } from '../../src/vision/types.ts';
import { encodeImage } from './encode-image.ts';
import { GOOD_DISTANCES_CM, goodScene, MONK_TONES, SCENE_FAULTS } from './scene-faults.ts';
import { sharedData } from './shared-data.ts';

/** An encoded picture that goes through the edge's code and through a browser's. */
export interface ParityPicture {
  readonly name: string;
  readonly data: Uint8Array<ArrayBuffer>;
  readonly format: ImageFormat;
}

const POSES: readonly Partial<SceneFace>[] = [
  { yawDeg: 28, pitchDeg: -6 },
  { yawDeg: -14, rollDeg: 12 },
  { pitchDeg: 18, rollDeg: -20 },
  { yawDeg: 8, pitchDeg: -16, distanceCm: 48 },
];

/** Single pictures: each fault and some poses, over all skin tones and distances. */
export async function singlePictures(canonical: CanonicalFace): Promise<ParityPicture[]> {
  const good = (i: number): FaceScene =>
    goodScene(MONK_TONES[i % 10]!, GOOD_DISTANCES_CM[i % GOOD_DISTANCES_CM.length]!, i + 1);
  const scenes = [
    ...SCENE_FAULTS.map(({ name, apply }, i) => ({ name, scene: apply(good(i)) })),
    ...POSES.map((face, i) => ({ name: `pose ${i}`, scene: changeScene(good(i + 3), { face }) })),
    ...[0, 4, 9].map((i) => ({ name: `good, tone ${MONK_TONES[i]}`, scene: good(i) })),
  ];
  return Promise.all(scenes.map(({ name, scene }) => encoded(name, scene, canonical)));
}

export interface LivePicture extends ParityPicture {
  readonly timeMs: number;
}

/** The demo as a live sequence: the pictures follow each other and are tracked. All of its phases, or some. */
export async function livePictures(
  canonical: CanonicalFace,
  fps: number,
  phases?: readonly DemoPhase[],
): Promise<LivePicture[]> {
  const frames = [...demoSequence({ fps, holdMs: 2800 })].filter(
    ({ phase }) => phases === undefined || phases.includes(phase),
  );
  return Promise.all(
    frames.map(async ({ scene, phase, timeMs }, i) => ({
      ...(await encoded(`${phase} ${i}`, scene, canonical)),
      timeMs,
    })),
  );
}

/** The photographs of the shared test data, or none where they are not on this machine. */
export async function photographs(): Promise<ParityPicture[]> {
  const folder = sharedData('faces');
  if (folder === null) return [];
  const names = Array.from({ length: 13 }, (_, i) => `face-${String(i + 1).padStart(2, '0')}`);
  return Promise.all(
    names.map(async (name) => {
      const format: ImageFormat = name === 'face-13' ? 'png' : 'jpeg';
      const file = await readFile(`${folder}/${name}.${format === 'png' ? 'png' : 'jpg'}`);
      return { name, data: Uint8Array.from(file), format };
    }),
  );
}

async function encoded(name: string, scene: FaceScene, canonical: CanonicalFace): Promise<ParityPicture> {
  return { name, data: await encodeImage(renderScene(scene, canonical).image), format: 'jpeg' };
}
