import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CoachState, coach, initialCoachState } from '../../src/guidance/coach.ts';
import { inspect } from '../../src/guidance/inspect.ts';
import { resolveProfile } from '../../src/guidance/profiles.ts';
import { createFrameAnalysis, type FrameAnalysisStage } from '../../src/vision/analyse-frame.ts';
import { DEFAULT_DECODE_LIMITS, decodeImage } from '../../src/vision/decode-image.ts';
import { createFaceFinder } from '../../src/vision/face-finder.ts';
import { distancePx, LANDMARK } from '../../src/vision/landmarks.ts';
import { type LoadedFaceModels, loadFaceModels } from '../../src/vision/load-face-models.ts';
import { MODELS_FOLDER } from '../../src/vision/model-registry.ts';
import type { FrameAnalysis, TrackState } from '../../src/vision/types.ts';
import { chromiumMissing, launchBrowser, type OpenedPage, type TestBrowser } from '../support/browser.ts';
import { livePictures, type ParityPicture, photographs, singlePictures } from '../support/parity-pictures.ts';
import { type ServedPages, servePages } from '../support/serve-pages.ts';
import { servedModels } from '../support/served-models.ts';
import type {} from './pages/local-detector.ts';
import { revivedAnalysis } from './revived-analysis.ts';

/** Frames a second of the live sequence: as slow as a dwell allows, so that the test is short. */
const LIVE_FPS = 2.5;
const MAX_ANGLE_DEG = 1;
const MAX_LANDMARK_SHARE = 0.005;

const profiles = ['face-skin:strict', 'face-skin', 'face-contour:relaxed'].map((name) =>
  resolveProfile(name),
);

interface Worst {
  angleDeg: number;
  landmarkShare: number;
  checkScore: number;
}

/** Rendering takes its time on a machine that has other work. */
const TIMEOUT_MS = 120_000;

describe.skipIf(chromiumMissing !== null)(`the edge and the browser, ${chromiumMissing ?? 'alike'}`, () => {
  let loaded: LoadedFaceModels;
  let stage: FrameAnalysisStage;
  let browser: TestBrowser;
  let pages: ServedPages;
  let opened: OpenedPage;
  let singles: readonly ParityPicture[];
  const served = new Map<string, Uint8Array>();

  beforeAll(async () => {
    loaded = await loadFaceModels(MODELS_FOLDER);
    stage = createFrameAnalysis(createFaceFinder(loaded.models), loaded.canonical);
    const models = await servedModels();
    const handle = (request: IncomingMessage, response: ServerResponse): boolean => {
      const picture = served.get(request.url ?? '');
      if (picture === undefined) return models.handle(request, response);
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(picture);
      return true;
    };
    [browser, pages] = await Promise.all([launchBrowser(), servePages(['local-detector'], { handle })]);
    singles = await singlePictures(loaded.canonical);
    opened = await browser.open(pages.url('local-detector'));
    const ready = await opened.page.evaluate(() => window.localDetector.load({ detector: 'onnx' }));
    expect(ready).toMatchObject({ name: 'onnx', models: loaded.identities });
  }, TIMEOUT_MS);

  afterAll(async () => {
    await browser?.close();
    await pages?.close();
    await Promise.all([loaded?.models.detector.close(), loaded?.models.mesh.close()]);
  });

  async function atTheEdge(
    { data, format }: ParityPicture,
    track: TrackState | null,
  ): Promise<{ analysis: FrameAnalysis; track: TrackState | null }> {
    return stage.analyse(await decodeImage(data, DEFAULT_DECODE_LIMITS, { format }), track);
  }

  async function inTheBrowser({ name, data }: ParityPicture, alone: boolean): Promise<FrameAnalysis> {
    const path = `/pictures/${encodeURIComponent(name)}`;
    served.set(path, data);
    const analysis = await opened.page.evaluate(
      (picture) => window.localDetector.analyse(picture.path, picture.alone),
      { path, alone },
    );
    return revivedAnalysis(analysis);
  }

  async function compareSingly(pictures: readonly ParityPicture[]): Promise<Worst> {
    const worst: Worst = { angleDeg: 0, landmarkShare: 0, checkScore: 0 };
    for (const picture of pictures) {
      const edge = (await atTheEdge(picture, null)).analysis;
      const device = await inTheBrowser(picture, true);
      compare(picture.name, edge, device, worst);
      for (const profile of profiles) {
        const at = `${picture.name}, ${profile.name}:${profile.level}`;
        const [expected, found] = [inspect(edge, profile), inspect(device, profile)];
        expect(judgement(found), at).toEqual(judgement(expected));
        for (const [i, { score }] of expected.checks.entries()) {
          worst.checkScore = Math.max(worst.checkScore, Math.abs(found.checks[i]!.score - score));
        }
      }
    }
    return worst;
  }

  test(
    'say the same of single rendered pictures',
    async () => {
      expect(singles.length).toBeGreaterThanOrEqual(30);
      report(`${singles.length} rendered pictures`, await compareSingly(singles));
    },
    TIMEOUT_MS,
  );

  test(
    'say the same all through a live sequence',
    async () => {
      const pictures = await livePictures(loaded.canonical, LIVE_FPS);
      expect(pictures.length).toBeGreaterThanOrEqual(30);
      const worst: Worst = { angleDeg: 0, landmarkShare: 0, checkScore: 0 };
      const profile = profiles[1]!;
      let track: TrackState | null = null;
      let edgeState: CoachState = initialCoachState;
      let deviceState: CoachState = initialCoachState;
      const hints = new Set<string>();
      let captures = 0;
      for (const [i, picture] of pictures.entries()) {
        const edge = await atTheEdge(picture, track);
        track = edge.track;
        const device = await inTheBrowser(picture, i === 0);
        compare(picture.name, edge.analysis, device, worst);
        const frame = { seq: i + 1, capturedAtMs: picture.timeMs, nowMs: picture.timeMs };
        const expected = coach(edgeState, { ...frame, analysis: edge.analysis }, profile);
        const found = coach(deviceState, { ...frame, analysis: device }, profile);
        [edgeState, deviceState] = [expected.state, found.state];
        expect(judgement(found.guidance), picture.name).toEqual(judgement(expected.guidance));
        for (const key of ['dwell', 'bestSeq', 'captureDue'] as const) {
          expect(found.guidance[key], `${picture.name}: ${key}`).toBe(expected.guidance[key]);
        }
        if (expected.guidance.hint !== null) hints.add(expected.guidance.hint.code);
        if (expected.guidance.captureDue) captures++;
      }
      expect(hints.size).toBeGreaterThanOrEqual(5);
      expect(captures).toBe(1);
      report(`${pictures.length} pictures of a live sequence`, worst);
    },
    TIMEOUT_MS,
  );

  test(
    'say the same of photographs',
    async ({ skip }) => {
      const pictures = await photographs();
      if (pictures.length === 0) skip('the photographs of the shared test data are not on this machine');
      report(`${pictures.length} photographs`, await compareSingly(pictures));
    },
    TIMEOUT_MS,
  );

  test('a picture of 512 × 384 takes the browser a while (printed only)', async () => {
    // A good face: the mesh and all statistics have work.
    served.set('/pictures/timed', singles.at(-1)!.data);
    const medianMs = await opened.page.evaluate(() => window.localDetector.timed('/pictures/timed', 40));
    process.stdout.write(`onnxruntime-web, 512 × 384: median ${medianMs.toFixed(1)} ms a picture\n`);
    expect(medianMs).toBeGreaterThan(0);
    expect(opened.problems()).toEqual([]);
  });
});

