import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { messages as english } from '../../client/locales/en/component.ts';
import { inspect } from '../../src/guidance/inspect.ts';
import { resolveProfile } from '../../src/guidance/profiles.ts';
import { DEFAULT_BODY_SCENE } from '../../src/synthetic/body/body-scene.ts';
import { renderBody } from '../../src/synthetic/body/render-body.ts';
import { createBodyFrameAnalysis } from '../../src/vision/analyse-body-frame.ts';
import type { FrameAnalysisStage } from '../../src/vision/analyse-frame.ts';
import { createBodyFinder } from '../../src/vision/body-finder.ts';
import { DEFAULT_DECODE_LIMITS, decodeImage } from '../../src/vision/decode-image.ts';
import type { LoadedPoseModels } from '../../src/vision/load-pose-models.ts';
import { openModels } from '../../src/vision/model-registry.ts';
import type { BodyAnalysis, BodyTrack, FrameAnalysis, RgbImage } from '../../src/vision/types.ts';
import { sideBySide } from '../support/body-pictures.ts';
import { BODY_SCENE_FAULTS, goodBodyScene } from '../support/body-scene-faults.ts';
import { chromiumMissing, launchBrowser, type OpenedPage, type TestBrowser } from '../support/browser.ts';
import { encodeImage } from '../support/encode-image.ts';
import { importedPoseModels } from '../support/pose-models.ts';
import { type ServedPages, servePages } from '../support/serve-pages.ts';
import { type ServedModels, servedModels } from '../support/served-models.ts';
import type {} from './pages/local-detector.ts';
import type { SessionPicture } from './pages/local-session.ts';
import { revivedAnalysis } from './revived-analysis.ts';

/** Compiling and rendering take their time on a machine that has other work. */
const TIMEOUT_MS = 120_000;
const PROFILES = ['body-front:strict', 'body-front', 'body-side:relaxed'].map((name) => resolveProfile(name));
const FAULTS = ['turned half', 'clothes like the wall'];
/** Of the body's height. */
const MAX_LANDMARK_SHARE = 0.0005;
/**
 * A point on the border of two cells of heat (pose-heatmap.ts) is refined from the one or the other by the last bit of a
 * float: at the edge too a region moved by 0.0001 px moves it so far. One of the 33 may, in a picture.
 */
const MAX_JUMP_SHARE = 0.01;
/** Of what is measured at such a point. */
const MAX_SCORE_OFF = 5;

/** By name, as JPEG. */
async function bodyPictures(): Promise<ReadonlyMap<string, Uint8Array<ArrayBuffer>>> {
  const canonical = await (await openModels()).loadCanonicalFace();
  const front = renderBody(goodBodyScene(DEFAULT_BODY_SCENE, 'body-front'), canonical).image;
  const images: [string, RgbImage][] = [
    ['front', front],
    ['side', renderBody(goodBodyScene(DEFAULT_BODY_SCENE, 'body-side'), canonical).image],
    ['two people', sideBySide(front, front)],
    ['nobody', { data: new Uint8Array(360 * 640 * 3).fill(150), width: 360, height: 640 }],
    ...BODY_SCENE_FAULTS.filter(({ profile, name }) => profile === 'body-front' && FAULTS.includes(name)).map(
      ({ profile, name, changes }): [string, RgbImage] => [
        name,
        renderBody(goodBodyScene(DEFAULT_BODY_SCENE, profile, changes), canonical).image,
      ],
    ),
  ];
  const encoded = images.map(async ([name, image]) => [name, await encodeImage(image)] as const);
  return new Map(await Promise.all(encoded));
}

