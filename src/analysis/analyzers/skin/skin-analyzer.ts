import type { Analyzer } from '../../types.ts';
import { skinMeasurements } from './skin-measurements.ts';
import { SKIN_VERSION, type SkinThreads } from './skin-threads.ts';

/**
 * Skin of a live capture. The threads are the caller's: they serve jobs too, and are closed by whoever made them.
 */
export function createSkinAnalyzer(threads: SkinThreads): Analyzer {
  return {
    kind: 'skin',
    version: SKIN_VERSION,
    get models() {
      return threads.models;
    },
    analyse: async (_capture, image, signal) => {
      const result = await threads.measure(image, signal);
      return { result: { ...result }, measurements: skinMeasurements(result) };
    },
    close: async () => {},
  };
}
