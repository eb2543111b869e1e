import { launchBrowser } from '../../test/support/browser.ts';
import { servePages } from '../../test/support/serve-pages.ts';
import { servedModels } from '../../test/support/served-models.ts';

/** What test/browser/pages/local-detector.ts offers; its own types would need a browser's. */
interface DetectorScope {
  readonly localDetector: {
    load(options: { detector: 'onnx' }): Promise<unknown>;
    timed(url: string, times: number): Promise<number>;
  };
}

const WARM_UP_TIMES = 60;
const TIMES = 150;

/**
 * Median milliseconds of a frame in the browser client's own detector (the node's models on onnxruntime-web, in its
 * worker): the way to the worker and back and the reading of the pixels are in it.
 */
export async function ownInBrowserMs(jpeg: Uint8Array): Promise<number> {
  const models = await servedModels();
  const pages = await servePages(['local-detector'], {
    handle(request, response) {
      if (request.url !== '/frame.jpg') return models.handle(request, response);
      response.writeHead(200, { 'content-type': 'image/jpeg' }).end(jpeg);
      return true;
    },
  });
  try {
    const browser = await launchBrowser({ camera: 'none' });
    try {
      const { page } = await browser.open(pages.url('local-detector'), { allowCamera: false });
      await page.evaluate(() =>
        (globalThis as unknown as DetectorScope).localDetector.load({ detector: 'onnx' }),
      );
      const timed = (times: number) =>
        page.evaluate(
          (count) => (globalThis as unknown as DetectorScope).localDetector.timed('/frame.jpg', count),
          times,
        );
      await timed(WARM_UP_TIMES);
      return await timed(TIMES);
    } finally {
      await browser.close();
    }
  } finally {
    await pages.close();
  }
}
