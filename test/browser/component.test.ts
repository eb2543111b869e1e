import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { messages } from '../../client/locales/en/component.ts';
import { FAILURE_FACES } from '../../client/locales/failure-face.ts';
import { HINT_CODES, type HintCode } from '../../src/protocol/hint-codes.ts';
import { artifactPath, chromiumMissing, launchBrowser, type TestBrowser } from '../support/browser.ts';
import { galleryFiles } from '../support/gallery-files.ts';
import { type ServedPages, servePages } from '../support/serve-pages.ts';
import type {} from './pages/component-gallery.ts';

/** Each size and each scheme; screens.test.ts has all of their pairs, in the page. */
const LOOKS = [
  { width: 390, height: 844, colorScheme: 'light' },
  { width: 390, height: 844, colorScheme: 'dark' },
  { width: 768, height: 1024, colorScheme: 'light' },
  { width: 1440, height: 900, colorScheme: 'dark' },
] as const;

/** Every state, by name; hints and failures are too many to be seen in every size. */
const STATES: Readonly<Record<string, string>> = {
  idle: 'state=idle',
  starting: 'state=starting',
  connecting: 'state=connecting',
  live: 'state=live&hint=come-closer',
  nearly: 'state=live&hint=turn-left&nearly&portrait',
  dwell: 'state=live&dwell=0.5',
  meters: 'state=live&hint=face-the-light&meters',
  taking: 'state=taking',
  measuring: 'state=measuring',
  result: 'state=result',
  'result-weak': 'state=result&score=41',
  local: 'state=local',
  unmeasured: 'state=unmeasured',
  reconnecting: 'state=reconnecting',
  offline: 'state=offline',
  rejected: 'state=rejected',
  'too-slow': 'state=live&hint=hold-still&notice=camera-too-slow',
  failed: 'state=failed&code=camera-denied',
};
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeWindow {
  axe: {
    run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }>;
  };
}

