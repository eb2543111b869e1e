import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changeScene } from '../../src/synthetic/face-scene.ts';
import { renderScene } from '../../src/synthetic/render-face.ts';
import { openModels } from '../../src/vision/model-registry.ts';
import type { CanonicalFace } from '../../src/vision/types.ts';
import { chromiumMissing, launchBrowser, type OpenedPage, type TestBrowser } from '../support/browser.ts';
import { encodeImage } from '../support/encode-image.ts';
import { type LivePicture, livePictures } from '../support/parity-pictures.ts';
import { goodScene } from '../support/scene-faults.ts';
import { type ServedPages, servePages } from '../support/serve-pages.ts';
import { type ServedModels, servedModels } from '../support/served-models.ts';
import { sharedData } from '../support/shared-data.ts';
import type {} from './pages/local-detector.ts';
import type { SessionPicture } from './pages/local-session.ts';

const TASK = sharedData('reference/face_landmarker.task');
/** Some of the demo's phases, and what the person is told in the first of them. */
const PHASES = ['empty-room', 'too-far', 'good'] as const;
const HINTS = ['no-face', 'come-closer'];
const NO_TASK = 'face_landmarker.task is not on this machine';

/** Compiling and rendering take their time on a machine that has other work. */
const TIMEOUT_MS = 120_000;

