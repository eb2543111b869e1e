import { App } from 'uWebSockets.js';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureBuilt } from '../../client/build/ensure-built.ts';
import { measureSizes } from '../../client/build/measure-size.ts';
import { browserModels } from '../../src/cli/client/browser-models.ts';
import { createKeptFiles } from '../../src/http/files/kept-files.ts';
import { listenExclusively } from '../../src/http/listen-exclusively.ts';
import type { Route } from '../../src/http/route.ts';
import { mountRoutes } from '../../src/http/router.ts';
import { clientFileRoutes } from '../../src/http/routes/client-files.ts';
import { modelFileRoutes } from '../../src/http/routes/model-files.ts';
import { MODELS_FOLDER } from '../../src/vision/model-registry.ts';
import { chromiumMissing, launchBrowser, type TestBrowser } from '../support/browser.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const BUILT = join(PROJECT, 'dist/client');

describe.skipIf(chromiumMissing !== null)(
  `the page as a node serves it ${chromiumMissing ?? 'in a browser'}`,
  () => {
    const app = App();
    let origin: string;
    let browser: TestBrowser;
    const faults: unknown[] = [];
    const served: { path: string; status: number }[] = [];
    const watched = (route: Route): Route => ({
      ...route,
      async handle(request) {
        const reply = await route.handle(request);
        served.push({ path: request.path, status: reply.status });
        return reply;
      },
    });
    beforeAll(async () => {
      await ensureBuilt(PROJECT, BUILT, () => {});
      const files = createKeptFiles(BUILT, 100_000_000);
      const routes = [...clientFileRoutes(files), ...modelFileRoutes(browserModels(MODELS_FOLDER))];
      mountRoutes(app, routes.map(watched), { error: (fields) => faults.push(fields.err) });
      const { port } = await listenExclusively(app, '127.0.0.1', 0);
      origin = `http://127.0.0.1:${port}`;
      browser = await launchBrowser();
    }, 60_000);
    afterAll(async () => {
      await browser?.close();
      app.close();
      expect(faults).toEqual([]);
    });

    test('loads no more than what its budget counts, is isolated, and breaks no rule of its policy', async () => {
      const asked: string[] = [];
      const { page, problems, close } = await browser.open(`${origin}/`, {
        locale: 'en-GB',
        before: async (opened) => {
          opened.on('request', (request) => asked.push(new URL(request.url()).pathname.slice(1)));
        },
      });
      await page.waitForLoadState('networkidle');
      expect(problems()).toEqual([]);
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
      const firstLoad = (await measureSizes(BUILT)).find(({ name }) => name === 'firstLoad')!;
      const loaded = asked.map((path) => (path === '' ? 'index.html' : path));
      // A browser without a window may or may not ask for it.
      const counted = [...firstLoad.files, 'icon.svg'];
      expect(loaded.filter((path) => !counted.includes(path))).toEqual([]);
      expect(loaded.length).toBeGreaterThan(2);
      await close();
    });

    test('asks the second time for nothing but the page, which has not changed', async () => {
      const { page, close } = await browser.open(`${origin}/`);
      await page.waitForLoadState('networkidle');
      served.length = 0;
      await page.goto(`${origin}/`);
      await page.waitForLoadState('networkidle');
      expect(served.filter(({ path }) => path.startsWith('/assets/'))).toEqual([]);
      expect(served[0]).toEqual({ path: '/', status: 304 });
      await close();
    });

    test('a page of another origin may load the scripts, with all that they load', async () => {
      const { port } = new URL(origin);
      const { page, problems, close } = await browser.open(`http://localhost:${port}/livez`, {
        expectedProblems: /404/,
      });
      // As text: what Vitest makes of an import() is not known to the page.
      const loaded = await page.evaluate(`(async (address) => {
        const sdk = await import(address + '/framegate-client.js');
        await import(address + '/framegate-camera.js');
        const { models } = await (await fetch(address + '/models/manifest.json')).json();
        return {
          error: new sdk.FramegateError('internal', 'x').code,
          element: customElements.get('framegate-camera') !== undefined,
          models: models.map(({ name }) => name),
        };
      })(${JSON.stringify(origin)})`);
      expect(loaded).toEqual({
        error: 'internal',
        element: true,
        // Those of bodies are there where they are imported.
        models: expect.arrayContaining(['face-detector', 'face-mesh', 'canonical-face']),
      });
      expect(problems()).toEqual([]);
      await close();
    });

    test('its licences are told', async () => {
      expect(await readFile(join(BUILT, 'licences.md'), 'utf8')).toContain('lit');
    });
  },
);
