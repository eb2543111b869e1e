import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MODELS_FOLDER } from '../../src/vision/model-registry.ts';
import { launchBrowser, type TestBrowser } from '../support/browser.ts';
import { type EdgeFixture, guidedSessionMissing, startEdges } from '../support/edge-fixture.ts';
import type { ServedPages } from '../support/serve-pages.ts';
import { startShapingProxy } from '../support/shaping-proxy.ts';
import { sharedData } from '../support/shared-data.ts';
import { openScene, serveCameraPage } from './open-camera.ts';

const UNSHAPED = { bytesPerSecond: Number.POSITIVE_INFINITY, delayMs: 0 };
/** The bundle that a user may put in place. */
const TASK_NAME = 'face_landmarker.task';
const taskFile = sharedData(`reference/${TASK_NAME}`);
const taskMissing = taskFile === null ? `${TASK_NAME} of the test data is not here` : null;

/** What the detector takes to be there, and a while in which nothing changes any more. */
const SETTLING_MS = 4000;
const EMPTY_MS = 6000;
const GUIDED_MS = 4000;
/** Of this long a stay the share is told; `node loadtest/browser-session.ts` measures it whole. */
const STAY_MS = 30_000;

describe.skipIf(guidedSessionMissing !== null)(`an empty room, ${guidedSessionMissing ?? ''}`, () => {
  let browser: TestBrowser;
  let pages: ServedPages;
  let edges: EdgeFixture;
  let modelsFolder: string;

  beforeAll(async () => {
    modelsFolder = await mkdtemp(join(tmpdir(), 'framegate-models-'));
    await cp(MODELS_FOLDER, modelsFolder, { recursive: true });
    if (taskFile !== null) await cp(taskFile, join(modelsFolder, TASK_NAME));
    [browser, pages, edges] = await Promise.all([
      launchBrowser(),
      serveCameraPage(),
      startEdges({}, { FRAMEGATE_MODELS_FOLDER: modelsFolder }),
    ]);
  });

  afterAll(async () => {
    await browser?.close();
    await Promise.all([pages?.close(), edges?.close()]);
    await rm(modelsFolder, { recursive: true, force: true });
  });

  test('costs at most 2 % of the bytes of guidance, which begins when somebody comes in', async () => {
    const proxy = await startShapingProxy(edges.url, { up: UNSHAPED, down: UNSHAPED });
    const opened = await openScene(browser, pages, 'nobody', { server: proxy.url, precheck: 'onnx' });
    const { record, page } = opened;
    const wait = (ms: number) => page.evaluate((forMs) => new Promise((end) => setTimeout(end, forMs)), ms);
    const bytesIn = async (ms: number) => {
      const from = proxy.upBytes;
      await wait(ms);
      return proxy.upBytes - from;
    };
    await record.event('framegate-feedback');
    const settlingBytes = await bytesIn(SETTLING_MS);
    const emptyBytes = await bytesIn(EMPTY_MS);

    const enteredAtMs = performance.now();
    await opened.show('off-centre');
    await record.when(
      ({ eventsOf }) =>
        eventsOf('framegate-feedback').some(({ detail }) => detail.feedback.face !== undefined),
      'guidance',
    );
    const beganAfterMs = performance.now() - enteredAtMs;
    const guidedBytes = await bytesIn(GUIDED_MS);

    const stayBytes = settlingBytes + (emptyBytes / EMPTY_MS) * (STAY_MS - SETTLING_MS);
    const share = stayBytes / ((guidedBytes / GUIDED_MS) * STAY_MS);
    console.log(
      `${settlingBytes} bytes at first, then ${Math.round(emptyBytes / (EMPTY_MS / 1000))} a second,`,
      `guided ${Math.round(guidedBytes / (GUIDED_MS / 1000))}: ${(share * 100).toFixed(2)} %;`,
      `guidance began after ${Math.round(beganAfterMs)} ms`,
    );
    expect(share).toBeLessThan(0.02);
    expect(opened.problems()).toEqual([]);
    await opened.close();
    await proxy.close();
  });

  test.skipIf(taskMissing !== null)(
    `with MediaPipe's FaceLandmarker, ${taskMissing ?? 'put in place by the operator'}`,
    async () => {
      const [, { url: server }] = edges.edges as [unknown, { url: string }];
      const loaded: string[] = [];
      const opened = await openScene(
        browser,
        pages,
        'nobody',
        { server, precheck: 'face-landmarker' },
        {
          before: async (page) => {
            page.on('requestfinished', (request) => loaded.push(request.url()));
          },
        },
      );
      const { record, wire, problems } = opened;
      await expect.poll(() => loaded.some((url) => url.includes(TASK_NAME)), { timeout: 20_000 }).toBe(true);
      await opened.show('good');
      await record.event('framegate-captured');
      expect(record.eventsOf('framegate-error')).toEqual([]);
      expect(wire.sentOf('still')).toHaveLength(1);
      expect(problems()).toEqual([]);
      await opened.close();
    },
    60_000,
  );

  test('nothing leaves the device in local mode, which needs no server for its guidance', async () => {
    const opened = await openScene(browser, pages, 'off-centre', { server: edges.url, mode: 'local' });
    const { record, wire, problems } = opened;
    await record.when(
      ({ eventsOf }) => eventsOf('framegate-hint').some(({ detail }) => /^move-/.test(detail.code ?? '')),
      'a hint',
    );
    await opened.show('good');
    const { detail } = await record.event('framegate-captured');
    expect(detail).toMatchObject({ receipt: null, picture: { type: expect.stringMatching(/^image\//) } });
    expect(wire.connections).toBe(0);
    expect(problems()).toEqual([]);
    await opened.close();
  }, 60_000);
});
