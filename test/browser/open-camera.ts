import type { OpenedPage, OpenOptions, TestBrowser } from '../support/browser.ts';
import type { SceneName } from '../support/scene-pictures.ts';
import { scenePictures } from '../support/scene-pictures.ts';
import { type ServedPages, servePages } from '../support/serve-pages.ts';
import { logWire, type WireLog } from '../support/wire-log.ts';
import type {} from './pages/framegate-camera.ts';
import { type PageRecord, recordPage } from './record-page.ts';

/** A page that is watched from its first moment. */
export interface WatchedPage extends OpenedPage {
  readonly record: PageRecord;
  readonly wire: WireLog;
}

/** As `browser.open`, with everything written down that the page tells an app, a person and the node. */
export async function openWatched(
  browser: TestBrowser,
  url: string,
  options: OpenOptions = {},
): Promise<WatchedPage> {
  const watched: { record?: PageRecord; wire?: WireLog } = {};
  const opened = await browser.open(url, {
    ...options,
    before: async (page, context) => {
      watched.wire = logWire(page);
      watched.record = await recordPage(page);
      await options.before?.(page, context);
    },
  });
  return { ...opened, record: watched.record!, wire: watched.wire! };
}

/** Serves pages/framegate-camera.ts and the pictures that its camera of one's own shows. */
export async function serveCameraPage(): Promise<ServedPages> {
  const pictures = await scenePictures();
  return servePages(['framegate-camera'], {
    handle(request, response) {
      const name = /^\/scenes\/([^?]+)/.exec(request.url ?? '')?.[1];
      const picture = name === undefined ? undefined : pictures.get(name);
      if (picture === undefined) return false;
      response.writeHead(200, { 'content-type': 'image/jpeg' }).end(picture);
      return true;
    },
  });
}

export interface ScenePage extends WatchedPage {
  /** From now on the camera sees this. */
  show(scene: SceneName): Promise<void>;
}

/** <framegate-camera> with these attributes before a camera that shows what the test says. */
export async function openScene(
  browser: TestBrowser,
  pages: ServedPages,
  scene: SceneName,
  attributes: Readonly<Record<string, string>>,
  options: OpenOptions = {},
): Promise<ScenePage> {
  const opened = await openWatched(
    browser,
    pages.url('framegate-camera', { query: { scene, ...attributes } }),
    options,
  );
  return { ...opened, show: (next) => opened.page.evaluate((name) => window.show(name), next) };
}
