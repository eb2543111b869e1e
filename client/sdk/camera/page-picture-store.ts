import { createPictureStore } from './picture-store.ts';

/** Encodes on the main thread: for browsers whose workers cannot draw. */
export function createPagePictureStore() {
  return createPictureStore(() => {
    const canvas = document.createElement('canvas');
    const context = canvas.getContext('2d', { alpha: false })!;
    return {
      canvas,
      context,
      toBlob: (type, quality) =>
        new Promise((resolve, reject) => {
          const take = (blob: Blob | null) =>
            blob ? resolve(blob) : reject(new Error('a canvas could not be encoded'));
          canvas.toBlob(take, type, quality);
        }),
    };
  });
}
