import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { PACER_LIMITS } from '../../client/component/announce/announcement-pacer.ts';
import { overallScore } from '../../client/component/result-summary.ts';
import { messages } from '../../client/locales/en/component.ts';
import { messages as pageMessages } from '../../client/locales/en/page.ts';
import { fill } from '../../client/locales/locales.ts';
import { HINT_MINIMUM_MS } from '../../src/guidance/adviser.ts';
import { HINT_CODES, type HintCode } from '../../src/protocol/hint-codes.ts';
import type { Result } from '../../src/protocol/messages.ts';
import { PROFILE_RESULT_KINDS } from '../../src/protocol/result-kinds.ts';
import { launchBrowser, type TestBrowser } from '../support/browser.ts';
import { guidedSessionMissing, startUp, type UpFixture } from '../support/edge-fixture.ts';
import { fakeVideo, type VideoPlan } from '../support/fake-video.ts';
import { photographPlan, photographsMissing } from '../support/photograph-plan.ts';
import { until } from '../support/until.ts';
import { expectAnsweredOnce } from './answered-once.ts';
import { axeViolations } from './axe-violations.ts';
import { openWatched, type WatchedPage } from './open-camera.ts';
import { paintedBox } from './painted-box.ts';

/** What a capture of the page's profile ends with. */
const KINDS = PROFILE_RESULT_KINDS['face-skin'];
/** What the rendered person does wrong, one thing after the other, and what they are told. */
const HINTS_OF_THE_DEMO: readonly HintCode[] = [
  'no-face',
  'come-closer',
  'move-left',
  'turn-right',
  'more-light',
  'face-the-light',
];
/** As fast as `framegate stream --demo`: each fault lasts long enough for its hint to be shown and said. */
const DEMO: VideoPlan = { show: 'demo', speed: 1, holdMs: 5000 };

