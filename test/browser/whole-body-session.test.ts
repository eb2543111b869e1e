import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { UpMessage } from '../../src/cli/background-up.ts';
import type { RunInfo } from '../../src/cli/run-file.ts';
import { type BodySceneChanges, bodyScene } from '../../src/synthetic/body/body-scene.ts';
import { renderBody } from '../../src/synthetic/body/render-body.ts';
import { openModels } from '../../src/vision/model-registry.ts';
import { artifactPath, chromiumMissing, launchBrowser, type TestBrowser } from '../support/browser.ts';
import { encodeImage } from '../support/encode-image.ts';
import { type FramegateProcess, runFramegate, startFramegate } from '../support/framegate-process.ts';
import { natsServerMissing } from '../support/nats-server.ts';
import { redisServerMissing } from '../support/redis-server.ts';

const MISSING = chromiumMissing ?? natsServerMissing ?? redisServerMissing;
const PASSWORD = 'a long pass phrase';
const HEIGHT_CM = 170;
/** Chromium plays MJPEG at this rate. */
const CAMERA_FPS = 30;
/** Of each view, over and over: longer than hint, dwell and still take together on a busy machine. */
const VIEW_SECONDS = 7;
const VIEWS: readonly BodySceneChanges[] = [
  { stance: { armsAwayDeg: 28, feetApartCm: 22 } },
  { stance: { yawDeg: 90, armsAwayDeg: 6, feetApartCm: 22 } },
];

describe.skipIf(MISSING !== null)(`a whole body session, ${MISSING ?? 'in a browser'}`, () => {
  let folder: string;
  let settings: Record<string, string>;
  let up: FramegateProcess;
  let run: RunInfo;
  let browser: TestBrowser;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'framegate-body-session-'));
    settings = { FRAMEGATE_DATA_FOLDER: join(folder, 'data'), FRAMEGATE_SINK_BATCH_MS: '100' };
    up = await startFramegate(['up', '--port', '0', '--no-install'], settings);
    run = (up.ready as UpMessage & { type: 'ready' }).run;
    const file = join(folder, 'person.mjpeg');
    await writeFile(file, await filmOfPerson());
    browser = await launchBrowser({ camera: { file } });
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await up?.kill('SIGTERM');
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  test('guided front and side, result, edit, approval by another role, sheet', async () => {
    const { page, problems, close } = await browser.open(`${run.url}/body/`, {
      viewport: { width: 420, height: 860 },
      locale: 'en-GB',
    });
    page.setDefaultTimeout(60_000);

    await page.locator('#account-other').click();
    await page.locator('#account-form[data-form=register]').waitFor();
    await signIn(page, 'ann@example.org');
    await page.locator('#details-form').waitFor();
    await page.locator('input[name=height-cm]').fill(String(HEIGHT_CM));
    await page.locator('#use-camera').click();
    await page.locator('main[data-view=front] #start-view').click();
    await page.locator('#start-now').click();
    // The next view follows by itself.
    await page.locator('main[data-view=side]').waitFor();
    await page.locator('#start-now').click();
    const result = page.locator('main.body-result');
    await result.waitFor();
    const captureId = (await result.getAttribute('data-capture-id'))!;
    const waist = page.locator('li[data-metric=waist_circumference_cm]');
    expect(await textOf(page, 'li[data-metric=height_cm]')).toMatch(/Height 1(69|70|71)(\.\d)? cm \(±\d\)/);
    expect(await textOf(page, 'li[data-metric=waist_circumference_cm]')).toMatch(
      /Waist \d\d(\.\d)? cm \(±\d+\)/,
    );
    await page.screenshot({ path: artifactPath('body-session/result.png'), fullPage: true });

    await page.locator('#edit-waist_circumference_cm').click();
    const form = page.locator('#edit-form');
    await form.locator('input[name=number]').fill('79.5');
    await form.locator('input[name=note]').fill('Measured with tape at home');
    await page.locator('#save-edit').click();
    await waist.getByText('edited by you').waitFor();
    expect(await textOf(page, '#history')).toContain('Measured with tape at home');

    await approveAsAdmin(captureId);
    await page.reload();
    await result.waitFor();
    expect(await textOf(page, 'li[data-metric=waist_circumference_cm]')).toContain('79.5');
    expect(await page.locator('[data-decision=approved]').count()).toBe(1);

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.locator('#download-sheet').click(),
    ]);
    const sheet = (await readFile(await download.path())).toString('latin1');
    expect(sheet.startsWith('%PDF-')).toBe(true);
    expect(sheet.match(/\/Type \/Page\b/g)).toHaveLength(1);
    await download.saveAs(artifactPath('body-session/sheet.pdf'));
    expect(problems()).toEqual([]);
    await close();
  }, 240_000);

  async function approveAsAdmin(captureId: string): Promise<void> {
    const created = await runFramegate(
      ['account', 'create', 'ada@example.org', '--role', 'admin', '--password-stdin'],
      settings,
      undefined,
      `${PASSWORD}\n`,
    );
    expect(created).toMatchObject({ exitCode: 0 });
    const { page, problems, close } = await browser.open(`${run.url}/admin/#${captureId}`, {
      viewport: { width: 1280, height: 900 },
      locale: 'en-GB',
    });
    await page.getByLabel('E-mail address').fill('ada@example.org');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('[data-edit]').getByText('Measured with tape at home').waitFor();
    await page.getByRole('button', { name: 'Approve', exact: true }).click();
    await page.getByRole('button', { name: 'Yes, approve' }).click();
    await page.getByText('The edit is approved.').waitFor();
    await page.screenshot({ path: artifactPath('body-session/review.png'), fullPage: true });
    expect(problems()).toEqual([]);
    await close();
  }
});

async function signIn(page: Page, email: string): Promise<void> {
  await page.locator('input[name=email]').fill(email);
  await page.locator('input[name=password]').fill(PASSWORD);
  await page.locator('#account-submit').click();
}

async function textOf(page: Page, selector: string): Promise<string> {
  return ((await page.locator(selector).textContent()) ?? '').replaceAll(/\s+/g, ' ').trim();
}

/** Somebody who faces the camera for some seconds, and then turns. */
async function filmOfPerson(): Promise<Buffer> {
  const canonical = await (await openModels()).loadCanonicalFace();
  const pictures: Buffer[] = [];
  for (const changes of VIEWS) {
    const scene = bodyScene({ width: 1280, height: 1024, ...changes });
    const jpeg = Buffer.from(await encodeImage(renderBody(scene, canonical).image, 'jpeg'));
    for (let i = 0; i < VIEW_SECONDS * CAMERA_FPS; i++) pictures.push(jpeg);
  }
  return Buffer.concat(pictures);
}
