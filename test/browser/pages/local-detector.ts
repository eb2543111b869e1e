import { loadLocalDetector } from '../../../client/sdk/local/load-local-detector.ts';
import type { LocalDetector, LocalDetectorName } from '../../../client/sdk/local/local-detector.ts';
import type { FrameAnalysis } from '../../../src/vision/types.ts';

/** Drives a detector from a test: pictures by their address, analyses as plain JSON. */
export interface PlainAnalysis extends Omit<FrameAnalysis, 'face'> {
  readonly face: (Omit<NonNullable<FrameAnalysis['face']>, 'landmarks'> & { landmarks: number[] }) | null;
}

declare global {
  interface Window {
    localDetector: {
      load(options: {
        detector: LocalDetectorName | 'auto';
        modelsUrl?: string;
      }): Promise<
        { name: string; models: unknown; progress: [number, number][] } | { code: string; message: string }
      >;
      /** `alone`: nothing is known of the picture before it. */
      analyse(url: string, alone: boolean): Promise<PlainAnalysis>;
      look(url: string): Promise<{ faceCount: number; hasBox: boolean }>;
      /** Median milliseconds of a picture, read and answered. */
      timed(url: string, times: number): Promise<number>;
      close(): void;
    };
  }
}

let detector: LocalDetector;

async function bitmapOf(url: string): Promise<ImageBitmap> {
  return createImageBitmap(await (await fetch(url)).blob());
}

window.localDetector = {
  async load({ detector: name, modelsUrl = '/' }) {
    const progress: [number, number][] = [];
    try {
      detector = await loadLocalDetector({
        detector: name,
        modelsUrl,
        onProgress: (loaded, total) => progress.push([loaded, total]),
      });
      return { name: detector.name, models: detector.models, progress };
    } catch (error) {
      const { code, message } = error as Error & { code: string };
      return { code, message };
    }
  },
  async analyse(url, alone) {
    const bitmap = await bitmapOf(url);
    if (alone) detector.forget();
    const analysis = await detector.analyse(bitmap);
    const { face } = analysis;
    return { ...analysis, face: face && { ...face, landmarks: Array.from(face.landmarks) } };
  },
  async look(url) {
    const { faceCount, box } = await detector.look(await bitmapOf(url));
    return { faceCount, hasBox: box !== null };
  },
  async timed(url, times) {
    const bitmap = await bitmapOf(url);
    const took: number[] = [];
    for (let i = 0; i < times; i++) {
      const copy = await createImageBitmap(bitmap);
      const started = performance.now();
      await detector.analyse(copy);
      took.push(performance.now() - started);
    }
    return took.toSorted((a, b) => a - b)[times >> 1]!;
  },
  close: () => detector.close(),
};
