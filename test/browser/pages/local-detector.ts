import { loadLocalDetector } from '../../../client/sdk/local/load-local-detector.ts';
import type { LocalDetector, LocalDetectorName } from '../../../client/sdk/local/local-detector.ts';
import type { FrameAnalysis } from '../../../src/vision/types.ts';

/** Drives a detector from a test: pictures by their address, analyses as plain JSON. */
export interface PlainAnalysis extends Omit<FrameAnalysis, 'face' | 'body'> {
  readonly face: Plain<NonNullable<FrameAnalysis['face']>> | null;
  readonly body?: Plain<NonNullable<FrameAnalysis['body']>> | null;
}

type Plain<T> = { readonly [Key in keyof T]: T[Key] extends Float32Array ? readonly number[] : T[Key] };

declare global {
  interface Window {
    localDetector: {
      load(options: {
        detector: LocalDetectorName | 'auto';
        profile?: string;
        modelsUrl?: string;
      }): Promise<
        { name: string; models: unknown; progress: [number, number][] } | { code: string; message: string }
      >;
      /** `alone`: nothing is known of the picture before it. */
      analyse(url: string, alone: boolean): Promise<PlainAnalysis>;
      look(url: string): Promise<{ faceCount: number; bodyCount?: number; hasBox: boolean }>;
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

function plain<T extends object>(value: T): Plain<T> {
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([key, field]) => [key, field instanceof Float32Array ? Array.from(field) : field]),
  ) as Plain<T>;
}

window.localDetector = {
  async load({ detector: name, profile = 'face-skin', modelsUrl = '/' }) {
    const progress: [number, number][] = [];
    try {
      detector = await loadLocalDetector({
        detector: name,
        profile,
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
    const { face, body, ...rest } = analysis;
    return { ...rest, face: face && plain(face), ...(body !== undefined && { body: body && plain(body) }) };
  },
  async look(url) {
    const { tookMs: _, box, ...counts } = await detector.look(await bitmapOf(url));
    return { ...counts, hasBox: box !== null };
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
