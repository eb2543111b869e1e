import type { Locator, Page } from 'playwright-core';
import sharp from 'sharp';
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
      // Nobody answers its sessions: they stay at the preview.
      before: async (page) => {
        page.setDefaultTimeout(8000);
        await page.routeWebSocket(/\/v1\/stream/, () => undefined);
      },
      ...options,
    });

  /** Wide and light, narrow and dark, for people to look at; and what a program can say of both. */
  async function look(page: Page, state: string): Promise<void> {
    for (const [colorScheme, size] of [
      ['light', DESKTOP],
      ['dark', PHONE],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(size);
      const path = artifactPath(`body-page/${state}-${size.width}-${colorScheme}.png`);
      await page.screenshot({ path, animations: 'disabled', fullPage: true });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow, `${state} is wider than ${size.width}`).toBeLessThanOrEqual(0);
      // It takes a second: by turns in light and dark, of which each has what the other has.
      const isTurn = Number.parseInt(state, 10) % 2 === (colorScheme === 'dark' ? 0 : 1);
      if (isTurn) expect(await axeViolations(page), `${state}, ${colorScheme}`).toEqual([]);
    }
  }

  const textOf = async (place: Locator) => ((await place.textContent()) ?? '').replaceAll(/\s+/g, ' ').trim();

  /** By id, name or text. */
  const focused = (page: Page) =>
    page.evaluate(() => {
      const { activeElement: element } = document;
      return element?.id || element?.getAttribute('name') || element?.textContent?.trim();
    });

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

  /** What <framegate-camera> tells once a picture is analysed. */
  async function judge(page: Page, view: BodyView, result: object): Promise<void> {
    const camera = page.locator(`main[data-view=${view}][data-phase=guided] framegate-camera`);
    await camera.evaluate((element, told) => {
      const message = { type: 'result', captureId: 'x', kind: 'body-view', status: 'done', result: told };
      const detail = { result: message, settings: null, picture: null };
      element.dispatchEvent(new CustomEvent('framegate-result', { detail }));
    }, result);
  }

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
    await judge(page, view, { collected: true, notCollected: null, problems: [] });
  }

  test('from an account over two guided pictures to measures, an edit and the sheet', async () => {
    const { page, problems, close } = await open();
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
    await page.locator('#start-view').press('Enter');
    await page.locator('#countdown').waitFor();
    expect(await focused(page)).toBe('Front: picture 1 of 2');
    await page.locator('framegate-camera .guide .outline').waitFor({ state: 'attached' });
    await page.screenshot({ path: artifactPath('body-page/5-countdown-390-light.png') });
    expect(await page.locator('framegate-camera').getAttribute('paused')).toBe('');
    await page.locator('#start-now').click();
    await judge(page, 'front', {
      collected: false,
      notCollected: 'blocked',
      problems: [{ code: 'arms-too-close', blocks: true, message: '' }],
    });
    // What is wrong is told, and the same picture is taken again.
    const told = page.locator('main[data-view=front] .pose.refused strong');
    expect(await textOf(told)).toBe('Move your arms a little away from your body');
    await page.screenshot({ path: artifactPath('body-page/5-refused-390-light.png') });
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
    expect(await focused(page)).toBe('edit-waist_circumference_cm');
    expect(await textOf(waist)).toMatch(/Waist 77.5 cm.*edited by you.*Measured: 75 cm \(±4\)/);
    expect(await textOf(page.locator('[data-decision=undecided]'))).toMatch(
      /You .*not decided yet\s+Waist: 75 cm → 77.5 cm\s+Measured with a tape/,
    );
    expect(await textOf(page.locator('main.body-result'))).toContain('Lower than the measured 78%');

    await page.locator('#correct-joints').click();
    const hip = page.locator('.measured-picture[data-view=front] .joint[data-point=leftHip]');
    await hip.waitFor();
    expect(await focused(page)).toBe('note');
    expect(await page.locator('.joint').count()).toBe(24);
    expect(await page.locator('#measure-again').isDisabled()).toBe(true);
    await hip.scrollIntoViewIfNeeded();
    const box = (await hip.boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 + 20, box.y + box.height / 2, { steps: 3 });
    await page.mouse.up();
    await page.locator('.joint[data-point=leftKnee]').first().focus();
    await page.keyboard.press('Shift+ArrowDown');
    await look(page, '9-joints');
    await page.locator('input[name=note]').fill('The hip was taken for the hem');
    const handedIn = page.waitForRequest('**/manual-adjust');
    await page.locator('#measure-again').click();
    const { keypoints } = (await handedIn).postDataJSON() as { keypoints: { point: string; x: number }[] };
    expect(keypoints.map(({ point }) => point)).toEqual(['leftHip', 'leftKnee']);
    expect(keypoints[0]!.x).toBeGreaterThan(410);
    await page.locator('main.waiting-page').waitFor();
    const { adjustments } = (await service.captures.store.read(captureId))!;
    const hips = { ...MEASUREMENT, metrics: { ...MEASUREMENT.metrics, hip_circumference_cm: 101 } };
    await service.measure(captureId, hips, adjustments.at(-1)!.adjustmentId);
    await service.captures.jobs.work();
    await page.locator('.metric[data-metric=hip_circumference_cm] .badge').waitFor();

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
  }, 60_000);

  /** Straight to the details of somebody who has an account. */
  async function openSignedIn(address = '', options: OpenOptions = {}) {
    const { account } = await service.accounts.person();
    const opened = await open(address, options);
    await signIn(opened.page, account.email);
    return opened;
  }

  test('photographs are measured in the place of a session, and what cannot be is told with a way on', async () => {
    const { page, problems, close } = await openSignedIn();
    await page.locator('#height-cm').fill('170');
    await page.locator('#use-photographs').click();
    await page.locator('#upload-form').waitFor();
    await look(page, '10-upload');
    for (const view of ['front', 'side']) {
      await page
        .locator(`input[name=${view}]`)
        .setInputFiles({ name: `${view}.png`, mimeType: 'image/png', buffer: await plainPicture() });
    }
    await page.locator('#send-pictures').click();
    await page.locator('main.waiting-page[data-status=queued]').waitFor();
    const { captureId } = await stored(page);
    await service.captures.book.fail(captureId, { code: 'capture-not-measurable', message: 'nobody' });
    await page.getByRole('heading', { name: messages.problems.notMeasurable }).waitFor();
    await look(page, '11-failed');
    await page.locator('#start-over').click();
    await page.locator('#details-form').waitFor();
    expect(problems()).toEqual([]);
    await close();
  });

  test('wrong credentials are told beside the form, and an account that exists is not made again', async () => {
    const { account } = await service.accounts.person();
    const { page, close } = await open('', { expectedProblems: /401|409/ });
    await page.locator('input[name=email]').fill(account.email);
    await page.locator('input[name=password]').fill('not the pass phrase');
    await page.locator('#account-submit').click();
    const told = page.getByRole('alert').locator('.problem[data-code=credentials-wrong]');
    expect(await textOf(told)).toBe(messages.problems.credentialsWrong);
    await page.locator('#account-other').click();
    await page.locator('#account-submit').click();
    await page.locator('.problem[data-code=account-exists]').waitFor();
    await close();
  });

  test('a reload goes on with the pictures that are missing, and with a token that has expired', async () => {
    const { page, problems, close } = await openSignedIn('', { expectedProblems: /401/ });
    await page.locator('#height-cm').fill('170');
    await page.locator('#use-camera').click();
    await page.locator('#start-view').waitFor();
    const { captureId, ticket } = await stored(page);
    await service.collect(captureId, ticket, 'front');
    // As when its time is over: the next call is refused, and made again with the next pair.
    const expired = { status: 401, json: { detail: 'expired', code: 'token-expired' } };
    await page.route('**/api/v1/capture/*/status', (route) => route.fulfill(expired), { times: 1 });
    await page.reload();
    await page.locator('main[data-view=side] #start-view').waitFor();
    expect(await textOf(page.locator('h1'))).toBe('Side: picture 1 of 1');
    // Somebody else has used the refresh token meanwhile.
    await page.evaluate(() => sessionStorage.setItem('framegate-body-refresh-token', 'x.y'));
    await page.reload();
    await page.locator('#account-form').waitFor();
    expect(problems()).toEqual([]);
    await close();
  });

  test('without a camera a drawn person is shown, in the language and direction of the reader', async () => {
    const { page, problems, close } = await openSignedIn('?demo=1', { locale: 'ar' });
    expect(await page.evaluate(() => document.documentElement.dir)).toBe('rtl');
    await look(page, '12-details-arabic');
    expect(await page.locator('#height-cm').inputValue()).toBe('170');
    await page.locator('#use-demo').click();
    await page.locator('#start-view').click();
    const camera = page.locator('framegate-camera');
    await camera.waitFor({ timeout: 25_000 });
    await page.locator('#countdown').waitFor();
    const video = camera.locator('video');
    await expect.poll(() => video.evaluate((element: HTMLVideoElement) => element.videoHeight)).toBe(1280);
    await camera.locator('.guide .outline').waitFor({ state: 'attached' });
    await page.screenshot({ path: artifactPath('body-page/13-demo-390.png') });
    await page.setViewportSize(DESKTOP);
    await page.screenshot({ path: artifactPath('body-page/13-demo-1440.png') });
    expect(problems()).toEqual([]);
    await close();
  }, 60_000);

  test('a node without an HTTP interface says so', async () => {
    const bare = await service.withoutApi();
    const { page, problems, close } = await browser.open(`${bare.url}/body/`, { viewport: PHONE });
    await page.getByRole('heading', { name: messages.noApi.heading }).waitFor();
    expect(problems()).toEqual([]);
    await close();
    bare.close();
  });
});

async function plainPicture(): Promise<Buffer> {
  const create = { width: 320, height: 400, channels: 3 as const, background: '#c8a080' };
  return sharp({ create }).png().toBuffer();
}
