import { createRequire } from 'node:module';
import type * as OpenCv from '@techstark/opencv-js';

export type Cv = typeof OpenCv;

/** What OpenCV's own memory holds until it is deleted: no garbage collector sees it. */
interface Deletable {
  delete(): void;
}

/**
 * Loads OpenCV, which takes half a second and 130 MB; once a thread is enough. Call it where work that needs it may be
 * the next.
 */
export async function loadOpenCv(): Promise<Cv> {
  // Its WebAssembly runtime would end the process at any error that nobody has caught, whoever's it is.
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const before = events.map((event) => new Set(process.listeners(event as 'uncaughtException')));
  // Not import(): the module is an object with a `then` until it is ready, and waiting for such a one never ends.
  const loaded = createRequire(import.meta.url)('@techstark/opencv-js') as Cv & {
    onRuntimeInitialized?: () => void;
  };
  if (loaded.Mat === undefined) {
    await new Promise<void>((resolve) => {
      loaded.onRuntimeInitialized = resolve;
    });
  }
  events.forEach((event, index) => {
    for (const listener of process.listeners(event as 'uncaughtException')) {
      if (!before[index]!.has(listener)) process.off(event, listener);
    }
  });
  Reflect.deleteProperty(loaded, 'then');
  return loaded;
}

/** Gives what `use` gives, and deletes all that it kept, also when it throws. */
export function withMats<T>(use: (keep: <M extends Deletable>(mat: M) => M) => T): T {
  const kept: Deletable[] = [];
  try {
    return use((mat) => {
      kept.push(mat);
      return mat;
    });
  } finally {
    for (const mat of kept) mat.delete();
  }
}
