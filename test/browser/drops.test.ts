import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { messages } from '../../client/locales/en/component.ts';
import { launchBrowser, type TestBrowser } from '../support/browser.ts';
import { type EdgeFixture, guidedSessionMissing, startEdges } from '../support/edge-fixture.ts';
import type { ServedPages } from '../support/serve-pages.ts';
import { startShapingProxy } from '../support/shaping-proxy.ts';
import { expectAnsweredOnce } from './answered-once.ts';
import { openScene, type ScenePage, serveCameraPage } from './open-camera.ts';

const CUTS = 20;
/** So far away that there always are frames on the way, which a cut takes. */
const FAR = { bytesPerSecond: Number.POSITIVE_INFINITY, delayMs: 50 };
/** The last ones come while the person holds still. */
const CUTS_IN_DWELL = 3;

describe.skipIf(guidedSessionMissing !== null)(`a link that breaks, ${guidedSessionMissing ?? ''}`, () => {
  let browser: TestBrowser;
  let pages: ServedPages;
  let edges: EdgeFixture;

  beforeAll(async () => {
    [browser, pages, edges] = await Promise.all([
      launchBrowser(),
      serveCameraPage(),
      startEdges({ FRAMEGATE_DWELL_MS: '2500' }, { FRAMEGATE_DWELL_MS: '2500' }),
    ]);
  });

  afterAll(async () => {
    await browser?.close();
    await Promise.all([pages?.close(), edges?.close()]);
  });

  /** Judged frames since the page was opened: those that a node has looked at. */
  const judged = ({ record }: ScenePage) =>
    record.eventsOf('framegate-feedback').filter(({ detail }) => detail.feedback.verdict !== 'skipped');
  const dwellOf = (opened: ScenePage) => (judged(opened).at(-1)?.detail.feedback.dwell ?? 0) as number;

  /** The same session throughout, of which the person saw no more than that it reconnects. */
  async function expectOneSession(opened: ScenePage): Promise<void> {
    const { record, wire, problems } = opened;
    const [first, ...later] = wire.receivedOf('welcome').map(({ message }) => message);
    expect(later.length).toBeGreaterThan(0);
    for (const welcome of later)
      expect(welcome).toMatchObject({ sessionId: first!.sessionId, resumed: true });
    expect(record.eventsOf('framegate-state').map(({ detail }) => detail.state)).not.toContain('failed');
    expect(record.hints.map(({ text }) => text)).toContain(messages.status.reconnecting);
    await expectAnsweredOnce(opened);
    expect(problems()).toEqual([]);
  }

  test(`the socket dropped ${CUTS} times: one session, no feedback missing or doubled, and the capture`, async () => {
    const proxy = await startShapingProxy(edges.url, { up: FAR, down: FAR });
    const opened = await openScene(
      browser,
      pages,
      'off-centre',
      { server: proxy.url, precheck: 'off' },
      { expectedProblems: /WebSocket connection to/ },
    );
    const { record, wire } = opened;
    for (let cut = 1; cut <= CUTS; cut++) {
      if (cut === CUTS - CUTS_IN_DWELL + 1) await opened.show('good');
      const before = judged(opened).length;
      const inDwell = cut > CUTS - CUTS_IN_DWELL;
      await record.when(
        () => judged(opened).length >= before + 2 && (!inDwell || dwellOf(opened) > 0),
        `feedback after ${cut - 1} cuts`,
      );
      proxy.cut();
      await record.when(() => wire.connections === cut + 1, `a new connection after ${cut} cuts`);
    }
    await record.event('framegate-captured');
    await expectOneSession(opened);
    expect(wire.receivedOf('welcome')).toHaveLength(CUTS + 1);
    const taken = record.eventsOf('framegate-feedback').filter(({ detail }) => detail.roundTripMs === null);
    expect(taken.length, 'frames that a cut took').toBeGreaterThan(0);
    expect(wire.receivedOf('captured').map(({ message }) => message.streamSeq)).toHaveLength(1);
    await opened.close();
    await proxy.close();
  }, 60_000);

  test('one of two nodes stopped in mid-dwell: the other goes on, and takes the capture', async () => {
    const server = edges.edges.map(({ url }) => url).join(' ');
    const opened = await openScene(browser, pages, 'good', { server, precheck: 'off' });
    const { record, wire } = opened;
    await record.when(() => dwellOf(opened) > 0.15, 'a dwell');
    const [welcome] = wire.receivedOf('welcome');
    const used = edges.edges.find((_, index) => welcome!.message.node === `edge-${index + 1}`);
    const ended = used!.process.kill('SIGTERM');
    await record.event('framegate-captured');
    await expectOneSession(opened);
    const nodes = wire.receivedOf('welcome').map(({ message }) => message.node);
    expect(new Set(nodes).size).toBe(2);
    expect(await ended).toBe(0);
    await opened.close();
  });
});
