import { readFile } from 'node:fs/promises';
import type { VideoPlan } from './fake-video-frames.ts';
import { sharedData } from './shared-data.ts';

/** The face's share of the picture's height, forehead to chin: within every profile's band. */
const FACE_HEIGHT = 0.5;

interface Reference {
  readonly landmarks: readonly (readonly [x: number, y: number, z: number])[];
}

/** Skip with it; the text is the reason. */
export const photographsMissing: string | null =
  sharedData('faces/reference.json') === null ? 'the photographs of the test data are not here' : null;

/** A photograph of the test data, as somebody before the camera. */
export async function photographPlan(name: string): Promise<VideoPlan> {
  const file = sharedData(`faces/${name}`);
  const referencePath = sharedData('faces/reference.json');
  if (file === null || referencePath === null) throw new Error(`${name} is not here`);
  const references = JSON.parse(await readFile(referencePath, 'utf8')) as Record<string, Reference>;
  const points = references[name]!.landmarks;
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  const box = { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
  return { show: 'photograph', file, box, boxHeight: FACE_HEIGHT };
}
