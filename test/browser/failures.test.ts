import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { messages } from '../../client/locales/en/component.ts';
import { type FailureFace, failureFace } from '../../client/locales/failure-face.ts';
import { issueToken } from '../../src/auth/issue-token.ts';
import type { ErrorCode } from '../../src/protocol/error-codes.ts';
import { launchBrowser, type OpenOptions, type TestBrowser } from '../support/browser.ts';
import { type CuttingProxy, startCuttingProxy } from '../support/cutting-proxy.ts';
import { type EdgeFixture, guidedSessionMissing, startEdges } from '../support/edge-fixture.ts';
import type { ServedPages } from '../support/serve-pages.ts';
import { openScene, openWatched, serveCameraPage, type WatchedPage } from './open-camera.ts';

const SECRET = 'a secret of the test that is long enough';
const FOREIGN_HOST = 'framegate.test';

describe.skipIf(guidedSessionMissing !== null)(`what fails, ${guidedSessionMissing ?? ''}`, () => {
  let browser: TestBrowser;
  let pages: ServedPages;
  let edges: EdgeFixture;
  let proxy: CuttingProxy;
  const opened: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    [browser, pages, edges] = await Promise.all([
      launchBrowser({ args: [`--host-resolver-rules=MAP ${FOREIGN_HOST} 127.0.0.1`] }),
      serveCameraPage(),
      startEdges({ FRAMEGATE_MAX_SESSIONS: '1' }, { FRAMEGATE_AUTH_SECRET: SECRET }),
    ]);
    proxy = await startCuttingProxy(edges.url);
  });

  afterEach(async () => {
    proxy.open();
    for (const { close } of opened.splice(0)) await close();
  });

  afterAll(async () => {
    await browser?.close();
    await Promise.all([pages?.close(), edges?.close(), proxy?.close()]);
  });

  const attributes = (server: string) => ({ server, precheck: 'off' });

  async function openCamera(
    query: Readonly<Record<string, string>>,
    options: OpenOptions = {},
    own = browser,
  ): Promise<WatchedPage> {
    const watched = await openWatched(own, pages.url('framegate-camera', { query }), options);
    opened.push(watched);
    return watched;
  }

  async function openFace(server: string, query: Readonly<Record<string, string>> = {}) {
    const watched = await openScene(
      browser,
      pages,
      'off-centre',
      { ...attributes(server), ...query },
      { expectedProblems: /WebSocket connection to|Failed to load resource/ },
    );
    opened.push(watched);
    return watched;
  }

  const inLive = ({ record }: WatchedPage) =>
    record.when(({ eventsOf }) => eventsOf('framegate-feedback').length > 0, 'guidance');

  /** The app is told the code; the person what has happened and what to do. */
  async function expectFailure({ page, record }: WatchedPage, code: ErrorCode): Promise<void> {
    await record.when(
      ({ eventsOf }) => eventsOf('framegate-error').some(({ detail }) => detail.code === code),
      `error ${code}`,
    );
    const face: FailureFace = failureFace(code);
    const [error] = record.eventsOf('framegate-error').filter(({ detail }) => detail.code === code);
    expect(error!.detail).toMatchObject({ code, face });
    const panel = page.locator('[part~="failure"]');
    await panel.waitFor();
    const text = await panel.textContent();
    expect(text).toContain(messages.failures[face].title);
    expect(text).toContain(messages.failures[face].action);
    expect(text).toContain(code);
  }

  test('the camera is not allowed', async () => {
    await expectFailure(await openCamera(attributes(edges.url), { allowCamera: false }), 'camera-denied');
  });

  test('there is no camera', async () => {
    const without = await launchBrowser({ camera: 'none' });
    opened.push(without);
    const watched = await openCamera(attributes(edges.url), {}, without);
    await expectFailure(watched, 'camera-missing');
    await watched.close();
  });

  test('the page did not come by https', async () => {
    const url = pages.url('framegate-camera', { query: attributes(edges.url) });
    // Browsers say on the console that they leave out the isolation of such a page.
    const watched = await openWatched(browser, url.replace('127.0.0.1', FOREIGN_HOST), {
      expectedProblems: /Cross-Origin-Opener-Policy/,
    });
    opened.push(watched);
    await expectFailure(watched, 'context-insecure');
  });

  test('nobody answers at the address', async () => {
    proxy.shut();
    await expectFailure(await openFace(proxy.url), 'dependency-unavailable');
  });

  test('the device is offline for a while: the person is told, and the session goes on', async () => {
    const watched = await openFace(proxy.url);
    const { record, wire, context } = watched;
    await inLive(watched);
    await context.setOffline(true);
    proxy.shut();
    await record.when(
      ({ hints }) => hints.at(-1)?.text === messages.failures['device-offline'].title,
      'word of being offline',
    );
    proxy.open();
    await context.setOffline(false);
    await record.when(() => wire.receivedOf('welcome').length === 2, 'the session again');
    const [first, second] = wire.receivedOf('welcome').map(({ message }) => message);
    expect(second).toMatchObject({ resumed: true, sessionId: first!.sessionId });
    expect(record.eventsOf('framegate-state').map(({ detail }) => detail.state)).not.toContain('failed');
  });

  test('the node is full', async () => {
    const first = await openFace(edges.url);
    await inLive(first);
    await expectFailure(await openFace(edges.url), 'server-busy');
  });

  test('the token runs out', async () => {
    const token = await issueToken({
      secret: SECRET,
      subject: 'tester',
      profiles: ['*'],
      audience: 'framegate',
      ttlSeconds: 3,
    });
    const watched = await openFace(edges.edges[1]!.url, { token });
    // Not guidance: on a busy machine the first answer may take longer than the token lives.
    await watched.record.when(
      ({ eventsOf }) => eventsOf('framegate-state').some(({ detail }) => detail.state === 'live'),
      'live session',
    );
    await expectFailure(watched, 'token-expired');
  });

  test('there is no token', async () => {
    await expectFailure(await openFace(edges.edges[1]!.url), 'token-missing');
  });

  test('the session cannot be taken up again: the app is told, and guidance goes on in a new one', async () => {
    const watched = await openFace(proxy.url);
    const { record, wire } = watched;
    await inLive(watched);
    proxy.shut();
    await record.when(
      ({ eventsOf }) => eventsOf('framegate-state').some(({ detail }) => detail.reconnecting),
      'that it reconnects',
    );
    // All that was saved is lost.
    await edges.redis.kill();
    await edges.redis.restart();
    proxy.open();
    const failed = await record.event('framegate-error');
    expect(failed.detail).toMatchObject({ code: 'resume-failed', face: 'session-ended' });
    const judgedAgain = () =>
      record
        .eventsOf('framegate-feedback')
        .some(({ atMs, detail }) => atMs > failed.atMs && detail.feedback.verdict === 'adjust');
    await record.when(judgedAgain, 'guidance again');
    const [first, second] = wire.receivedOf('welcome').map(({ message }) => message);
    expect(second!.resumed).toBe(false);
    expect(second!.sessionId).not.toBe(first!.sessionId);
    expect(record.eventsOf('framegate-state').map(({ detail }) => detail.state)).not.toContain('failed');
  });
});
