import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  artifactPath,
  chromiumMissing,
  launchBrowser,
  type OpenOptions,
  type TestBrowser,
} from '../support/browser.ts';
import { type BuiltPage, buildCapturePage } from '../support/built-capture-page.ts';
import { type RecordedResult, recordResult } from '../support/recorded-result.ts';
import { type ServedPages, servePages } from '../support/serve-pages.ts';
import { type ServedModels, servedModels } from '../support/served-models.ts';
import { axeViolations } from './axe-violations.ts';

const PHONE = { width: 390, height: 844 };
const TABLET = { width: 768, height: 1024 };
const DESKTOP = { width: 1440, height: 900 };

/** There is no edge node behind this page: the component says so, and that is another test's matter. */
const NO_EDGE = /WebSocket|ERR_CONNECTION|\/v1\/stream|404|Failed to load resource/;

describe.skipIf(chromiumMissing !== null)(`the capture page, ${chromiumMissing ?? 'in a browser'}`, () => {
  let browser: TestBrowser;
  let built: BuiltPage;
  let pages: ServedPages;
  let models: ServedModels;
  let good: RecordedResult;

  beforeAll(async () => {
    [browser, built, models, good] = await Promise.all([
      launchBrowser(),
      buildCapturePage(),
      servedModels(),
      recordResult(),
    ]);
    pages = await servePages([], { folders: { '/page': built.folder }, handle: models.handle });
  });
  afterAll(async () => {
    await browser?.close();
    await pages?.close();
    await built?.remove();
  });

  const open = (address = '', options: OpenOptions = {}) =>
    browser.open(`${pages.origin}/page/index.html${address}`, {
      viewport: DESKTOP,
      reducedMotion: 'reduce',
      expectedProblems: NO_EDGE,
      ...options,
    });

  /** From consent to the result, with what an edge would have sent. */
  async function showResult(page: Page, recorded: RecordedResult | object = good): Promise<void> {
    await page.locator('button.primary').click();
    await page.locator('framegate-camera').waitFor();
    await page.evaluate((record) => {
      const { result, settings, jpegBase64 } = record as RecordedResult;
      const bytes = Uint8Array.from(atob(jpegBase64), (letter) => letter.charCodeAt(0));
      const picture = new Blob([bytes], { type: 'image/jpeg' });
      const camera = document.querySelector('framegate-camera');
      const { captureId } = result;
      const receipt = { stream: 'CAPTURES', streamSeq: 7 };
      const tell = (name: string, detail: object) => camera?.dispatchEvent(new CustomEvent(name, { detail }));
      tell('framegate-captured', { captureId, picture, receipt });
      tell('framegate-result', { result, settings, picture });
    }, recorded);
    await page.locator('main.result').waitFor();
    await page.waitForFunction(() => {
      const image = document.querySelector<HTMLImageElement>('.frame img');
      return image === null || image.complete;
    });
  }

  const openFolds = (page: Page) =>
    page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
    });

  describe('consent', () => {
    test('is given by keyboard alone, starts unticked, and goes with the camera', async () => {
      const { page, problems, close } = await open();
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect(await page.locator('.choices input:checked').count()).toBe(0);
      const focusOn = async (name: string) => {
        for (let presses = 0; presses < 30; presses++) {
          await page.keyboard.press('Tab');
          const focused = await page.evaluate(
            () => (document.activeElement as HTMLInputElement | null)?.name ?? '',
          );
          if (focused === name) return;
        }
        throw new Error(`the keyboard does not reach ${name}`);
      };
      await focusOn('store');
      await page.keyboard.press('Space');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Space');
      await page.keyboard.press('Space');
      await page.keyboard.press('Enter');
      const camera = page.locator('framegate-camera');
      await camera.waitFor();
      expect(await camera.getAttribute('consent-store')).toBe('');
      expect(await camera.getAttribute('consent-training')).toBeNull();
      expect(await camera.getAttribute('mode')).toBe('remote');
      await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
      expect(problems()).toEqual([]);
      await close();
    });

    test('where everything stays on the device there is nothing to consent to, and it says so', async () => {
      const { page, problems, close } = await open();
      await page.getByLabel('Store my picture').check();
      await page.getByLabel('Keep everything on this device').check();
      expect(await page.getByLabel('Store my picture').isDisabled()).toBe(true);
      expect(await page.getByLabel('Store my picture').isChecked()).toBe(false);
      expect(await page.locator('main').textContent()).toContain('No picture is sent anywhere');
      await page.locator('button.primary').click();
      const camera = page.locator('framegate-camera');
      await camera.waitFor();
      expect(await camera.getAttribute('mode')).toBe('local');
      expect(await camera.getAttribute('consent-store')).toBeNull();
      expect(problems()).toEqual([]);
      await close();
    });

    test('the address chooses what a tester wants; its token is in no address bar and no storage', async () => {
      const { page, close } = await open('?profile=face-contour:strict&precheck=off&meters=1#token=se.cr.et');
      await page.locator('button.primary').click();
      const camera = page.locator('framegate-camera');
      await camera.waitFor();
      expect(await camera.getAttribute('profile')).toBe('face-contour:strict');
      expect(await camera.getAttribute('precheck')).toBe('off');
      expect(await camera.getAttribute('token')).toBe('se.cr.et');
      const kept = await page.evaluate(() =>
        JSON.stringify([location.href, localStorage, sessionStorage, history.state]),
      );
      expect(kept).not.toContain('se.cr.et');
      await close();
    });

    test('the language changes at once, in writing direction too, and is there at the next visit', async () => {
      const { page, problems, close } = await open('', { locale: 'en-GB' });
      await page.locator('select[name=language]').selectOption('ar');
      await page.waitForFunction(() => document.documentElement.dir === 'rtl');
      await page.reload();
      await page.waitForFunction(() => document.documentElement.lang === 'ar');
      expect(problems()).toEqual([]);
      await close();
    });

    test('a browser that blocks storage is no hindrance', async () => {
      const { page, problems, close } = await open('', {
        before: async (created) => {
          await created.addInitScript(() => {
            Object.defineProperty(window, 'localStorage', {
              get() {
                throw new DOMException('blocked', 'SecurityError');
              },
            });
          });
        },
      });
      await page.locator('select[name=language]').selectOption('de');
      await page.waitForFunction(() => document.documentElement.lang === 'de');
      expect(problems()).toEqual([]);
      await close();
    });
  });

  test('without JavaScript it says what is needed', async () => {
    const { page, close } = await open('', { javaScriptEnabled: false });
    expect(await page.locator('noscript').textContent()).toContain('needs JavaScript');
    await close();
  });

  test('the rendered face moves in the stream that the component is given', async () => {
    const { page, problems, close } = await open('?demo=1');
    await page.locator('framegate-camera').waitFor({ timeout: 20_000 });
    // Somebody comes into the empty room once the guidance is there.
    const changed = await page.evaluate(async () => {
      const camera = document.querySelector('framegate-camera') as HTMLElement & { source: MediaStream };
      const { source } = camera;
      const video = document.createElement('video');
      video.muted = true;
      video.srcObject = source;
      await video.play();
      const canvas = new OffscreenCanvas(64, 48);
      const context = canvas.getContext('2d', { willReadFrequently: true })!;
      const look = () => {
        context.drawImage(video, 0, 0, 64, 48);
        return context.getImageData(0, 0, 64, 48).data;
      };
      const nextPicture = () =>
        new Promise<void>((resolve) => {
          video.requestVideoFrameCallback(() => resolve());
        });
      await nextPicture();
      const first = look();
      camera.dispatchEvent(new CustomEvent('framegate-state', { detail: { state: 'live' } }));
      const deadlineMs = performance.now() + 15_000;
      while (performance.now() < deadlineMs) {
        await nextPicture();
        const now = look();
        const difference = now.reduce((sum, value, at) => sum + Math.abs(value - first[at]!), 0) / now.length;
        if (difference > 12) return { difference, width: video.videoWidth, height: video.videoHeight };
      }
      return null;
    });
    expect([640, 960]).toContain(changed?.width);
    expect(changed!.width / changed!.height).toBeCloseTo(4 / 3);
    expect(models.asked.filter((path) => path.includes('canonical-face')).length).toBeGreaterThan(0);
    expect(problems()).toEqual([]);
    await close();
  });

  describe('the result', () => {
    test('shows picture, mesh, regions, score, every check with its band, skin tone and provenance', async () => {
      const { page, problems, close } = await open();
      await showResult(page);
      await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
      expect(await page.title()).toContain('Your picture');
      await page.locator('.mesh .edges').waitFor({ state: 'attached' });
      expect(await page.locator('.regions polygon').count()).toBe(3);
      const { checks } = good.result.result as { checks: { id: string }[] };
      expect(await page.locator('.check').count()).toBe(checks.length);
      const size = page.locator('.check', { hasText: 'Size of the face' });
      expect(await size.textContent()).toMatch(/\d+% of the picture/);
      expect(await size.textContent()).toContain('should be 36% to 80%');
      expect(await size.textContent()).toContain('Good');
      await size.locator('summary').focus();
      await page.keyboard.press('Enter');
      expect(await size.locator('.check-more').isVisible()).toBe(true);
      expect(await page.locator('.skin').textContent()).toContain('Monk skin tone 5 of 10');
      await page.locator('.provenance summary').click();
      const provenance = await page.locator('.provenance').textContent();
      for (const text of [good.result.captureId, 'edge-1', 'face-mesh 1.0.0', 'CAPTURES 7']) {
        expect(provenance).toContain(text);
      }
      await page.getByLabel('Face mesh').uncheck();
      expect(await page.locator('.mesh').getAttribute('class')).toContain('off');
      expect(problems()).toEqual([]);
      await close();
    });

    test('is downloaded as JSON, and another is taken; the back button and a reload keep their ground', async () => {
      const { page, problems, close } = await open();
      await showResult(page);
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Download as JSON' }).click(),
      ]);
      const saved = JSON.parse(readFileSync(await download.path(), 'utf8')) as {
        captureId: string;
        receipt: unknown;
      };
      expect(saved).toMatchObject({ captureId: good.result.captureId, receipt: { streamSeq: 7 } });
      await page.getByRole('button', { name: 'Take another' }).click();
      await page.locator('framegate-camera').waitFor();
      await page.goBack();
      await page.locator('main.consent').waitFor();
      await page.goForward();
      expect(await page.locator('framegate-camera').count()).toBe(0);
      await page.locator('button.primary').click();
      await page.locator('framegate-camera').waitFor();
      await page.reload();
      await page.locator('main.consent').waitFor();
      expect(problems()).toEqual([]);
      await close();
    });

    test('of this device alone shows what there is, and that nothing has left it', async () => {
      const { page, problems, close } = await open('?mode=local');
      const { face, checks, verdict, image } = good.result.result as Record<string, unknown>;
      const live = {
        ...good.result,
        kind: 'live-check',
        result: { face, checks, verdict, image },
        provenance: undefined,
      };
      await showResult(page, { ...good, result: live });
      const text = await page.locator('main').textContent();
      expect(text).toContain('Nothing has left this device.');
      expect(text).toContain('are good');
      expect(text).not.toContain('Skin tone');
      expect(problems()).toEqual([]);
      await close();
    });

    test('of a failed analysis says so, with its code', async () => {
      const { page, problems, close } = await open();
      const failed = { ...good.result, status: 'failed', result: { code: 'analysis-timeout', message: '' } };
      await showResult(page, { ...good, result: failed });
      expect(await page.locator('.failure').textContent()).toContain('analysis-timeout');
      expect(await axeViolations(page)).toEqual([]);
      expect(problems()).toEqual([]);
      await close();
    });
  });

  const LOOKS = [
    ['phone-light', { viewport: PHONE, colorScheme: 'light' }],
    ['phone-dark', { viewport: PHONE, colorScheme: 'dark' }],
    ['phone-arabic', { viewport: PHONE, colorScheme: 'light', locale: 'ar' }],
    ['tablet-light', { viewport: TABLET, colorScheme: 'light' }],
    ['tablet-dark', { viewport: TABLET, colorScheme: 'dark' }],
    ['desktop-light', { viewport: DESKTOP, colorScheme: 'light' }],
    ['desktop-dark', { viewport: DESKTOP, colorScheme: 'dark' }],
    ['desktop-arabic', { viewport: DESKTOP, colorScheme: 'dark', locale: 'ar' }],
    // A desktop at 400 %.
    ['zoomed', { viewport: { width: 360, height: 225 }, colorScheme: 'light' }],
  ] as const;

  /** axe-core takes seconds; what it looks at differs by scheme, direction and zoom, not by width. */
  const CHECKED = ['phone-light', 'phone-dark', 'desktop-arabic', 'zoomed'];

  test.each(LOOKS)('%s: every step is accessible and fits its width', async (name, options) => {
    const isChecked = CHECKED.includes(name);
    const { page, problems, close } = await open('', options);
    await page.getByRole('heading', { level: 1 }).waitFor();
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    await page.screenshot({ path: artifactPath(`page/${name}-consent.png`) });
    await openFolds(page);
    if (isChecked) expect(await axeViolations(page)).toEqual([]);
    expect(await overflow()).toBeLessThanOrEqual(0);
    await showResult(page);
    await page.locator('.mesh .edges').waitFor({ state: 'attached' });
    await page.screenshot({ path: artifactPath(`page/${name}-result.png`) });
    await openFolds(page);
    if (isChecked) expect(await axeViolations(page)).toEqual([]);
    expect(await overflow()).toBeLessThanOrEqual(0);
    await page.screenshot({ path: artifactPath(`page/${name}-result-full.png`), fullPage: true });
    expect(problems()).toEqual([]);
    await close();
  });
});