describe.skipIf(chromiumMissing !== null)(`bodies on the device, ${chromiumMissing ?? ''}`, () => {
  let pose: LoadedPoseModels;
  let stage: FrameAnalysisStage<RgbImage, BodyTrack>;
  let pictures: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
  let models: ServedModels;
  let browser: TestBrowser;
  let pages: ServedPages;
  let opened: OpenedPage;

  beforeAll(async () => {
    pose = await importedPoseModels('lite');
    stage = createBodyFrameAnalysis(createBodyFinder(pose.models, { withMask: true }));
    models = await servedModels();
    const handle = (request: IncomingMessage, response: ServerResponse): boolean => {
      const picture = pictures.get(decodeURIComponent((request.url ?? '').replace('/pictures/', '')));
      if (picture === undefined) return models.handle(request, response);
      response.writeHead(200, { 'content-type': 'image/jpeg' }).end(picture);
      return true;
    };
    const names = ['local-detector', 'local-session', 'framegate-camera'];
    [browser, pages, pictures] = await Promise.all([
      launchBrowser({ camera: 'test-picture' }),
      servePages(names, { handle }),
      bodyPictures(),
    ]);
    opened = await browser.open(pages.url('local-detector'));
  }, TIMEOUT_MS);

  afterAll(async () => {
    await browser?.close();
    await pages?.close();
    await Promise.all([pose?.models.detector.close(), pose?.models.landmarks.close()]);
  });

  const url = (name: string): string => `/pictures/${encodeURIComponent(name)}`;

  test(
    'loads only what bodies need, whatever finds faces, with progress',
    async () => {
      models.asked.length = 0;
      const ready = await opened.page.evaluate(() =>
        window.localDetector.load({ detector: 'face-landmarker', profile: 'body-side:strict' }),
      );
      expect(ready).toMatchObject({ name: 'onnx', models: pose.identities });
      expect(models.asked.toSorted()).toEqual([
        '/models/manifest.json',
        '/models/pose-detector.bin',
        '/models/pose-landmark-lite.bin',
      ]);
      if (!('progress' in ready)) throw new Error(ready.message);
      expect(ready.progress.at(-1)![0]).toBe(ready.progress.at(-1)![1]);
    },
    TIMEOUT_MS,
  );

  test(
    'says the same of rendered bodies as the edge',
    async () => {
      let worstShare = 0;
      let jumps = 0;
      let worstScore = 0;
      const compare = (what: string, edge: FrameAnalysis, device: FrameAnalysis): void => {
        expect(outline(device), what).toEqual(outline(edge));
        if (edge.body && device.body) {
          const [first = 0, second = 0] = apartShares(edge.body, device.body);
          expect(second, `${what}: landmarks`).toBeLessThan(MAX_LANDMARK_SHARE);
          expect(first, `${what}: the worst landmark`).toBeLessThan(MAX_JUMP_SHARE);
          if (first >= MAX_LANDMARK_SHARE) jumps++;
          worstShare = Math.max(worstShare, second);
        }
        for (const profile of PROFILES) {
          const at = `${what}, ${profile.name}:${profile.level}`;
          const [expected, found] = [inspect(edge, profile), inspect(device, profile)];
          expect(judgement(found), at).toEqual(judgement(expected));
          for (const [i, { score }] of expected.checks.entries()) {
            worstScore = Math.max(worstScore, Math.abs(found.checks[i]!.score - score));
          }
          expect(worstScore, at).toBeLessThan(MAX_SCORE_OFF);
        }
      };
      for (const [name, data] of pictures) {
        const image = await decodeImage(data, DEFAULT_DECODE_LIMITS, { format: 'jpeg' });
        let track: BodyTrack | null = null;
        for (const alone of [true, false]) {
          const edge = await stage.analyse(image, track);
          track = edge.track;
          const device = await opened.page.evaluate((picture) => window.localDetector.analyse(...picture), [
            url(name),
            alone,
          ] as const);
          compare(`${name}, ${alone ? 'alone' : 'followed'}`, edge.analysis, revivedAnalysis(device));
        }
      }
      const percent = (worstShare * 100).toFixed(4);
      process.stdout.write(
        `bodies: landmarks off by ${percent} %, ${jumps} jumped, scores off by ${worstScore.toFixed(2)}\n`,
      );
      const look = (name: string) =>
        opened.page.evaluate((address) => window.localDetector.look(address), url(name));
      expect(await look('front')).toEqual({ faceCount: 0, bodyCount: 1, hasBox: true });
      expect(opened.problems()).toEqual([]);
    },
    TIMEOUT_MS,
  );

  test(
    'guides a whole session to a capture',
    async () => {
      const { page, problems, close } = await browser.open(pages.url('local-session'));
      expect(await page.evaluate(() => window.localSession.load('onnx', 'body-front'))).toBe('onnx');
      const shown = ['nobody', ...Array(3).fill('turned half'), ...Array(6).fill('front')];
      const sequence = shown.map(
        (name, i): SessionPicture => ({ url: url(name), stillUrl: url('front'), timeMs: i * 400 }),
      );
      const told = await page.evaluate((list) => window.localSession.guide(list, 'body-front'), sequence);
      expect(told.hints).toEqual(['no-body', 'face-camera', null]);
      expect(told.steps).toEqual(['captureRequest', 'captured', 'result live-check']);
      expect(told.captured).toMatchObject({ width: 360, height: 640, receipt: null });
      expect(told.liveCheck).toMatchObject({ verdict: 'pass', face: null, bodyCount: 1 });
      expect(told.openPictures).toBe(0);
      expect(problems()).toEqual([]);
      await close();
    },
    TIMEOUT_MS,
  );

  test(
    'a reference card is refused with a code, before anything is loaded',
    async () => {
      models.asked.length = 0;
      const query = { mode: 'local', profile: 'reference-card' };
      const { page, problems, close } = await browser.open(pages.url('framegate-camera', { query }));
      const title = await page.locator('framegate-camera h2').textContent();
      expect(title).toBe(english.failures['detector-unavailable'].title);
      expect(await page.locator('framegate-camera code').textContent()).toBe('detector-unavailable');
      expect(models.asked).toEqual([]);
      expect(problems()).toEqual([]);
      await close();
    },
    TIMEOUT_MS,
  );
});

/** What has to be the same to the letter. */
function outline({ width, height, face, faceCount, body, bodyCount }: FrameAnalysis): unknown {
  return {
    size: [width, height],
    face,
    faceCount,
    bodyCount,
    body: body && { missing: body.missingParts, edges: body.edgesReached },
  };
}

/** How far each point is off, as a share of the body's height; the farthest first. */
function apartShares(edge: BodyAnalysis, device: BodyAnalysis): readonly number[] {
  return Array.from(edge.visibility, (_, i) => {
    const x = edge.landmarks[i * 3]! - device.landmarks[i * 3]!;
    const y = edge.landmarks[i * 3 + 1]! - device.landmarks[i * 3 + 1]!;
    return Math.hypot(x, y) / edge.box.height;
  }).toSorted((one, other) => other - one);
}

/** What the person and the application see of it. */
function judgement({ verdict, hint, checks }: ReturnType<typeof inspect>): unknown {
  return { verdict, hint: hint?.code ?? null, checks: checks.map(({ id, status }) => `${id} ${status}`) };
}
