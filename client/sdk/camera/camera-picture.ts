import type { StillLimits } from '../picture.ts';
import type { CameraPicture } from './camera.ts';
import type { PictureStore } from './open-picture-store.ts';
import type { PictureSource } from './picture-store.ts';

export interface CameraPictureParts {
  readonly id: number;
  readonly capturedAtMs: number;
  readonly width: number;
  readonly height: number;
  readonly source: Promise<PictureSource>;
  readonly store: PictureStore;
  /** A photo of the camera in place of the picture, where that is better. */
  takePhoto(limits: StillLimits): Promise<Blob | null>;
}

/** A picture whose pixels are in the store. They are given back when it is closed and nothing is under way. */
export function createCameraPicture(parts: CameraPictureParts): CameraPicture {
  const { id, store, takePhoto, capturedAtMs, width, height } = parts;
  const kept = parts.source.then(async (source) => {
    try {
      await store.call('keep', { id, source }, { transfer: [source] });
    } catch (thrown) {
      source.close();
      throw thrown;
    }
  });
  const uses = new Set<Promise<unknown>>([kept]);
  kept.catch(() => undefined);

  function use<T>(work: () => Promise<T>): Promise<T> {
    const used = kept.then(work);
    uses.add(used);
    const done = () => uses.delete(used);
    used.then(done, done);
    return used;
  }

  return {
    capturedAtMs,
    width,
    height,
    frame: (maxEdge, quality) => use(() => store.call('frame', { id, maxEdge, quality })),
    bitmap: (maxEdge) => use(() => store.call('bitmap', { id, maxEdge })),
    still: (limits) => use(async () => store.call('still', { id, limits, photo: await takePhoto(limits) })),
    close() {
      const release = () => store.call('release', id);
      Promise.allSettled(uses)
        .then(release)
        .catch(() => undefined);
    },
  };
}