describe.skipIf(chromiumMissing !== null)(`a detector on the device, ${chromiumMissing ?? ''}`, () => {
  let canonical: CanonicalFace;
  let browser: TestBrowser;
  let pages: ServedPages;
  let models: ServedModels;
  const pictures = new Map<string, () => Promise<Uint8Array>>();

  beforeAll(async () => {
    models = await servedModels(TASK);
    canonical = await (await openModels()).loadCanonicalFace();
    const handle = (request: IncomingMessage, response: ServerResponse): boolean => {
      const picture = pictures.get(request.url ?? '');
      if (picture === undefined) return models.handle(request, response);
      void picture().then((bytes) => response.writeHead(200, { 'content-type': 'image/jpeg' }).end(bytes));
      return true;
    };
    [browser, pages] = await Promise.all([
      launchBrowser(),
      servePages(['local-detector', 'local-session'], { handle }),
    ]);
    const good = encodeImage(renderScene(goodScene(4, 30, 7), canonical).image);
    const room = encodeImage(renderScene(changeScene(goodScene(), { face: null }), canonical).image);
    const still = encodeImage(
      renderScene(changeScene(goodScene(4, 30, 7), { width: 1024, height: 768 }), canonical).image,
    );
    pictures.set('/pictures/still', () => still);
    pictures.set('/pictures/good', () => good);
    pictures.set('/pictures/room', () => room);
  }, TIMEOUT_MS);

  afterAll(async () => {
    await browser?.close();
    await pages?.close();
  });

  let rendered: Promise<LivePicture[]> | null = null;
  const demo = () => (rendered ??= livePictures(canonical, 2.5, PHASES));

  const load = ({ page }: OpenedPage, detector: 'onnx' | 'face-landmarker' | 'auto', modelsUrl = '/') =>
    page.evaluate((options) => window.localDetector.load(options), { detector, modelsUrl });

  test(
    'onnx: loads with progress, keeps its models, and sees who is there',
    async () => {
      const opened = await browser.open(pages.url('local-detector'));
      const first = await load(opened, 'onnx');
      if (!('progress' in first)) throw new Error(first.message);
      const loaded = first.progress.map(([bytes]) => bytes);
      expect(loaded).toEqual(loaded.toSorted((a, b) => a - b));
      expect(new Set(first.progress.map(([, total]) => total)).size).toBe(1);
      expect(first.progress.at(-1)![0]).toBe(first.progress.at(-1)![1]);
      const { page } = opened;
      expect(await page.evaluate(() => window.localDetector.look('/pictures/good'))).toEqual({
        faceCount: 1,
        hasBox: true,
      });
      await page.evaluate(() => window.localDetector.close());

      models.asked.length = 0;
      await page.reload();
      expect(await load(opened, 'onnx')).toMatchObject({ name: 'onnx' });
      expect(models.asked).toEqual(['/models/manifest.json']);
      expect(await page.evaluate(() => window.localDetector.look('/pictures/room'))).toEqual({
        faceCount: 0,
        hasBox: false,
      });
      expect(opened.problems()).toEqual([]);
      await opened.close();
    },
    TIMEOUT_MS,
  );

  test(
    'onnx: works from a script of another origin',
    async () => {
      const opened = await browser.open(pages.url('local-detector'));
      const script = await opened.page.evaluate(() => document.querySelector('script')!.src);
      const url = script.replace(pages.origin, pages.otherOrigin);
      await opened.page.addScriptTag({ url, type: 'module' });
      expect(await load(opened, 'onnx', pages.otherOrigin)).toMatchObject({ name: 'onnx' });
      const analysis = await opened.page.evaluate(() => window.localDetector.analyse('/pictures/good', true));
      expect(analysis.face).not.toBeNull();
      expect(opened.problems()).toEqual([]);
      await opened.close();
    },
    TIMEOUT_MS,
  );

  test(
    'says with one code that it could not be loaded',
    async () => {
      const opened = await browser.open(pages.url('local-detector'), { expectedProblems: /404/ });
      for (const detector of ['onnx', 'face-landmarker', 'auto'] as const) {
        expect(await load(opened, detector, '/nothing-here/')).toMatchObject({
          code: 'detector-unavailable',
        });
      }
      expect(opened.problems()).toEqual([]);
      await opened.close();
    },
    TIMEOUT_MS,
  );

  test(
    'face-landmarker: finds what the mesh finds, and has no network',
    async ({ skip }) => {
      if (TASK === null) skip(NO_TASK);
      const photo = sharedData('faces/face-04.jpg');
      const names = ['/pictures/good'];
      if (photo !== null) {
        pictures.set('/pictures/photo', async () => readFileSync(photo));
        names.push('/pictures/photo');
      }
      const opened = await browser.open(pages.url('local-detector'));
      const { page } = opened;
      const analyses = [];
      for (const detector of ['onnx', 'auto'] as const) {
        expect(await load(opened, detector)).toMatchObject({
          name: detector === 'auto' ? 'face-landmarker' : 'onnx',
        });
        for (const name of names) {
          analyses.push(await page.evaluate((url) => window.localDetector.analyse(url, true), name));
        }
        if (detector === 'onnx') await page.evaluate(() => window.localDetector.close());
      }
      for (const [i, name] of names.entries()) {
        const [mesh, other] = [analyses[i]!.face!, analyses[names.length + i]!.face!];
        const { box } = mesh;
        for (const key of ['x', 'y', 'width', 'height'] as const) {
          expect(Math.abs(other.box[key] - box[key]) / box.width, `${name}: ${key}`).toBeLessThan(0.06);
        }
        expect(other.landmarks).toHaveLength(468 * 3);
        expect(Math.abs(other.pose.yawDeg - mesh.pose.yawDeg), `${name}: yaw`).toBeLessThan(4);
        expect(Math.abs(other.pose.rollDeg - mesh.pose.rollDeg), `${name}: roll`).toBeLessThan(3);
        expect(other.appearance.skinLuminance).toBeCloseTo(mesh.appearance.skinLuminance, 1);
      }
      expect(await page.evaluate(() => window.localDetector.look('/pictures/room'))).toMatchObject({
        faceCount: 0,
      });
      const medianMs = await page.evaluate(() => window.localDetector.timed('/pictures/good', 20));
      process.stdout.write(`FaceLandmarker, 512 × 384: median ${medianMs.toFixed(1)} ms a picture\n`);
      const worker = page.workers().find((each) => each.url().includes('face-landmarker'))!;
      const fetched = worker.evaluate(() => fetch('/').then(() => 'fetched', String));
      expect(await fetched).toContain('no network in a detector');
      expect(opened.problems()).toEqual([]);
      await opened.close();
    },
    TIMEOUT_MS,
  );

  test.each(['onnx', 'face-landmarker'] as const)(
    '%s: guides a whole session to a capture without any request',
    async (detector) => {
      if (detector === 'face-landmarker' && TASK === null) return;
      const opened = await browser.open(pages.url('local-session'));
      const { page } = opened;
      expect(await page.evaluate((name) => window.localSession.load(name), detector)).toBe(detector);
      const sequence: SessionPicture[] = [];
      for (const [i, { data, timeMs }] of (await demo()).entries()) {
        const url = `/pictures/demo-${i}`;
        pictures.set(url, async () => data);
        sequence.push({ url, stillUrl: '/pictures/still', timeMs });
      }
      const requests: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      const told = await page.evaluate((shown) => window.localSession.guide(shown, 'face-skin'), sequence);
      expect(told.hints.filter((hint) => hint !== null).slice(0, HINTS.length)).toEqual(HINTS);
      expect(told.hints.at(-1)).toBeNull();
      expect(told.verdicts).toHaveLength(sequence.length);
      expect(told.verdicts).not.toContain('error');
      expect(told.steps).toEqual(['captureRequest', 'captured', 'result live-check']);
      expect(told.captured).toMatchObject({ width: 1024, height: 768, receipt: null });
      expect(told.liveCheck).toMatchObject({
        schema: 'framegate.live-check/1',
        verdict: 'pass',
        faceCount: 1,
      });
      expect(told.openPictures).toBe(0);
      // The lazy code of the session comes from where the page came from; the pictures are the test's own.
      const others = requests.filter((url) => !url.startsWith(`${pages.origin}/pictures/`));
      expect(others.filter((url) => !/\/assets\/start-local-session-[\w-]+\.js$/.test(url))).toEqual([]);
      expect(opened.problems()).toEqual([]);
      await opened.close();
    },
    TIMEOUT_MS,
  );
});
