import { contourOptionsSchema } from '../../../protocol/contour-options.ts';
import type { Analyzer } from '../../types.ts';
import { FACE_CONTOURS_VERSION, type FaceContoursThreads } from './face-contours-threads.ts';

/**
 * Named regions of a live capture, by the mesh. The threads are the caller's: they serve jobs too, and are closed by
 * whoever made them.
 */
export function createFaceContoursAnalyzer(threads: FaceContoursThreads): Analyzer {
  const options = contourOptionsSchema.parse({ style: 'dashed' });
  return {
    kind: 'face-contours',
    version: FACE_CONTOURS_VERSION,
    get models() {
      return threads.models;
    },
    analyse: async (_capture, image, signal) => {
      const { result, measurements } = await threads.draw(
        { type: 'mesh', image, landmarks: null, options },
        signal,
      );
      return { result: { ...result }, measurements };
    },
    close: async () => {},
  };
}
