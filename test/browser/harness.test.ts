import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumMissing, launchBrowser, type TestBrowser } from '../support/browser.ts';
import { type ServedPages, servePages } from '../support/serve-pages.ts';
import type {} from './pages/harness.ts';

describe.skipIf(chromiumMissing !== null)(`the browser of the tests, ${chromiumMissing ?? ''}`, () => {
  let browser: TestBrowser;
  let pages: ServedPages;

  beforeAll(async () => {
    [browser, pages] = await Promise.all([launchBrowser(), servePages(['harness'])]);
  });

  afterAll(async () => {
    await browser?.close();
    await pages?.close();
  });

  test('gives a page isolation and a camera', async () => {
    const { page, problems, close } = await browser.open(pages.url('harness'));
    expect(await page.evaluate(() => window.harness.isolated)).toBe(true);
    expect(await page.evaluate(() => window.harness.camera())).toMatch(/^\d+x\d+@/);
    expect(problems()).toEqual([]);
    await close();
  });

  test('refuses the camera where the person does', async () => {
    const { page, close } = await browser.open(pages.url('harness'), { allowCamera: false });
    expect(await page.evaluate(() => window.harness.camera())).toBe('NotAllowedError');
    await close();
  });

  test('notes what the policy forbids and what is thrown', async () => {
    const { page, problems, close } = await browser.open(pages.url('harness'));
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.harness = null';
      document.body.append(script);
      setTimeout(() => {
        throw new Error('on purpose');
      });
    });
    await expect.poll(() => problems().length).toBe(2);
    expect(problems()[0]).toContain('Content Security Policy');
    expect(problems()[1]).toContain('on purpose');
    await close();
  });
});