function compare(name: string, edge: FrameAnalysis, device: FrameAnalysis, worst: Worst): void {
  expect([device.width, device.height, device.faceCount], name).toEqual([
    edge.width,
    edge.height,
    edge.faceCount,
  ]);
  expect(device.face === null, `${name}: face`).toBe(edge.face === null);
  if (edge.face === null || device.face === null) return;
  const { landmarks, pose } = edge.face;
  for (const axis of ['yawDeg', 'pitchDeg', 'rollDeg'] as const) {
    const offDeg = Math.abs(device.face.pose[axis] - pose[axis]);
    worst.angleDeg = Math.max(worst.angleDeg, offDeg);
    expect(offDeg, `${name}: ${axis}`).toBeLessThan(MAX_ANGLE_DEG);
  }
  const eyesPx = distancePx(landmarks, LANDMARK.rightEyeOuter, LANDMARK.leftEyeOuter);
  for (let i = 0; i < landmarks.length; i += 3) {
    const off = Math.hypot(
      device.face.landmarks[i]! - landmarks[i]!,
      device.face.landmarks[i + 1]! - landmarks[i + 1]!,
    );
    worst.landmarkShare = Math.max(worst.landmarkShare, off / eyesPx);
  }
  expect(worst.landmarkShare, `${name}: landmarks`).toBeLessThan(MAX_LANDMARK_SHARE);
}

/** What the person and the application see of it. */
function judgement({ verdict, hint, checks }: ReturnType<typeof inspect>): unknown {
  return { verdict, hint: hint?.code ?? null, checks: checks.map(({ id, status }) => `${id} ${status}`) };
}

function report(what: string, { angleDeg, landmarkShare, checkScore }: Worst): void {
  const percent = (landmarkShare * 100).toFixed(4);
  process.stdout.write(
    `${what}: off by at most ${angleDeg.toFixed(4)}°, landmarks ${percent} % of the eye distance, scores ${checkScore.toFixed(2)}\n`,
  );
}
