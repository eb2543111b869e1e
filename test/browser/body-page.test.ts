import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { messages } from '../../client/locales/en/body.ts';
import type { BodyMeasurement, BodyView } from '../../src/protocol/body-measurement.ts';
import { type BodyPageService, startBodyPageService } from '../support/body-page-service.ts';
import {
  artifactPath,
  chromiumMissing,
  launchBrowser,
  type OpenOptions,
  type TestBrowser,
} from '../support/browser.ts';
import { sampleMeasurement } from '../support/sample-captures.ts';
import { axeViolations } from './axe-violations.ts';

const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1440, height: 900 };
const PASSWORD = 'a long pass phrase';

/** No edge takes the page's sessions: <framegate-camera> says so, and that is another test's matter. */
const EXPECTED = /WebSocket|ERR_CONNECTION|\/v1\/stream|Failed to load resource/;

/** As measured of a picture of 720 × 1280 with the figure of the demo in it. */
const MEASUREMENT: BodyMeasurement = {
  ...sampleMeasurement(),
  intervals: {
    ...sampleMeasurement().intervals,
    height_cm: 1.9,
    shoulder_width_cm: 1.6,
    chest_circumference_cm: 3.8,
    waist_circumference_cm: 4,
    hip_circumference_cm: 3.3,
    inseam_cm: 2.2,
    torso_length_cm: 2,
    neck_circumference_cm: 1.8,
  },
  confidences: {
    ...sampleMeasurement().confidences,
    height_cm: 0.9,
    hip_circumference_cm: 0.5,
    inseam_cm: 0.2,
  },
  scale: { source: 'stature', relativeSd: 0.02 },
  flags: [
    { code: 'scale-from-stature', metric: null, message: 'no card was seen' },
    { code: 'low-confidence', metric: 'inseam_cm', message: 'this size is uncertain' },
    { code: 'picture-arms-too-close', metric: null, message: 'side: the arms hide the trunk' },
    { code: 'of-tomorrow', metric: null, message: 'a flag that this page does not know' },
  ],
  lines: [
    { view: 'front', metric: 'shoulder_width_cm', from: [270, 330], to: [450, 332] },
    { view: 'front', metric: 'chest_circumference_cm', from: [284, 420], to: [436, 421] },
    { view: 'front', metric: 'waist_circumference_cm', from: [292, 520], to: [428, 521] },
    { view: 'front', metric: 'inseam_cm', from: [360, 690], to: [362, 1120] },
    { view: 'side', metric: 'waist_circumference_cm', from: [310, 520], to: [410, 520] },
  ],
};

