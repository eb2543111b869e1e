import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { findProgram } from './find-program.ts';

/**
 * How a test gets a real Chromium. One browser and one server a file:
 *
 *   describe.skipIf(chromiumMissing !== null)(`the camera, ${chromiumMissing ?? 'in a browser'}`, () => {
 *     let browser: TestBrowser;
 *     let pages: ServedPages;
 *     beforeAll(async () => {
 *       [browser, pages] = await Promise.all([launchBrowser(), servePages(['camera'])]);
 *     });
 *     afterAll(async () => {
 *       await browser?.close();
 *       await pages?.close();
 *     });
 *     test('…', async () => {
 *       const { page, problems, close } = await browser.open(pages.url('camera'));
 *       expect(await page.evaluate(() => window.someFunctionOfThePage())).toBe('…');
 *       expect(problems()).toEqual([]);
 *       await close();
 *     });
 *   });
 *
 * `servePages` (serve-pages.ts) builds test/browser/pages/<name>.ts, with <name>.html where there is one, and serves it
 * under the headers of production. Tests that evaluate functions in the page belong in test/browser, whose tsconfig knows
 * the DOM. `openDenied`, other sizes and colour schemes: options of `open`.
 */

/** Skip with `describe.skipIf(chromiumMissing !== null)`; the text is the reason. */
export const chromiumMissing: string | null =
  findProgram('chromium') === null ? 'chromium is not on PATH' : null;

/** None of them needs a network, a GPU or rights that a container lacks. */
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface LaunchOptions {
  /** A .y4m or .mjpeg file that the camera shows over and over, Chromium's own test picture, or no camera at all. */
  readonly camera?: { readonly file: string } | 'test-picture' | 'none';
  readonly args?: readonly string[];
}

export interface OpenOptions extends BrowserContextOptions {
  /** Whether the person allows the camera; refused without a question otherwise. Default true. */
  readonly allowCamera?: boolean;
  /** Runs in the new page before any script of its own. */
  readonly before?: (page: Page, context: BrowserContext) => Promise<void>;
  /** Of what the browser complains about, what this test provokes. */
  readonly expectedProblems?: RegExp;
}

export interface OpenedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Uncaught errors and errors on the console so far, those of workers and of the security policy too. */
  problems(): readonly string[];
  close(): Promise<void>;
}

export interface TestBrowser {
  readonly browser: Browser;
  /** Opens the address in a page of its own, with storage of its own, and waits until it is loaded. */
  open(url: string, options?: OpenOptions): Promise<OpenedPage>;
  close(): Promise<void>;
}

/** Starts Debian's Chromium without a window and with a fresh profile, which is removed at the end. */
export async function launchBrowser(options: LaunchOptions = {}): Promise<TestBrowser> {
  const executablePath = findProgram('chromium');
  if (executablePath === null) throw new Error('chromium is not on PATH');
  const browser = await chromium.launch({
    executablePath,
    headless: true,
    args: [...ARGS, ...cameraArgs(options.camera ?? 'test-picture'), ...(options.args ?? [])],
  });
  return {
    browser,
    async open(url, { allowCamera = true, before, expectedProblems, ...contextOptions } = {}) {
      const context = await browser.newContext(contextOptions);
      try {
        if (allowCamera) await context.grantPermissions(['camera']);
        const page = await context.newPage();
        const seen = watchProblems(page, expectedProblems);
        await before?.(page, context);
        await page.goto(url);
        return { page, context, problems: () => seen, close: () => context.close() };
      } catch (thrown) {
        await context.close();
        throw thrown;
      }
    },
    close: () => browser.close(),
  };
}

function cameraArgs(camera: NonNullable<LaunchOptions['camera']>): readonly string[] {
  if (camera === 'none') return [];
  const device = '--use-fake-device-for-media-stream';
  if (camera === 'test-picture') return [device];
  return [device, `--use-file-for-fake-video-capture=${camera.file}`];
}

function watchProblems(page: Page, expected: RegExp | undefined): readonly string[] {
  const seen: string[] = [];
  const note = (text: string) => {
    if (expected?.test(text) !== true) seen.push(text);
  };
  page.on('pageerror', (error) => note(`uncaught: ${error.stack ?? error.message}`));
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    const { url, lineNumber } = message.location();
    note(`${message.text()} (${url}:${lineNumber})`);
  });
  page.on('crash', () => note('the page crashed'));
  return seen;
}

const ARTIFACTS = fileURLToPath(new URL('../../test-artifacts', import.meta.url));

/** Where a test leaves what people want to look at afterwards: `artifactPath('guided-session/consent.png')`. */
export function artifactPath(name: string): string {
  const path = join(ARTIFACTS, name);
  mkdirSync(dirname(path), { recursive: true });
  return path;
}