describe.skipIf(chromiumMissing !== null)(`the component, ${chromiumMissing ?? 'in a browser'}`, () => {
  let browser: TestBrowser;
  let pages: ServedPages;

  beforeAll(async () => {
    [browser, pages] = await Promise.all([
      launchBrowser(),
      galleryFiles().then((handle) => servePages(['component-gallery'], { handle })),
    ]);
  });

  afterAll(async () => {
    await browser?.close();
    await pages?.close();
  });

  const openGallery = (options: Parameters<TestBrowser['open']>[1] = {}) =>
    browser.open(pages.url('component-gallery'), { reducedMotion: 'reduce', ...options });

  const show = (page: Page, state: string): Promise<void> =>
    page.evaluate((hash) => window.showGallery(hash), state);

  /** What has the focus, through shadow roots, by its name. */
  const focused = (page: Page): Promise<string> =>
    page.evaluate(() => {
      const inner = window.gallery.element.shadowRoot!.activeElement;
      return (
        inner?.getAttribute('aria-label') ?? inner?.textContent?.trim() ?? document.activeElement!.tagName
      );
    });

  for (const { width, height, colorScheme } of LOOKS) {
    test(`every state is on the screen at ${width}×${height}, ${colorScheme}`, async () => {
      const { page, problems, close } = await openGallery({ viewport: { width, height }, colorScheme });
      for (const [name, state] of Object.entries(STATES)) {
        await show(page, state);
        await page.screenshot({
          path: artifactPath(`component/${name}-${width}x${height}-${colorScheme}.png`),
        });
        const outside = await page.evaluate(controlsOutside);
        expect({ name, outside }).toEqual({ name, outside: [] });
      }
      expect(problems()).toEqual([]);
      await close();
    }, 120_000);
  }

  test('every hint and every failure is on the screen', async () => {
    const { page, problems, close } = await openGallery({ viewport: { width: 390, height: 844 } });
    await show(page, 'state=live&portrait');
    for (const [code, text] of Object.entries(HINT_CODES)) {
      await page.evaluate((hint) => {
        window.gallery.session!.emit('hint', { code: hint as HintCode });
        return window.gallery.element.updateComplete;
      }, code);
      expect(await page.locator('framegate-camera .pill span').textContent()).toBe(text);
      await page.screenshot({ path: artifactPath(`component/hint-${code}.png`) });
    }
    for (const face of FAILURE_FACES) {
      await show(page, `state=failed&code=${face}`);
      expect(await page.locator('framegate-camera h2').textContent()).toBe(messages.failures[face].title);
      await page.screenshot({ path: artifactPath(`component/failed-${face}.png`) });
    }
    expect(problems()).toEqual([]);
    await close();
  }, 120_000);

  test.each([
    [240, 426],
    [320, 256],
    [844, 390],
  ])('at %i×%i every control is within reach, large enough and over no other', async (width, height) => {
    const { page, close } = await openGallery({ viewport: { width, height } });
    for (const state of ['live&hint=come-closer', 'live&hint=move-left&lang=ar', 'live&hint=focus&meters']) {
      await show(page, `state=${state}`);
      await page.screenshot({
        path: artifactPath(`component/small-${width}x${height}-${state.replaceAll(/\W/g, '-')}.png`),
      });
      expect(await page.evaluate(controlsOutside)).toEqual([]);
    }
    await close();
  });

  test.each([
    ['light', 'en'],
    ['dark', 'en'],
    ['light', 'ar'],
  ] as const)(
    'axe finds nothing in any state: %s, %s',
    async (colorScheme, lang) => {
      const { page, close } = await openGallery({ viewport: { width: 390, height: 844 }, colorScheme });
      await page.evaluate(AXE);
      for (const [name, state] of Object.entries(STATES)) {
        await show(page, `${state}&lang=${lang}`);
        const found = await page.evaluate(async () => {
          const { violations } = await (window as unknown as AxeWindow).axe.run();
          return violations.map(({ id, nodes }) => ({
            id,
            nodes: nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`),
          }));
        });
        expect({ name, found }).toEqual({ name, found: [] });
      }
      await close();
    },
    120_000,
  );

  test('a whole session by keyboard, with the focus never lost', async () => {
    const { page, problems, close } = await openGallery();
    await show(page, 'state=manual');
    const state = (name: string) =>
      page.waitForFunction((wanted) => window.gallery.element.state === wanted, name);
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Start the camera');
    await page.keyboard.press('Enter');
    await state('connecting');
    await page.waitForFunction(() => window.gallery.session !== null);
    expect(await focused(page)).toBe('Take the picture now');
    await page.evaluate(() => window.gallery.session!.open());
    await state('live');
    expect(await focused(page)).toBe('Take the picture now');

    await page.keyboard.press('Space');
    expect(await page.evaluate(() => window.gallery.session!.calls)).toContain('capture');

    await page.evaluate(() =>
      window.gallery.session!.emit('feedback', window.gallery.feedback('adjust', 0), 20),
    );
    const names = [];
    while (names.at(-1) !== 'Measures' && names.length < 6) {
      await page.keyboard.press('Tab');
      names.push(await focused(page));
    }
    expect(names.at(-1)).toBe('Measures');
    await page.keyboard.press('Enter');
    const meters = page.locator('framegate-camera').getByRole('region', { name: 'Measures' });
    await meters.waitFor();
    expect(await meters.getByRole('row').count()).toBe(17);
    await page.keyboard.press('Escape');
    await meters.waitFor({ state: 'hidden' });
    expect(await focused(page)).toBe('Measures');

    await page.evaluate(() => {
      window.gallery.session!.emit('captureRequest', { captureId: 'capture-1', seq: 1, deadlineMs: 1000 });
      window.gallery.captured();
    });
    await state('measuring');
    await page.evaluate(() => window.gallery.element.updateComplete);
    expect(await focused(page)).toBe('Guided camera');
    await page.evaluate(() => window.gallery.result(86));
    await state('result');
    await page.evaluate(() => window.gallery.element.updateComplete);
    expect(await focused(page)).toBe('Take another');
    await page.waitForFunction(() => {
      const region = window.gallery.element.shadowRoot!.querySelector('[role=status]');
      return region?.textContent === 'Your result is ready. 86 of 100. A good picture.';
    });
    await page.keyboard.press('Enter');
    await state('live');
    await page.evaluate(() => window.gallery.element.updateComplete);
    expect(await focused(page)).toBe('Take the picture now');

    await page.evaluate(() =>
      window.gallery.session!.emit('state', 'closed', window.gallery.error('server-draining')),
    );
    await state('failed');
    await page.evaluate(() => window.gallery.element.updateComplete);
    expect(await focused(page)).toBe('Try again');
    await page.keyboard.press('Enter');
    await state('connecting');
    expect(problems()).toEqual([]);
    await close();
  });

  test('whoever is elsewhere on the page is left there', async () => {
    const { page, close } = await openGallery();
    await show(page, 'state=live');
    await page.evaluate(() => {
      const field = document.createElement('input');
      document.querySelector('main')!.append(field);
      field.focus();
      window.gallery.session!.emit('state', 'closed', window.gallery.error('server-draining'));
      return window.gallery.element.updateComplete;
    });
    expect(await page.evaluate(() => document.activeElement!.tagName)).toBe('INPUT');
    await close();
  });

  test('tells the app of everything, through shadow roots', async () => {
    const { page, close } = await openGallery();
    await show(page, 'state=result&hint=move-left');
    const heard = await page.evaluate(() =>
      window.gallery.heard.map(({ name, detail }) => [name, JSON.stringify(detail)]),
    );
    const names = heard.map(([name]) => name);
    expect(names.filter((name) => name !== 'state')).toEqual(['hint', 'captured', 'result']);
    expect(heard.filter(([name]) => name === 'state').map(([, detail]) => JSON.parse(detail!).state)).toEqual(
      ['starting', 'connecting', 'live', 'taking', 'measuring', 'result'],
    );
    const text = 'Move a little to your left';
    expect(heard).toContainEqual(['hint', JSON.stringify({ code: 'move-left', text, params: {} })]);
    const picture = await page.evaluate(() => {
      const { detail } = window.gallery.heard.find(({ name }) => name === 'result')!;
      const { picture, settings } = detail as HTMLElementEventMap['framegate-result']['detail'];
      return [picture?.type, (picture?.size ?? 0) > 1000, settings?.sessionId];
    });
    expect(picture).toEqual(['image/jpeg', true, 'session-1']);
    await close();
  });

  test('goes on when it is moved, and stops when it is removed', async () => {
    const { page, close } = await openGallery();
    await show(page, 'state=live');
    const moved = await page.evaluate(async () => {
      const { element, session } = window.gallery;
      document.body.prepend(element);
      await new Promise((resolve) => setTimeout(resolve));
      await element.updateComplete;
      const video = element.shadowRoot!.querySelector('video')!;
      return [element.state, session!.state, video.paused];
    });
    expect(moved).toEqual(['live', 'live', false]);
    const removed = await page.evaluate(async () => {
      const { element, session } = window.gallery;
      const shown = element.shadowRoot!.querySelector('video')!.srcObject as MediaStream;
      element.remove();
      await new Promise((resolve) => setTimeout(resolve));
      return [
        element.state,
        session!.state,
        shown.getVideoTracks()[0]!.readyState,
        // The app's own stream is the app's.
        element.source!.getVideoTracks()[0]!.readyState,
      ];
    });
    expect(removed).toEqual(['idle', 'closed', 'ended', 'live']);
    await close();
  });

  test('a changed attribute of the session opens it anew; one of the view does not', async () => {
    const { page, close } = await openGallery();
    await show(page, 'state=live');
    const calls = await page.evaluate(async () => {
      const { element, session } = window.gallery;
      element.setAttribute('meters', '');
      element.setAttribute('lang', 'de');
      await element.updateComplete;
      const before = session!.state;
      element.setAttribute('profile', 'face-contour');
      await element.updateComplete;
      return [before, session!.state, element.state];
    });
    expect(calls).toEqual(['live', 'closed', 'starting']);
    await page.waitForFunction(() => window.gallery.element.state === 'connecting');
    await close();
  });

  test('what is set just before start() opens it once', async () => {
    const { page, close } = await openGallery();
    await show(page, 'state=live');
    const states = await page.evaluate(async () => {
      const { element } = window.gallery;
      element.stop();
      await element.updateComplete;
      const heard: string[] = [];
      element.addEventListener('framegate-state', ({ detail }) => heard.push(detail.state));
      element.profile = 'face-contour';
      element.thresholds = { yaw: { max: 4 } };
      element.start();
      await element.updateComplete;
      await element.updateComplete;
      return heard;
    });
    expect(states).toEqual(['starting']);
    await close();
  });

  test('goes on by itself when the network is back', async () => {
    const { page, close } = await openGallery();
    await show(page, 'state=failed&code=device-offline');
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await page.waitForFunction(() => window.gallery.element.state === 'connecting');
    await close();
  });
});

/** Buttons that are cut, too small to hit, or under another. Runs in the page. */
function controlsOutside(): string[] {
  const { element } = window.gallery;
  const host = element.getBoundingClientRect();
  const controls = [
    ...element.shadowRoot!.querySelectorAll<HTMLElement>('.controls button, .controls select'),
  ];
  return controls.flatMap((control) => {
    const { left, top, right, bottom, width, height } = control.getBoundingClientRect();
    const isIn = left >= host.left && top >= host.top && right <= host.right && bottom <= host.bottom;
    const hit = element.shadowRoot!.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    const isOnTop = hit !== null && (control.contains(hit) || hit.contains(control));
    const isLarge = width >= 44 && height >= 44;
    const name = control.getAttribute('aria-label');
    return isIn && isOnTop && isLarge ? [] : [`${name}: in ${isIn}, on top ${isOnTop}, ${width}×${height}`];
  });
}
