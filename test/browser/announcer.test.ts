import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumMissing, launchBrowser, type OpenOptions, type TestBrowser } from '../support/browser.ts';
import { type ServedPages, servePages } from '../support/serve-pages.ts';

describe.skipIf(chromiumMissing !== null)(`the announcer, ${chromiumMissing ?? 'in a browser'}`, () => {
  let browser: TestBrowser;
  let pages: ServedPages;

  beforeAll(async () => {
    [browser, pages] = await Promise.all([launchBrowser({ camera: 'none' }), servePages(['announcer'])]);
  });
  afterAll(async () => {
    await browser?.close();
    await pages?.close();
  });

  /** Time in the page goes on only by `page.clock.runFor`. */
  function openPage(options: OpenOptions = {}) {
    return browser.open(pages.url('announcer'), {
      allowCamera: false,
      ...options,
      before: async (page) => {
        await page.clock.install({ time: 0 });
        await page.clock.pauseAt(1000);
      },
    });
  }

  test('speaks through a polite live region that assistive technology sees', async () => {
    const { page, context, problems, close } = await openPage();
    await page.evaluate(() => window.announcing.announcer.say('Come a little closer', 'hint'));
    const session = await context.newCDPSession(page);
    await session.send('Accessibility.enable');
    const { nodes } = await session.send('Accessibility.getFullAXTree');
    const region = nodes.find(({ role }) => role?.value === 'status');
    const properties = Object.fromEntries(
      (region?.properties ?? []).map(({ name, value }) => [name, value.value]),
    );
    expect(properties).toMatchObject({ live: 'polite', atomic: true });
    expect(nodes.some(({ name }) => name?.value === 'Come a little closer')).toBe(true);
    expect(problems()).toEqual([]);
    await close();
  });

  test('a text that stands is put there anew when it is said again', async () => {
    const { page, close } = await openPage();
    await page.evaluate(() => window.announcing.announcer.say('Chin up', 'hint'));
    await page.clock.runFor(8200);
    expect(await page.evaluate(() => window.announcing.seen)).toEqual(['Chin up', '', 'Chin up']);
    await close();
  });

  test('the transcript of a session: paced, in order, ending with the result', async () => {
    const { page, close } = await openPage();
    const startMs = await page.evaluate(() => performance.now());
    const say = (text: string | null, kind: 'hint' | 'status' | 'important', thenMs: number) =>
      page
        .evaluate(([what, how]) => window.announcing.announcer.say(what, how), [text, kind] as const)
        .then(() => page.clock.runFor(thenMs));
    await say('Come closer', 'hint', 400);
    await say('Move left', 'hint', 400);
    await say('Come closer', 'hint', 400);
    await say('Turn right', 'hint', 2000);
    await say('Good. Hold still.', 'status', 900);
    await say('Picture taken', 'important', 300);
    await say('Your result is ready', 'important', 20_000);
    const said = await page.evaluate(() => window.announcing.said);
    expect(said.map((line) => line.replace(/^\d+/, (atMs) => String(Number(atMs) - startMs)))).toEqual([
      '0 Come closer 0',
      '1500 Turn right 0',
      '3200 Good. Hold still. 0',
      '4100 Picture taken 0',
      '5600 Your result is ready 0',
    ]);
    expect(await page.evaluate(() => window.announcing.seen)).toEqual([
      'Come closer',
      'Turn right',
      'Good. Hold still.',
      'Picture taken',
      'Your result is ready',
    ]);
    await close();
  });

  test('spoken hints do no harm where the browser has no voices', async () => {
    const { page, problems, close } = await openPage();
    await page.evaluate(() => {
      const { announcer } = window.announcing;
      announcer.setLanguage('de');
      announcer.setSpeaks(true);
      announcer.say('Halten Sie still', 'hint');
      announcer.say('Bild aufgenommen', 'important');
    });
    await page.clock.runFor(5000);
    await page.evaluate(() => window.announcing.announcer.stop());
    expect(await page.evaluate(() => [speechSynthesis.pending, speechSynthesis.speaking])).toEqual([
      false,
      false,
    ]);
    expect(await page.evaluate(() => window.announcing.region.textContent)).toBe('');
    expect(problems()).toEqual([]);
    await close();
  });

  test('vibrates, but not with reduced motion and not where the page wants none', async () => {
    const { page, close } = await openPage();
    const signal = () =>
      page.evaluate(() => {
        window.announcing.announcer.vibrate('captured');
        return window.announcing.vibrations.length;
      });
    expect(await signal()).toBe(1);
    await page.evaluate(() => window.announcing.setVibrates(false));
    expect(await signal()).toBe(1);
    await page.evaluate(() => window.announcing.setVibrates(true));
    await page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await signal()).toBe(1);
    await close();
  });
});
