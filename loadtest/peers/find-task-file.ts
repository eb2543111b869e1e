import { existsSync } from 'node:fs';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import { sharedData } from '../../test/support/shared-data.ts';

const SOURCE =
  'https://storage.googleapis.com/mediapipe-models/face_landmarker/face_landmarker/float16/1/face_landmarker.task';

/** FaceLandmarker's model: the file that was named, or the shared test data's. Throws model-missing. */
export function findTaskFile(named: string | undefined): string {
  const path = named ?? sharedData('reference/face_landmarker.task');
  if (path !== null && existsSync(path)) return path;
  throw new FramegateError(
    'model-missing',
    `${path ?? 'face_landmarker.task'} is not there; load ${SOURCE} and give it with --task FILE`,
  );
}
