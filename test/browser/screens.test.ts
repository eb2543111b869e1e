import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { messages } from '../../client/locales/en/component.ts';
import { messages as pageMessages } from '../../client/locales/en/page.ts';
import { artifactPath, launchBrowser, type TestBrowser } from '../support/browser.ts';
import { guidedSessionMissing, startUp, type UpFixture } from '../support/edge-fixture.ts';
import { fakeVideo } from '../support/fake-video.ts';
import { axeViolations } from './axe-violations.ts';
import { type HeldStream, holdStream } from './held-stream.ts';
import { openWatched } from './open-camera.ts';

const SIZES = [
  { width: 390, height: 844 },
  { width: 768, height: 1024 },
  { width: 1440, height: 900 },
] as const;
const SCHEMES = ['light', 'dark'] as const;

/** Pictures of every state in every size, for people to look at; and what a program can say of them. */
describe.skipIf(guidedSessionMissing !== null)(
  `every state of the page, ${guidedSessionMissing ?? ''}`,
  () => {
    let up: UpFixture;
    let browser: TestBrowser;

    beforeAll(async () => {
      [up, browser] = await Promise.all([
        startUp(),
        fakeVideo({ show: 'demo', speed: 1, holdMs: 5000 }).then((file) =>
          launchBrowser({ camera: { file } }),
        ),
      ]);
    }, 120_000);

    afterAll(async () => {
      await browser?.close();
      await up?.close();
    });

    /** Both schemes are judged in the narrow size; wider ones have the same parts. */
    async function look(page: Page, state: string): Promise<void> {
      for (const colorScheme of SCHEMES) {
        await page.emulateMedia({ colorScheme });
        for (const size of SIZES) {
          await page.setViewportSize(size);
          const path = artifactPath(
            `guided-session/${state}-${size.width}x${size.height}-${colorScheme}.png`,
          );
          await page.screenshot({ path, animations: 'disabled' });
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          expect(overflow, `${state} is wider than ${size.width}`).toBeLessThanOrEqual(0);
        }
        await page.setViewportSize(SIZES[0]);
        expect(await axeViolations(page), `${state}, ${colorScheme}`).toEqual([]);
      }
    }

    async function open(options: { allowCamera?: boolean } = {}) {
      const held: { stream?: HeldStream } = {};
      const watched = await openWatched(browser, `${up.url}/?precheck=off`, {
        ...options,
        locale: 'en-GB',
        viewport: SIZES[0],
        before: async (page) => {
          held.stream = await holdStream(page);
        },
      });
      return { ...watched, stream: held.stream! };
    }

    test('from consent to the result', async () => {
      const { page, record, stream, problems, close } = await open();
      const start = page.getByRole('button', { name: pageMessages.consent.useCamera });
      await start.waitFor();
      await look(page, '1-consent');

      const connecting = stream.holdBefore('welcome', ({ type }) => type === 'welcome');
      await start.click();
      await connecting;
      await page.getByText(messages.status.connecting).first().waitFor();
      await look(page, '2-connecting');

      await stream.holdAfter(
        'a hint',
        (message) => message.type === 'feedback' && message.hint?.code === 'turn-right',
      );
      await page.getByText(messages.hints['turn-right']).first().waitFor();
      await look(page, '3-hint');
      await page.getByRole('button', { name: messages.labels.meters }).click();
      await page.locator('#meters').waitFor();
      await look(page, '4-meters');
      await page.getByRole('button', { name: messages.labels.meters }).click();

      await stream.holdAfter('a dwell', (message) => message.type === 'feedback' && message.dwell > 0.4);
      await page.getByText(messages.status.holdStill).first().waitFor();
      await look(page, '5-dwell');

      await stream.holdAfter('a capture', ({ type }) => type === 'capture-request');
      await page.getByText(messages.status.taking).first().waitFor();
      await look(page, '6-taking');

      await stream.holdAfter('that it was captured', ({ type }) => type === 'captured');
      await page.getByText(messages.status.taken).first().waitFor();
      await look(page, '7-taken');

      await stream.holdAfter('a result', ({ type }) => type === 'result');
      await page.getByRole('heading', { name: pageMessages.result.heading }).waitFor();
      await look(page, '8-result');
      await page.setViewportSize(SIZES[0]);
      await page.screenshot({ path: artifactPath('guided-session/8-result-whole-390.png'), fullPage: true });
      await page.setViewportSize(SIZES[2]);
      await page.screenshot({ path: artifactPath('guided-session/8-result-whole-1440.png'), fullPage: true });
      expect(record.eventsOf('framegate-error')).toEqual([]);
      expect(problems()).toEqual([]);
      await close();
    }, 120_000);

    test('when the camera is not allowed', async () => {
      const { page, record, close } = await open({ allowCamera: false });
      await page.getByRole('button', { name: pageMessages.consent.useCamera }).click();
      await record.event('framegate-error');
      await page.getByText(messages.failures['camera-denied'].title).first().waitFor();
      await look(page, '9-denied');
      await close();
    }, 60_000);
  },
);
