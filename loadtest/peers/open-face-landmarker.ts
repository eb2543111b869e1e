import { launchBrowser } from '../../test/support/browser.ts';
import type { FaceLandmarkerCalls, LandmarkerRun, TimedFrames } from './face-landmarker-calls.ts';
import { serveFaceLandmarker } from './serve-face-landmarker.ts';

export interface OpenFaceLandmarker {
  /** Loads the model anew. `matrices`: with the head's pose. */
  load(matrices: boolean): Promise<void>;
  run(order: LandmarkerRun): Promise<TimedFrames>;
  webglCopyMs(times: number): Promise<number>;
  /** User and system time of all of Chromium's processes. */
  cpuSeconds(): Promise<number>;
  /** `Chrome/142…` */
  readonly browserVersion: string;
  close(): Promise<void>;
}

type PageScope = { faceLandmarker?: FaceLandmarkerCalls; crossOriginIsolated: boolean };

/** FaceLandmarker of @mediapipe/tasks-vision in a headless Chromium that reaches this machine and nothing else. */
export async function openFaceLandmarker(
  taskFile: string,
  pictures: readonly Uint8Array[],
): Promise<OpenFaceLandmarker> {
  const served = await serveFaceLandmarker(taskFile, pictures);
  const browser = await launchBrowser({
    camera: 'none',
    args: ['--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1'],
  }).catch(async (thrown: unknown) => {
    await served.close();
    throw thrown;
  });
  const close = async (): Promise<void> => {
    await browser.close();
    await served.close();
  };
  try {
    const { page } = await browser.open(served.pageUrl, { allowCamera: false });
    await page.waitForFunction(() => (globalThis as unknown as PageScope).faceLandmarker !== undefined);
    if (!(await page.evaluate(() => (globalThis as unknown as PageScope).crossOriginIsolated))) {
      throw new Error('the page is not isolated: its clock would be coarse');
    }
    const devtools = await browser.browser.newBrowserCDPSession();
    return {
      browserVersion: `Chromium ${browser.browser.version()}`,
      load: (matrices) =>
        page.evaluate((options) => (globalThis as unknown as PageScope).faceLandmarker!.load(options), {
          pictureUrls: served.pictureUrls,
          matrices,
        }),
      run: (order) =>
        page.evaluate((what) => (globalThis as unknown as PageScope).faceLandmarker!.run(what), order),
      webglCopyMs: (times) =>
        page.evaluate(
          (count) => (globalThis as unknown as PageScope).faceLandmarker!.webglCopyMs(count),
          times,
        ),
      async cpuSeconds() {
        const { processInfo } = await devtools.send('SystemInfo.getProcessInfo');
        return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
      },
      close,
    };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}
