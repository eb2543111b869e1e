import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { DemoPicture, DemoRendererData } from './demo-renderer.ts';
import { encodePicture } from './encode-picture.ts';
import type { PictureSource } from './picture-source.ts';

/** A rendered face or body that does it wrong and then right: guidance, capture and result without a camera. */
export function demoSource(options: DemoRendererData): PictureSource {
  return {
    name: 'demo',
    async *pictures() {
      const renderer = new Worker(new URL('./demo-renderer.ts', import.meta.url), { workerData: options });
      const render = async (): Promise<DemoPicture | null> => {
        const answer = once(renderer, 'message');
        renderer.postMessage('next');
        return ((await answer) as [DemoPicture | null])[0];
      };
      try {
        // One picture ahead of the one that is shown.
        for (let next = render(), picture = await next; picture !== null; picture = await next) {
          next = render();
          yield encodePicture(picture, picture.timeMs, 'demo');
        }
      } finally {
        await renderer.terminate();
      }
    },
  };
}