describe.skipIf(guidedSessionMissing !== null)(`the capture page, ${guidedSessionMissing ?? ''}`, () => {
  let up: UpFixture;
  const opened: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    up = await startUp();
  }, 120_000);

  afterEach(async () => {
    for (const { close } of opened.splice(0)) await close();
  });

  afterAll(() => up?.close());

  async function open(browser: TestBrowser, path: string): Promise<WatchedPage> {
    const watched = await openWatched(browser, `${up.url}${path}`, { locale: 'en-GB' });
    opened.push(watched);
    return watched;
  }

  describe('with a person who does everything wrong, and no mouse', () => {
    let browser: TestBrowser;
    let watched: WatchedPage;
    let results: Result[];

    beforeAll(async () => {
      browser = await launchBrowser({ camera: { file: await fakeVideo(DEMO) } });
      watched = await openWatched(browser, `${up.url}/?precheck=off`, { locale: 'en-GB' });
      const { page } = watched;
      await page.getByRole('button', { name: pageMessages.consent.useCamera }).waitFor();
      await pressUntilFocused(page, pageMessages.consent.useCamera);
      await page.keyboard.press('Enter');
      results = await allResults(watched, 45_000);
      await page.getByRole('heading', { name: pageMessages.result.heading }).waitFor();
    }, 150_000);

    afterAll(() => browser?.close());

    test('hints come in the order of what is wrong, each long enough to be read', () => {
      // By their first appearance: on a slow machine the way from one fault to the next may be a fault of its own.
      const ofTheDemo = hintCodes(watched).filter((code) => HINTS_OF_THE_DEMO.includes(code));
      expect([...new Set(ofTheDemo)]).toEqual(HINTS_OF_THE_DEMO);
      const hints = shownHints(watched);
      expect(hints.length).toBeGreaterThanOrEqual(HINTS_OF_THE_DEMO.length);
      for (const { text, shownMs, passed } of hints) {
        // What passes needs no hint any more; anything else stays.
        if (!passed) expect(shownMs, text).toBeGreaterThanOrEqual(HINT_MINIMUM_MS - PAGE_CLOCK_MS);
      }
    });

    test('they are said in that order too, once each, and never all at once', () => {
      const { hints, status } = messages;
      const { polite } = watched.record;
      const texts = polite.map(({ text }) => text);
      const hintTexts: readonly string[] = Object.values(hints);
      const said = texts.filter((text) => hintTexts.includes(text));
      const textsOfTheDemo = HINTS_OF_THE_DEMO.map((code) => hints[code]);
      expect([...new Set(said)].filter((text) => textsOfTheDemo.includes(text))).toEqual(textsOfTheDemo);
      expect(texts).toContain(status.taking);
      for (const [index, { text, atMs }] of polite.entries()) {
        const before = polite[index - 1];
        if (before === undefined || !hintTexts.includes(text)) continue;
        expect(before.text, 'a stutter').not.toBe(text);
        expect(atMs - before.atMs, text).toBeGreaterThanOrEqual(PACER_LIMITS.gapMs - PAGE_CLOCK_MS);
      }
    });

    test('the result is shown, and reading begins at its heading', async () => {
      const { page, problems } = watched;
      const faceQuality = results.find(({ kind }) => kind === 'face-quality')!;
      const score = fill(pageMessages.result.scoreOf, { score: overallScore(faceQuality)! });
      expect(await page.locator('main').textContent()).toContain(score);
      await until(async () => (await focusedText(page)) === pageMessages.result.heading, 5000);
      await expectAnsweredOnce(watched);
      expect(problems()).toEqual([]);
    });

    test('the rows in ClickHouse are what the browser saw', async () => {
      const { wire, record } = watched;
      const { sessionId } = wire.receivedOf('welcome')[0]!.message;
      const { captureId } = record.eventsOf('framegate-captured')[0]!.detail as { captureId: string };
      const feedbacks = wire.receivedOf('feedback').map(({ message }) => ({
        seq: message.seq,
        verdict: message.verdict as string,
        hint: message.hint?.code ?? '',
      }));
      const ofSession = `WHERE session_id = '${sessionId}'`;
      // The rows come a moment later than the answers.
      let frames: unknown[] = [];
      await until(async () => {
        frames = await up.sql(
          `SELECT toUInt32(seq) AS seq, verdict, hint FROM frames ${ofSession} ORDER BY seq`,
        );
        return frames.length >= feedbacks.length;
      }, 15_000);
      expect(frames).toEqual(feedbacks);
      let stored: unknown[] = [];
      await until(async () => {
        stored = await up.sql(`SELECT capture_id, kind, status FROM results ${ofSession} ORDER BY kind`);
        return stored.length >= KINDS.length;
      }, 15_000);
      expect(stored).toEqual(results.map(({ kind, status }) => ({ capture_id: captureId, kind, status })));
      expect(await up.sql(`SELECT capture_id FROM captures ${ofSession}`)).toEqual([
        { capture_id: captureId },
      ]);
    });

    test('another picture is a key press away', async () => {
      const { page, record } = watched;
      const sessions = () =>
        record.eventsOf('framegate-state').filter(({ detail }) => detail.state === 'live').length;
      const before = sessions();
      await pressUntilFocused(page, pageMessages.result.takeAnother);
      await page.keyboard.press('Enter');
      await record.when(() => sessions() > before, 'the camera again');
      expect(watched.problems()).toEqual([]);
    });
  });

  test.skipIf(photographsMissing !== null)(
    `takes a photograph before the camera for a person, and shows all that came of it, ${photographsMissing ?? ''}`,
    async () => {
      const photograph = await launchBrowser({
        camera: { file: await fakeVideo(await photographPlan('face-05.jpg')) },
      });
      opened.push(photograph);
      const watched = await open(photograph, '/?profile=face-skin:relaxed&precheck=off');
      const { page, record, problems } = watched;
      await page.getByRole('button', { name: pageMessages.consent.useCamera }).click();
      const results = await allResults(watched);
      expect(results.map(({ kind, status }) => ({ kind, status }))).toEqual(
        [...KINDS].sort().map((kind) => ({ kind, status: 'done' })),
      );
      expect(record.eventsOf('framegate-results-missing')).toEqual([]);
      await page.getByRole('heading', { name: pageMessages.result.heading }).waitFor();

      const { coming, concerns, areas } = pageMessages;
      const names: Readonly<Record<string, string>> = {
        'face-quality': coming.quality,
        skin: coming.skin,
        'face-contours': coming.contours,
      };
      const [, ...later] = record
        .eventsOf('framegate-result')
        .map(({ detail }) => (detail.result as Result).kind);
      const toldOf = later.map((kind) => fill(coming.done, { kind: names[kind]! }));
      const isAllSaid = () => record.polite.some(({ text }) => text === toldOf.join(''));
      await record.when(isAllSaid, 'word of what has come', 5000);

      // The picture is enlarged at once, to what is measured of the skin.
      await page.emulateMedia({ reducedMotion: 'reduce' });
      const frame = page.locator('.frame');
      const outlines = frame.locator('.contours-overlay path');
      const small = (await outlines.first().boundingBox())!;
      const concern = concerns.names.wrinkle;
      await page.locator('.concern summary', { hasText: concern }).click();
      await page.getByText(fill(concerns.shown, { name: concern })).waitFor();
      const mask = (await paintedBox(frame, frame.locator('.concern-overlay rect')))!;
      const face = (await outlines.first().boundingBox())!;
      expect(face.height).toBeGreaterThan(1.2 * small.height);
      expect(mask).not.toBeNull();
      expect(mask.left).toBeGreaterThanOrEqual(face.x);
      expect(mask.top).toBeGreaterThanOrEqual(face.y);
      expect(mask.right).toBeLessThanOrEqual(face.x + face.width);
      expect(mask.bottom).toBeLessThanOrEqual(face.y + face.height);

      const before = await outlines.count();
      await page.getByRole('switch', { name: areas.lips }).click();
      await until(async () => (await outlines.count()) === before - 1, 5000);
      expect(await axeViolations(page)).toEqual([]);
      expect(problems()).toEqual([]);
      await watched.close();
    },
    60_000,
  );

  test('the example page, one script and one element, gets to a capture', async () => {
    const goodFace = await launchBrowser({ camera: { file: await fakeVideo({ show: 'good-face' }) } });
    opened.push(goodFace);
    const watched = await open(goodFace, '/example/');
    const { page, record, problems } = watched;
    expect(await page.locator('script').count()).toBe(1);
    await page.getByRole('button', { name: messages.controls.start }).click();
    const { detail } = await record.event('framegate-captured');
    expect(detail).toMatchObject({ captureId: expect.any(String), receipt: { stream: 'CAPTURES' } });
    expect(problems()).toEqual([]);
    await watched.close();
  });
});

