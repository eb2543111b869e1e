import { serveWorker } from '../serve-worker.ts';
import { createPictureStore, type PictureCalls } from './picture-store.ts';

serveWorker<PictureCalls>(
  self,
  createPictureStore(() => {
    const canvas = new OffscreenCanvas(1, 1);
    const context = canvas.getContext('2d', { alpha: false })!;
    return { canvas, context, toBlob: (type, quality) => canvas.convertToBlob({ type, quality }) };
  }),
);
