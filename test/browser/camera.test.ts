import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumMissing, launchBrowser, type OpenOptions, type TestBrowser } from '../support/browser.ts';
import { type ServedPages, servePages } from '../support/serve-pages.ts';
import type {} from './pages/camera.ts';

/** Runs in a page before its own scripts. */
const without = (deleted: string) => async (page: Page) => {
  await page.addInitScript(deleted);
};

const LIMITS = { maxBytes: 8_000_000, maxWidth: 4096, maxHeight: 4096 };

describe.skipIf(chromiumMissing !== null)(`a camera in a browser, ${chromiumMissing ?? ''}`, () => {
  let browser: TestBrowser;
  let pages: ServedPages;
  let workerScript: 'served' | 'missing' | 'without OffscreenCanvas' = 'served';

  /** Workers that cannot do their work, and pages that may not use cameras. */
  function handle(request: IncomingMessage, response: ServerResponse): boolean {
    const url = request.url ?? '';
    if (url.includes('nocamera')) response.setHeader('permissions-policy', 'camera=()');
    if (workerScript === 'served' || !url.includes('picture-worker') || url.includes('?real')) return false;
    if (workerScript === 'missing') response.writeHead(404).end();
    else
      response
        .setHeader('content-type', 'text/javascript')
        .end(`import '${url}?real'; delete self.OffscreenCanvas;`);
    return true;
  }

  beforeAll(async () => {
    [browser, pages] = await Promise.all([
      launchBrowser({
        args: [
          '--use-fake-device-for-media-stream=device-count=2',
          '--host-resolver-rules=MAP insecure.test 127.0.0.1',
        ],
      }),
      servePages(['camera', 'harness'], { handle }),
    ]);
  });

  afterAll(async () => {
    await browser?.close();
    await pages?.close();
  });

  const open = (options?: OpenOptions) => browser.open(pages.url('camera'), options);

  /** What a page can do without the things of the browser that are deleted. */
  async function frameWithout(deleted: string, options: OpenOptions = {}) {
    const { page, problems, close } = await open({
      ...options,
      before: without(deleted),
    });
    const seen = await page.evaluate(encodeRedCorner);
    const workers = page.workers().length;
    expect(problems()).toEqual([]);
    await close();
    return { ...seen, workers };
  }

  test('gives pictures at the rate of the camera and encodes them in a worker', async () => {
    const { page, problems, close } = await open();
    const seen = await page.evaluate(async (limits) => {
      const { openCamera, show, nextPictures, decoded, inspected } = window.cameraPage;
      const camera = await openCamera();
      await show(camera);
      const startedAtMs = performance.now();
      const pictures = await nextPictures(camera, 12);
      const perSecond = 12_000 / (performance.now() - startedAtMs);
      const newest = pictures.at(-1)!;
      const ageMs = Date.now() - newest.capturedAtMs;
      const times = pictures.map((picture) => picture.capturedAtMs);
      const frame = await newest.frame(640, 80);
      const seen = {
        info: camera.info,
        labels: (await camera.devices()).map(({ label }) => label),
        perSecond,
        ageMs,
        ordered: times.every((time, index) => index === 0 || time > times[index - 1]!),
        frame: { width: frame.width, height: frame.height, format: frame.format },
        inFrame: await decoded(frame),
        still: await decoded(await newest.still(limits)),
        bitmap: inspected(await newest.bitmap(320)),
      };
      for (const picture of pictures) picture.close();
      return seen;
    }, LIMITS);
    expect(seen.info).toMatchObject({ width: 1920, height: 1080, mirrored: true, torch: 'unsupported' });
    expect(seen.labels).toEqual(['fake_device_0', 'fake_device_1']);
    expect(seen.perSecond).toBeGreaterThan(4);
    expect(seen.ageMs).toBeGreaterThanOrEqual(0);
    expect(seen.ageMs).toBeLessThan(2000);
    expect(seen.ordered).toBe(true);
    expect(seen.frame).toEqual({ width: 640, height: 360, format: 'jpeg' });
    expect(seen.inFrame).toMatchObject({ width: 640, height: 360 });
    expect(seen.still).toMatchObject({ width: 1920, height: 1080 });
    expect(seen.bitmap).toMatchObject({ width: 320, height: 180 });
    expect(page.workers()).toHaveLength(1);
    expect(problems()).toEqual([]);
    await close();
  });

  test('is off after stop: no track, no worker, no picture', async () => {
    const { page, close } = await open();
    await page.evaluate(async () => {
      const { openCamera, show, nextPictures } = window.cameraPage;
      const camera = await openCamera();
      await show(camera);
      const [picture] = await nextPictures(camera, 1);
      let late = 0;
      camera.pictures(
        window.cameraPage.video,
        () => true,
        () => {
          late += 1;
        },
      );
      camera.stop();
      if (camera.stream.getTracks().some(({ readyState }) => readyState !== 'ended'))
        throw new Error('a track is live');
      if (!(await window.cameraPage.codeOf(picture!.frame(64, 80)))) throw new Error('still encodes');
      picture!.close();
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      if (late > 0) throw new Error('pictures after stop');
    });
    await expect.poll(() => page.workers().length).toBe(0);
    await close();
  });

  test('a stream without video is missing a camera, and leaves no worker', async () => {
    const { page, close } = await open();
    const code = await page.evaluate(() =>
      window.cameraPage.codeOf(window.cameraPage.cameraFrom(new MediaStream())),
    );
    expect(code).toBe('camera-missing');
    await expect.poll(() => page.workers().length).toBe(0);
    await close();
  });

  test('the first picture can be had where the video begins by itself', async () => {
    const { page, close } = await open();
    const code = await page.evaluate(async () => {
      const { openCamera, nextPictures, codeOf, video } = window.cameraPage;
      const camera = await openCamera();
      video.autoplay = true;
      video.srcObject = camera.stream;
      const [picture] = await nextPictures(camera, 1);
      const code = await codeOf(picture!.frame(64, 80));
      camera.stop();
      return code;
    });
    expect(code).toBeNull();
    await close();
  });

  test('makes pictures only while they are wanted', async () => {
    const { page, close } = await open();
    const seen = await page.evaluate(async () => {
      const { openCamera, show, video } = window.cameraPage;
      const camera = await openCamera();
      await show(camera);
      let asked = 0;
      return new Promise<{ asked: number; given: number }>((resolve) => {
        let given = 0;
        const wanted = () => {
          asked += 1;
          if (asked === 6) resolve({ asked, given });
          return asked % 3 === 0;
        };
        camera.pictures(video, wanted, (picture) => {
          given += 1;
          picture.close();
        });
      });
    });
    expect(seen).toEqual({ asked: 6, given: 1 });
    await close();
  });

  /** Six pictures, greys 20 apart, all kept and encoded only at the end; red at the left top. */
  async function encodeRedCorner() {
    const { cameraFrom, show, paintedStream, nextPictures, decoded } = window.cameraPage;
    const painted = paintedStream(1280, 720);
    const camera = await cameraFrom(painted.stream);
    painted.paint(40);
    await show(camera);
    const pictures = [];
    for (const grey of [60, 80, 100, 120, 140, 160]) {
      const next = nextPictures(camera, 1);
      painted.paint(grey);
      pictures.push(...(await next));
    }
    const frames = await Promise.all(pictures.map(async (picture) => decoded(await picture.frame(640, 90))));
    for (const picture of pictures) picture.close();
    const [first] = frames;
    return {
      size: [first!.width, first!.height],
      greys: frames.map(({ middle }) => middle[0]!),
      corners: [first!.topLeft[0]! - first!.topLeft[1]!, first!.bottomRight[0]! - first!.bottomRight[1]!],
    };
  }

  type RedCorner = Awaited<ReturnType<typeof encodeRedCorner>>;

  function expectTheirMoments({ size, greys, corners }: RedCorner) {
    expect(size).toEqual([640, 360]);
    // The pixels of six different moments: what is shown meanwhile does not get into a picture.
    for (const [index, grey] of greys.entries()) expect(Math.abs(grey - (60 + 20 * index))).toBeLessThan(8);
    expect(corners[0]).toBeGreaterThan(150);
    expect(Math.abs(corners[1]!)).toBeLessThan(20);
  }

  test('encodes the pixels of the moment, upright and unmirrored', async () => {
    const seen = await frameWithout('');
    expectTheirMoments(seen);
    expect(seen.workers).toBe(1);
  });

  test('does so without VideoFrame', async () => {
    const seen = await frameWithout('delete window.VideoFrame;');
    expectTheirMoments(seen);
    expect(seen.workers).toBe(1);
  });

  test('does nearly so without requestVideoFrameCallback', async () => {
    const seen = await frameWithout('delete HTMLVideoElement.prototype.requestVideoFrameCallback;');
    expect(seen.size).toEqual([640, 360]);
    // What is drawn between two pictures may be either; never one from before.
    expect(seen.greys).toEqual([...seen.greys].sort((one, other) => one - other));
    expect(new Set(seen.greys).size).toBeGreaterThan(2);
  });

  test('does so on the main thread where there are no workers', async () => {
    const seen = await frameWithout('delete window.Worker; delete window.OffscreenCanvas;');
    expectTheirMoments(seen);
    expect(seen.workers).toBe(0);
  });

  test.each(['missing', 'without OffscreenCanvas'] as const)(
    'does so where the worker is %s',
    async (how) => {
      workerScript = how;
      try {
        const seen = await frameWithout('', { expectedProblems: /404/ });
        expectTheirMoments(seen);
        expect(seen.workers).toBe(0);
      } finally {
        workerScript = 'served';
      }
    },
  );

  test('goes on after its worker broke', async () => {
    const { page, close } = await open({
      before: async (opened) => {
        await opened.addInitScript(() => {
          const Original = window.Worker;
          window.Worker = class extends Original {
            constructor(url: string | URL, options?: WorkerOptions) {
              super(url, options);
              window.addEventListener('break-worker', () => this.dispatchEvent(new Event('error')));
            }
          };
        });
      },
      expectedProblems: /./,
    });
    const seen = await page.evaluate(async () => {
      const { openCamera, show, nextPictures, codeOf, decoded } = window.cameraPage;
      const camera = await openCamera();
      await show(camera);
      const [before] = await nextPictures(camera, 1);
      const pending = codeOf(before!.frame(640, 80));
      window.dispatchEvent(new Event('break-worker'));
      const lost = await pending;
      const [after] = await nextPictures(camera, 1);
      return { lost, after: await decoded(await after!.frame(640, 80)) };
    });
    expect(seen.lost).toBe('internal');
    expect(seen.after).toMatchObject({ width: 640, height: 360 });
    await close();
  });

  test('does not stall while pictures are kept, and gives them in full later', async () => {
    const { page, close } = await open();
    const seen = await page.evaluate(async (limits) => {
      const { openCamera, show, nextPictures, decoded } = window.cameraPage;
      const camera = await openCamera();
      await show(camera);
      const kept = await nextPictures(camera, 8);
      const startedAtMs = performance.now();
      const more = await nextPictures(camera, 12);
      const perSecond = 12_000 / (performance.now() - startedAtMs);
      for (const picture of more) picture.close();
      const [fresh] = await nextPictures(camera, 1);
      // The background of the test picture, which does not change.
      const background = (await decoded(await fresh!.still(limits))).topLeft;
      const stills = [];
      for (const picture of kept) {
        const { width, height, topLeft } = await decoded(await picture.still(limits));
        const off = Math.max(...topLeft.map((value, index) => Math.abs(value - background[index]!)));
        stills.push(`${width}x${height} ${off < 6 ? 'of the same colours' : topLeft}`);
        picture.close();
      }
      return { perSecond, stills };
    }, LIMITS);
    expect(seen.perSecond).toBeGreaterThan(3);
    expect(new Set(seen.stills)).toEqual(new Set(['1920x1080 of the same colours']));
    await close();
  });

  test('keeps stills within the limits, or says that it cannot', async () => {
    const { page, close } = await open();
    const seen = await page.evaluate(async () => {
      const { openCamera, show, nextPictures, codeOf } = window.cameraPage;
      const camera = await openCamera();
      await show(camera);
      const [picture] = await nextPictures(camera, 1);
      const small = await picture!.still({ maxBytes: 9000, maxWidth: 1000, maxHeight: 300 });
      const none = await codeOf(picture!.still({ maxBytes: 100, maxWidth: 1000, maxHeight: 1000 }));
      return { bytes: small.data.length, width: small.width, height: small.height, none };
    });
    expect(seen.bytes).toBeLessThanOrEqual(9000);
    expect(seen.height).toBeLessThanOrEqual(300);
    expect(seen.width / seen.height).toBeCloseTo(16 / 9, 1);
    expect(seen.none).toBe('payload-too-large');
    await close();
  });

  /** A camera whose photos are larger than its video; `photo` null: one that never answers. */
  async function stillWithPhotos(photo: Buffer | null) {
    const { page, close } = await open({
      before: async (opened) => {
        await opened.addInitScript((base64) => {
          class ImageCapture {
            async getPhotoCapabilities() {
              return { imageWidth: { max: 4000 }, imageHeight: { max: 3000 } };
            }
            takePhoto() {
              if (base64 === null) return new Promise(() => undefined);
              const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
              return Promise.resolve(new Blob([bytes], { type: 'image/jpeg' }));
            }
          }
          Object.assign(window, { ImageCapture });
        }, photo?.toString('base64') ?? null);
      },
    });
    const seen = await page.evaluate(async (limits) => {
      const { openCamera, show, nextPictures } = window.cameraPage;
      const camera = await openCamera();
      await show(camera);
      const stillOf = async () => {
        const [picture] = await nextPictures(camera, 1);
        const startedAtMs = performance.now();
        const { data, width, height } = await picture!.still(limits);
        picture!.close();
        return { data: [...data.slice(0, 4096)], width, height, tookMs: performance.now() - startedAtMs };
      };
      const [older] = await nextPictures(camera, 1);
      await nextPictures(camera, 1);
      const kept = await older!.still(limits);
      return { first: await stillOf(), second: await stillOf(), kept: [kept.width, kept.height] };
    }, LIMITS);
    await close();
    return seen;
  }

  test('takes a photo where that has more pixels, upright and without what was written beside it', async () => {
    const photo = await sharp({ create: { width: 2000, height: 3000, channels: 3, background: '#246' } })
      .withExif({ IFD0: { Copyright: 'a secret place' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    expect(photo.toString('latin1')).toContain('Exif');
    const { first, kept } = await stillWithPhotos(photo);
    expect([first.width, first.height]).toEqual([3000, 2000]);
    expect(Buffer.from(first.data).toString('latin1')).not.toContain('Exif');
    // A photo of now is no picture of then.
    expect(kept).toEqual([1920, 1080]);
  });

  test('takes the video where the photo lies on its side', async () => {
    const photo = await sharp({ create: { width: 2000, height: 3000, channels: 3, background: '#246' } })
      .jpeg()
      .toBuffer();
    const { first } = await stillWithPhotos(photo);
    expect([first.width, first.height]).toEqual([1920, 1080]);
  });

  test('does not wait long for a photo, and once only', async () => {
    const { first, second } = await stillWithPhotos(null);
    expect([first.width, first.height]).toEqual([1920, 1080]);
    expect(first.tookMs).toBeGreaterThan(1000);
    expect(first.tookMs).toBeLessThan(4000);
    expect(second.tookMs).toBeLessThan(1200);
  });

  test('changes to another camera, and back where that fails', async () => {
    const { page, close } = await open();
    const seen = await page.evaluate(async () => {
      const { openCamera, show, nextPictures, codeOf } = window.cameraPage;
      const camera = await openCamera();
      const changes: string[] = [];
      camera.on('changed', ({ device }) => changes.push(device.label));
      await show(camera);
      const [, other] = await camera.devices();
      const before = camera.stream;
      await camera.switchTo({ deviceId: other!.deviceId });
      const switched = { label: camera.info.device.label, other: camera.stream !== before };
      await show(camera);
      for (const picture of await nextPictures(camera, 2)) picture.close();
      const code = await codeOf(camera.switchTo({ deviceId: 'no-such-camera' }));
      await show(camera);
      for (const picture of await nextPictures(camera, 2)) picture.close();
      return { switched, code, after: camera.info.device.label, changed: new Set(changes).size > 0 };
    });
    expect(seen).toEqual({
      switched: { label: 'fake_device_1', other: true },
      code: 'camera-missing',
      after: 'fake_device_1',
      changed: true,
    });
    await close();
  });

  test('says when it is lost, once, and is off then', async () => {
    const { page, close } = await open();
    const codes = await page.evaluate(async () => {
      const { openCamera, codeOf } = window.cameraPage;
      const camera = await openCamera();
      const codes: (string | null)[] = [];
      camera.on('error', ({ code }) => codes.push(code));
      const [track] = camera.stream.getTracks();
      track!.dispatchEvent(new Event('ended'));
      track!.dispatchEvent(new Event('ended'));
      codes.push(await codeOf(camera.switchTo({})), track!.readyState);
      return codes;
    });
    expect(codes).toEqual(['camera-lost', 'camera-lost', 'ended']);
    await expect.poll(() => page.workers().length).toBe(0);
    await close();
  });

  test('says once that it is too small or too slow, and goes on', async () => {
    const { page, close } = await open();
    const seen = await page.evaluate(async () => {
      const { cameraFrom, show, paintedStream, nextPictures, video } = window.cameraPage;
      const painted = paintedStream(320, 240);
      const camera = await cameraFrom(painted.stream);
      const codes: string[] = [];
      const told = (awaited: string) =>
        new Promise<void>((resolve) => {
          camera.on('error', ({ code }) => {
            if (code === awaited) resolve();
          });
        });
      camera.on('error', ({ code }) => codes.push(code));
      const tooSmall = told('camera-too-small');
      const tooSlow = told('camera-too-slow');
      painted.paint(10);
      await show(camera);
      let given = 0;
      camera.pictures(
        video,
        () => true,
        (picture) => {
          given += 1;
          picture.close();
        },
      );
      painted.paint(20);
      await tooSmall;
      painted.resize(300, 240);
      const timer = setInterval(() => painted.paint(50), 500);
      await tooSlow;
      const then = nextPictures(camera, 1);
      painted.paint(90);
      await then;
      clearInterval(timer);
      return { codes, given: given > 3 };
    });
    expect(seen).toEqual({ codes: ['camera-too-small', 'camera-too-slow'], given: true });
    await close();
  });

  test('says when the picture turns', async () => {
    const { page, close } = await open();
    const sizes = await page.evaluate(async () => {
      const { cameraFrom, show, paintedStream, nextPictures } = window.cameraPage;
      const painted = paintedStream(1280, 720);
      const camera = await cameraFrom(painted.stream);
      const sizes: string[] = [];
      camera.on('changed', ({ width, height }) => sizes.push(`${width}x${height}`));
      painted.paint(10);
      await show(camera);
      const upright = nextPictures(camera, 1);
      painted.paint(20);
      for (const picture of await upright) picture.close();
      painted.resize(720, 1280);
      const turned = nextPictures(camera, 2);
      painted.paint(30);
      const timer = setInterval(() => painted.paint(40), 50);
      const picture = (await turned)[1]!;
      clearInterval(timer);
      const frame = await picture.frame(640, 80);
      return [...sizes.slice(-1), `${picture.width}x${picture.height}`, `${frame.width}x${frame.height}`];
    });
    expect(sizes).toEqual(['720x1280', '720x1280', '360x640']);
    await close();
  });

  test('lights where there is a torch, and says when the devices change', async () => {
    const { page, close } = await open();
    const seen = await page.evaluate(async () => {
      const { openCamera, codeOf } = window.cameraPage;
      const dark = await openCamera();
      const without = [dark.info.torch, await codeOf(dark.setTorch(true))];
      dark.stop();
      const applied: unknown[] = [];
      MediaStreamTrack.prototype.getCapabilities = () => ({ torch: true }) as MediaTrackCapabilities;
      MediaStreamTrack.prototype.applyConstraints = async (constraints) => {
        applied.push(constraints);
      };
      const camera = await openCamera({ facing: 'environment' });
      const torches: string[] = [camera.info.torch];
      camera.on('changed', ({ torch }) => torches.push(torch));
      await camera.setTorch(true);
      await camera.setTorch(false);
      navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
      camera.stop();
      navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
      return { without, torches, applied };
    });
    expect(seen).toEqual({
      without: ['unsupported', 'browser-unsupported'],
      torches: ['off', 'on', 'off', 'off'],
      applied: [{ advanced: [{ torch: true }] }, { advanced: [{ torch: false }] }],
    });
    await close();
  });

  const openingCode = (page: Page) =>
    page.evaluate(() => window.cameraPage.codeOf(window.cameraPage.openCamera()));

  test('is denied by the person', async () => {
    const { page, close } = await open({ allowCamera: false });
    expect(await openingCode(page)).toBe('camera-denied');
    await close();
  });

  test('is denied by the policy of the page', async () => {
    const { page, close } = await browser.open(pages.url('camera', { query: { nocamera: '' } }));
    expect(await openingCode(page)).toBe('camera-denied');
    await close();
  });

  test('needs a secure page', async () => {
    const url = pages.url('camera', { plain: true }).replace('127.0.0.1', 'insecure.test');
    const { page, close } = await browser.open(url, { expectedProblems: /./ });
    expect(await openingCode(page)).toBe('context-insecure');
    await close();
  });

  test('needs a browser that gives cameras and encodes pictures', async () => {
    for (const deleted of [
      'delete Navigator.prototype.mediaDevices',
      'delete window.Worker; HTMLCanvasElement.prototype.toBlob = (take) => take(new Blob())',
    ]) {
      const { page, close } = await open({ before: without(deleted) });
      expect(await openingCode(page)).toBe('browser-unsupported');
      await close();
    }
  });

  test('is missing where there is none, or not the one asked for', async () => {
    const { page, close } = await open();
    const code = await page.evaluate(() =>
      window.cameraPage.codeOf(window.cameraPage.openCamera({ deviceId: 'no-such-camera' })),
    );
    expect(code).toBe('camera-missing');
    await close();
    const cameraless = await launchBrowser({ camera: 'none' });
    try {
      const opened = await cameraless.open(pages.url('camera'));
      expect(await openingCode(opened.page)).toBe('camera-missing');
    } finally {
      await cameraless.close();
    }
  });

  test('asks for less where a driver fails with what it announced, and is busy where that fails too', async () => {
    const { page, close } = await open();
    const seen = await page.evaluate(async () => {
      const { openCamera, codeOf } = window.cameraPage;
      const original = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      const asked: unknown[] = [];
      let failures = 2;
      navigator.mediaDevices.getUserMedia = async (constraints) => {
        asked.push((constraints!.video as MediaTrackConstraints).width ?? null);
        failures -= 1;
        if (failures >= 0) throw new DOMException('Could not start video source', 'NotReadableError');
        return original(constraints);
      };
      const camera = await openCamera();
      camera.stop();
      failures = 9;
      return { asked: [...asked], code: await codeOf(openCamera()) };
    });
    expect(seen).toEqual({ asked: [{ ideal: 1920 }, { ideal: 1280 }, null], code: 'camera-busy' });
    await close();
  });

  test('works for a page of another origin, its worker too', async () => {
    const html = await (await fetch(pages.url('camera'))).text();
    const script = /src="\.?\/?(assets\/camera-[^"]+\.js)"/.exec(html)![1]!;
    const { page, problems, close } = await browser.open(pages.url('harness'));
    await page.addScriptTag({ type: 'module', url: `${pages.otherOrigin}/${script}` });
    const seen = await page.evaluate(encodeRedCorner);
    expectTheirMoments(seen);
    expect(page.workers().map((worker) => worker.url().startsWith(`blob:${pages.origin}`))).toEqual([true]);
    expect(problems()).toEqual([]);
    await close();
  });
});