describe.skipIf(chromiumMissing !== null)(`the body page, ${chromiumMissing ?? 'in a browser'}`, () => {
  let browser: TestBrowser;
  let service: BodyPageService;

  beforeAll(async () => {
    [browser, service] = await Promise.all([launchBrowser(), startBodyPageService()]);
  });
  afterAll(async () => {
    await browser?.close();
    await service?.close();
    expect(service?.faults ?? []).toEqual([]);
  });

  const open = (address = '', options: OpenOptions = {}) =>
    browser.open(`${service.url}/body/${address}`, {
      viewport: PHONE,
      locale: 'en-GB',
      reducedMotion: 'reduce',
      expectedProblems: EXPECTED,
      ...options,
    });

  /** Both schemes and two widths, for people to look at; and what a program can say of them. */
  async function look(page: Page, state: string): Promise<void> {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const size of [DESKTOP, PHONE]) {
        await page.setViewportSize(size);
        const path = artifactPath(`body-page/${state}-${size.width}-${colorScheme}.png`);
        await page.screenshot({ path, animations: 'disabled', fullPage: true });
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(overflow, `${state} is wider than ${size.width}`).toBeLessThanOrEqual(0);
      }
      expect(await axeViolations(page), `${state}, ${colorScheme}`).toEqual([]);
    }
    await page.emulateMedia({ colorScheme: 'light' });
  }

  const textOf = async (place: Locator) => ((await place.textContent()) ?? '').replaceAll(/\s+/g, ' ').trim();

  async function signIn(page: Page, email: string): Promise<void> {
    await page.locator('input[name=email]').fill(email);
    await page.locator('input[name=password]').fill(PASSWORD);
    await page.locator('#account-submit').click();
    await page.locator('#details-form').waitFor();
  }

  const stored = (page: Page) =>
    page.evaluate(
      () =>
        JSON.parse(sessionStorage.getItem('framegate-body-capture') ?? '{}') as {
          captureId: string;
          ticket: string;
        },
    );

  /** What <framegate-camera> tells once a node has the picture. */
  async function take(page: Page, view: BodyView, captureId: string, ticket: string): Promise<void> {
    const camera = page.locator(`main[data-view=${view}][data-phase=guided] framegate-camera`);
    await camera.waitFor();
    expect(await camera.getAttribute('paused')).toBeNull();
    await camera.evaluate(async (element) => {
      const canvas = new OffscreenCanvas(720, 1280);
      const context = canvas.getContext('2d')!;
      context.fillStyle = '#9aa0a6';
      context.fillRect(0, 0, 720, 1280);
      context.fillStyle = '#3a5478';
      context.fillRect(280, 200, 160, 900);
      const picture = await canvas.convertToBlob({ type: 'image/jpeg' });
      const detail = { captureId: 'x', picture, receipt: null, resultKinds: ['body-view'] };
      element.dispatchEvent(new CustomEvent('framegate-captured', { detail }));
    });
    await service.collect(captureId, ticket, view);
  }

  test('from an account over two guided pictures to measures, an edit and the sheet', async () => {
    const { page, problems, close } = await open();
    page.setDefaultTimeout(6000);
    await page.locator('#account-form').waitFor();
    await look(page, '1-sign-in');
    await page.locator('#account-other').click();
    expect(await page.locator('.choices input:checked').count()).toBe(0);
    await look(page, '2-register');
    await page.locator('input[name=display-name]').fill('Ann');
    await page.locator('input[name=training]').check();
    await signIn(page, 'ann@example.org');
    expect(await page.locator('input[name=training]').isChecked()).toBe(true);
    await look(page, '3-details');

    await page.locator('select[name=timer]').selectOption('3');
    await page.locator('#use-camera').click();
    // Without a height there is no scale: the browser says so at the field.
    expect(await page.locator('#height-cm:invalid').count()).toBe(1);
    await page.locator('select[name=unit]').first().selectOption('in');
    await page.locator('#height-feet').fill('5');
    await page.locator('#height-inches').fill('8');
    await page.locator('#height-inches').blur();
    await page.locator('select[name=unit]').first().selectOption('cm');
    expect(await page.locator('#height-cm').inputValue()).toBe('172.7');
    await page.locator('#use-camera').click();

    await page.locator('#start-view').waitFor();
    await look(page, '4-ready');
    const { captureId, ticket } = await stored(page);
    await page.locator('#start-view').click();
    await page.locator('#countdown').waitFor();
    expect(await page.locator('framegate-camera').getAttribute('paused')).toBe('');
    await take(page, 'front', captureId, ticket);
    // The next one begins by itself.
    await page.locator('main[data-view=side] #countdown').waitFor();
    await page.locator('#start-now').click();
    await take(page, 'side', captureId, ticket);
    await page.locator('main.waiting-page[data-status=queued]').waitFor();
    await look(page, '6-waiting');

    await service.measure(captureId, MEASUREMENT);
    await page.locator('main.body-result').waitFor();
    await page.locator('.measured-picture[data-view=side] image').waitFor();
    await look(page, '7-result');
    const waist = page.locator('.metric[data-metric=waist_circumference_cm]');
    expect(await textOf(waist)).toContain('Waist 75 cm (±4)');
    expect(await page.locator('.measured-line').count()).toBe(5);
    const flags = (await page.locator('.flags li').allTextContents()).map((text) => text.trim());
    expect(flags).toEqual([
      messages.flags['scale-from-stature'],
      'Inseam is uncertain. Check it with a tape.',
      'Side: something in this picture makes it less sure.',
      messages.flags.other,
    ]);

    await page.locator('#edit-waist_circumference_cm').click();
    expect(await textOf(page.locator('.reminder'))).toBe(messages.result.reminder);
    await page.locator('input[name=number]').fill('999');
    await page.locator('#save-edit').click();
    expect(await page.locator('input[name=number]:invalid').count()).toBe(1);
    await page.locator('input[name=slider]').fill('77.5');
    expect(await page.locator('input[name=number]').inputValue()).toBe('77.5');
    await page.locator('#save-edit').click();
    expect(await page.locator('input[name=note]:invalid').count()).toBe(1);
    await look(page, '8-edit');
    await page.locator('input[name=note]').fill('Measured with a tape');
    await page.locator('#save-edit').click();
    await waist.locator('.badge').waitFor();
    expect(await textOf(waist)).toMatch(/Waist 77.5 cm.*edited by you.*Measured: 75 cm \(±4\)/);
    expect(await textOf(page.locator('[data-decision=undecided]'))).toMatch(
      /You .*not decided yet\s+Waist: 75 cm → 77.5 cm\s+Measured with a tape/,
    );
    expect(await textOf(page.locator('main.body-result'))).toContain('Lower than the measured 78%');
    await page.locator('.metrics').scrollIntoViewIfNeeded();
    await look(page, '9-edited');

    const downloads = page.waitForEvent('download');
    await page.locator('#download-sheet').click();
    expect((await downloads).suggestedFilename()).toBe(`measures-${captureId}.pdf`);

    // After a reload the result is there again, and the pictures are not.
    await page.reload();
    await page.locator('main.body-result').waitFor();
    expect(await page.locator('.measured-picture').count()).toBe(0);
    await page.locator('#new-capture').click();
    await page.locator('#details-form').waitFor();
    await page.locator('#sign-out').click();
    await page.locator('#account-form').waitFor();
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
    expect(problems()).toEqual([]);
    await close();
  });
});