/** The node decides when a hint changes; the browser hears of it a little sooner or later. */
const PAGE_CLOCK_MS = 60;

/** Once those of every kind have come, by kind. */
async function allResults({ record }: WatchedPage, timeoutMs?: number): Promise<Result[]> {
  const told = () => record.eventsOf('framegate-result').map(({ detail }) => detail.result as Result);
  await record.when(() => told().length >= KINDS.length, 'a result of each kind', timeoutMs);
  return told().sort((one, other) => one.kind.localeCompare(other.kind));
}

function hintCodes({ record }: WatchedPage): HintCode[] {
  return record.eventsOf('framegate-hint').flatMap(({ detail }) => detail.code ?? []);
}

/** What stood on the screen, for how long, and whether a frame that passes ended it. */
function shownHints({ record }: WatchedPage): { text: string; shownMs: number; passed: boolean }[] {
  const texts: readonly string[] = Object.values(HINT_CODES);
  return record.hints.flatMap(({ text, atMs }, index) => {
    const next = record.hints[index + 1];
    if (next === undefined || !texts.includes(text)) return [];
    return [{ text, shownMs: next.atMs - atMs, passed: !texts.includes(next.text) }];
  });
}

/** The name of what has the focus, in whatever shadow tree. */
async function focusedText(page: Page): Promise<string> {
  return page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement != null) element = element.shadowRoot.activeElement;
    return element?.getAttribute('aria-label') ?? element?.textContent?.trim() ?? '';
  });
}

/** Tabs through the page, as somebody without a mouse does, until this is in focus. */
async function pressUntilFocused(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    if ((await focusedText(page)) === name) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${name} is not to be reached with the Tab key`);
}
