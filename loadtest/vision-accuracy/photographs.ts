import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FrameAnalysisStage } from '../../src/vision/analyse-frame.ts';
import { DEFAULT_DECODE_LIMITS, decodeImage } from '../../src/vision/decode-image.ts';
import { LANDMARK_COUNT } from '../../src/vision/landmarks.ts';
import { type Angles, type FaceErrors, meshErrors, poseErrors } from './errors.ts';

/** What reference.json holds of one photograph. */
interface Reference extends Angles {
  readonly landmarks: readonly (readonly [number, number, number])[];
}

/**
 * Analyses every photograph of a folder with a reference.json (landmarks in pixels, angles in degrees) as single
 * images. Faces that are not found are left out of the answer.
 */
export async function measurePhotographs(
  stage: FrameAnalysisStage,
  folder: string,
): Promise<{ readonly photographs: number; readonly errors: readonly FaceErrors[] }> {
  const references = JSON.parse(await readFile(join(folder, 'reference.json'), 'utf8')) as Record<
    string,
    Reference
  >;
  const errors: FaceErrors[] = [];
  for (const [name, reference] of Object.entries(references)) {
    const image = await decodeImage(await readFile(join(folder, name)), DEFAULT_DECODE_LIMITS);
    const { analysis } = await stage.analyse(image, null);
    if (analysis.face === null) continue;
    const expected = Float32Array.from(reference.landmarks.slice(0, LANDMARK_COUNT).flat());
    errors.push({
      name,
      meshPercent: meshErrors(expected, analysis.face.landmarks),
      poseDeg: poseErrors(reference, analysis.face.pose),
    });
  }
  return { photographs: Object.keys(references).length, errors };
}

/** The golden pair of MediaPipe's own tests: a portrait and the landmarks (0..1, as text) that it expects. */
export async function measureGoldenPair(
  stage: FrameAnalysisStage,
  folder: string,
): Promise<Float64Array | null> {
  const image = await decodeImage(await readFile(join(folder, 'portrait.jpg')), DEFAULT_DECODE_LIMITS);
  const text = await readFile(join(folder, 'portrait_expected_face_landmarks.pbtxt'), 'utf8');
  const points = Array.from(text.matchAll(/x: (\S+)\s+y: (\S+)/g)).slice(0, LANDMARK_COUNT);
  const expected = Float32Array.from(
    points.flatMap(([, x, y]) => [Number(x) * image.width, Number(y) * image.height, 0]),
  );
  const { analysis } = await stage.analyse(image, null);
  return analysis.face && meshErrors(expected, analysis.face.landmarks);
}
