import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account } from '../../src/protocol/accounts.ts';
import { type AdminPageService, startAdminPageService } from '../support/admin-page-service.ts';
import { artifactPath, chromiumMissing, launchBrowser, type TestBrowser } from '../support/browser.ts';
import { TEST_PASSWORD } from '../support/test-accounts.ts';
import { axeViolations } from './axe-violations.ts';

const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 390, height: 844 };

describe.skipIf(chromiumMissing !== null)(`the review page ${chromiumMissing ?? 'in a browser'}`, () => {
  let service: AdminPageService;
  let browser: TestBrowser;
  let ann: Account;
  let ada: Account;

  beforeAll(async () => {
    [service, browser] = await Promise.all([startAdminPageService(), launchBrowser({ camera: 'none' })]);
    const people = await Promise.all([
      service.accounts.person('user', 'ann@example.org'),
      service.accounts.person('admin', 'ada@example.org'),
      service.accounts.person('labeler', 'lea@example.org'),
      service.accounts.person('partner', 'shop@example.org'),
    ]);
    ann = people[0].account;
    ada = people[1].account;
  }, 60_000);

  afterAll(async () => {
    const faults = [...(service?.faults ?? [])];
    await browser?.close();
    await service?.close();
    expect(faults).toEqual([]);
  });

  async function open(who: string, options: { hash?: string; expectedProblems?: RegExp } = {}) {
    const { hash = '', expectedProblems } = options;
    const opened = await browser.open(`${service.url}/admin/${hash}`, {
      viewport: WIDE,
      locale: 'de-DE',
      timezoneId: 'Europe/Berlin',
      ...(expectedProblems !== undefined && { expectedProblems }),
    });
    await opened.page.getByRole('heading', { name: 'Sign in to review' }).waitFor();
    await signIn(opened.page, who);
    return opened;
  }

  async function signIn(page: Page, who: string): Promise<void> {
    await page.getByLabel('E-mail address').fill(`${who}@example.org`);
    await page.getByLabel('Password').fill(TEST_PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }

  /** Pictures for people to look at, and what a program can say of them. */
  async function look(page: Page, state: string, schemes: readonly ('light' | 'dark')[] = ['light', 'dark']) {
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme });
      for (const size of [WIDE, NARROW]) {
        await page.setViewportSize(size);
        const path = artifactPath(`admin-page/${state}-${size.width}-${colorScheme}.png`);
        await page.screenshot({ path, fullPage: true, animations: 'disabled' });
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(overflow, `${state} is wider than ${size.width}`).toBeLessThanOrEqual(0);
      }
      expect(await axeViolations(page), `${state}, ${colorScheme}`).toEqual([]);
    }
    await page.setViewportSize(WIDE);
  }

  test('an admin looks, approves somebody else’s edit by the keyboard, and not their own', async () => {
    const plain = await service.keep({ userId: ann.userId });
    const { captureId } = await service.keep({ userId: ann.userId });
    const annEdits = { userId: ann.userId, role: 'user' } as const;
    await service.edit(captureId, annEdits, { waist_circumference_cm: 76 }, 'Measured with tape at home');
    const { page, problems, close } = await open('ada');

    // The one that waits stands first, though it is older.
    const rows = page.locator('[data-row]');
    await rows.first().waitFor();
    expect(await rows.evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.row))).toEqual([
      captureId,
      plain.captureId,
    ]);
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    const waist = page.getByRole('row', { name: /^Waist/ });
    await expect.poll(() => waist.textContent()).toMatch(/75\.0.*± 3\.0.*76\.0.*edited.*82 %/s);
    expect(await page.locator(':focus').getAttribute('id')).toBe('review-heading');
    expect(new URL(page.url()).hash).toBe(`#${captureId}`);
    const edit = page.locator('[data-edit]');
    expect(await edit.textContent()).toContain('Measured with tape at home');
    // Dates as this browser writes them.
    expect(await edit.locator('time').textContent()).toMatch(/\d\d\.\d\d\.\d{4}, \d\d:\d\d/);
    await look(page, 'capture');

    await page.keyboard.press('r');
    await page.keyboard.press('Escape');
    await page.keyboard.press('a');
    expect(await page.locator(':focus').textContent()).toContain('Yes, approve');
    await page.keyboard.press('Enter');
    await page.getByText('The edit is approved.').waitFor();
    expect(await edit.textContent()).toMatch(/Approved\s*by you/);
    const kept = await service.captures.store.read(captureId);
    expect(kept).toMatchObject({ status: 'done', adjustments: [{ approved: true, approverId: ada.userId }] });

    await service.edit(
      captureId,
      { userId: ada.userId, role: 'admin' },
      { hip_circumference_cm: 101 },
      'mine',
    );
    await page.getByRole('article').getByRole('button', { name: 'Reload' }).click();
    const approve = page.getByRole('button', { name: 'Approve', exact: true });
    await approve.waitFor();
    expect(await approve.getAttribute('aria-disabled')).toBe('true');
    await approve.click({ force: true });
    await page.keyboard.press('a');
    expect(await page.locator('[data-confirm]').count()).toBe(0);
    await page.getByText('You made this edit yourself.').waitFor();

    // Somebody else is faster than the reader.
    await service.edit(captureId, annEdits, { waist_circumference_cm: 77 }, 'again');
    await page.getByRole('article').getByRole('button', { name: 'Reload' }).click();
    await page.getByText('76.0 → 77.0 cm').waitFor();
    await service.edit(captureId, annEdits, { waist_circumference_cm: 78 }, 'and again');
    await page.keyboard.press('r');
    await page.getByRole('button', { name: 'Yes, refuse' }).click();
    await page.getByText('Somebody else has decided, or a newer edit has come.').waitFor();
    await page.getByText('77.0 → 78.0 cm').waitFor();
    expect(problems()).toEqual([expect.stringContaining('409')]);
    await close();
  });

  test('a label is kept as it was typed, by whoever signs in again, and approved by another', async () => {
    const { captureId } = await service.keep({ userId: ann.userId });
    const { page, close } = await open('lea', { hash: `#${captureId}`, expectedProblems: /401/ });
    const form = page.getByRole('form', { name: 'New label' });
    await form.getByLabel('Waist').fill('300');
    await form.getByLabel('Notes').fill('Tape, twice');
    await form.getByRole('button', { name: 'Keep the label' }).click();
    await form.getByText('Humans have 40 to 200 cm').waitFor();
    expect(await page.locator(':focus').getAttribute('name')).toBe('waist_circumference_cm');
    await form.getByLabel('Waist').fill('75,5');

    // The access token is not taken any more: the refresh token helps, once; then nothing does.
    const label = `**/api/v1/admin/label/${captureId}`;
    const refused = {
      status: 401,
      contentType: 'application/json',
      headers: { 'access-control-allow-origin': service.url },
      body: JSON.stringify({ detail: 'it has expired', code: 'token-expired' }),
    };
    await page.route(label, (route) =>
      route.request().method() === 'POST' ? route.fulfill(refused) : route.continue(),
    );
    await form.getByRole('button', { name: 'Keep the label' }).click();
    await page.getByText('You were signed out.').waitFor();
    await look(page, 'signed-out', ['dark']);
    await page.unroute(label);
    await signIn(page, 'lea');
    await form.waitFor();
    expect(await form.getByLabel('Waist').inputValue()).toBe('75,5');
    expect(await form.getByLabel('Notes').inputValue()).toBe('Tape, twice');
    await page.route(label, (route) => route.fulfill(refused), { times: 1 });
    await form.getByRole('button', { name: 'Keep the label' }).click();
    await page.getByText('The label is kept: Waist.').waitFor();
    expect(await form.getByLabel('Waist').inputValue()).toBe('');
    await page.getByText('You entered this label. Somebody else has to approve it.').waitFor();
    // A labeler decides on no edits, opens no pictures, marks nothing.
    expect(await page.getByText('Only admins mark captures.').count()).toBe(1);
    await close();

    const other = await open('ada', { hash: `#${captureId}` });
    await other.page.getByRole('button', { name: 'Approve the label' }).click();
    await other.page.getByText('The label is approved.').waitFor();
    expect(await service.captures.store.read(captureId)).toMatchObject({
      labels: [{ measurements: { waist_circumference_cm: 75.5 }, notes: 'Tape, twice', approved: true }],
    });
    expect(other.problems()).toEqual([]);
    await other.close();
  });

  test('a kept picture is opened after a word of warning; training needs the owner; a role is given', async () => {
    const bucketPath = 'raw-captures/x/front.jpg';
    const create = { width: 720, height: 1280, channels: 3 as const, background: '#b8b0a0' };
    const { captureId } = await service.keep({
      userId: ann.userId,
      artifacts: [
        {
          artifactId: 'art-1',
          captureId: 'x',
          bucketPath,
          artifactType: 'raw',
          createdAtMs: 1,
          removeAtMs: 4e12,
        },
      ],
    });
    const jpeg = await sharp({ create }).jpeg().toBuffer();
    await service.captures.storage.put(bucketPath, Uint8Array.from(jpeg), 'image/jpeg');
    const { page, problems, close } = await open('ada', { hash: `#${captureId}`, expectedProblems: /403/ });
    const opens = () => service.audited().filter((entry) => entry.startsWith('artifact.viewed'));
    await page.getByRole('button', { name: 'Open the front picture' }).click();
    await page.getByText('Your name and the time are written into the audit trail.').waitFor();
    expect(opens()).toEqual([]);
    await page.getByRole('button', { name: 'Yes, open it' }).click();
    await page.locator('svg.measured image').waitFor();
    expect(opens()).toEqual([`artifact.viewed ${captureId}`]);
    await page.locator('#figure').screenshot({ path: artifactPath('admin-page/picture.png') });
    await page.keyboard.press('Escape');
    expect(await page.locator('svg.measured image').count()).toBe(0);

    await page.getByRole('button', { name: 'Mark for training' }).click();
    await page.getByText('The owner of this capture does not allow training.').waitFor();
    service.captures.setConsent(ann.userId, { store_images: false, training: true });
    await page.getByRole('button', { name: 'Mark for training' }).click();
    await page.getByText('Marked for training.').waitFor();

    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Sheet (PDF)' }).click();
    expect((await download).suggestedFilename()).toBe(`measures-${captureId}.pdf`);

    await page.getByRole('article').getByRole('button', { name: 'Reload' }).focus();
    await page.keyboard.press('?');
    await page.getByText('Role of an account').click();
    await page.getByLabel('Account id').fill(ada.userId);
    await page.getByText('nobody changes their own role').waitFor();
    await page.getByLabel('Account id').fill(ann.userId);
    await page.getByRole('button', { name: 'Change the role' }).click();
    await page.getByText('ann@example.org has the role labeler now.').waitFor();
    await service.accounts.accounts.changeRole(ada.userId, ann.userId, 'user');
    await page.setViewportSize(NARROW);
    await page.getByRole('button', { name: 'All captures' }).click();
    expect(await page.locator(':focus').getAttribute('data-row')).toBe(captureId);
    await page.screenshot({ path: artifactPath('admin-page/list-390-light.png'), fullPage: true });
    expect(problems()).toEqual([]);
    await close();
  });

  test('others are told that it is not for them; a partner sees its customers only', async () => {
    const moved = await fetch(`${service.url}/admin`, { redirect: 'manual' });
    expect([moved.status, moved.headers.get('location')]).toEqual([308, '/admin/']);
    const user = await open('ann');
    await user.page.getByRole('heading', { name: 'This page is for reviewers' }).waitFor();
    await look(user.page, 'refused', ['dark']);
    await user.close();

    const { userId } = (await service.accounts.accounts.login('shop@example.org', TEST_PASSWORD)).account;
    const { captureId } = await service.keep({
      userId,
      source: 'partner',
      partner: { partnerId: userId, customerName: 'Zoë Ångström', reference: 'r-7' },
    });
    await service.edit(
      captureId,
      { userId: ada.userId, role: 'admin' },
      { neck_circumference_cm: 37 },
      'fits',
    );
    const { page, problems, close } = await open('shop');
    await page.getByRole('button', { name: /Zoë Ångström · r-7/ }).click();
    expect(await page.locator('[data-row]').count()).toBe(1);
    await page.getByRole('button', { name: 'Refuse', exact: true }).click();
    await page.getByRole('button', { name: 'Yes, refuse' }).click();
    await page.getByText('The edit is refused: the numbers before it are back.').waitFor();
    expect(await page.getByRole('heading', { name: 'Training' }).count()).toBe(0);
    expect(problems()).toEqual([]);
    await close();
  });
});
