import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, type TestBrowser } from '../support/browser.ts';
import { type EdgeFixture, guidedSessionMissing, startEdges } from '../support/edge-fixture.ts';
import type { ServedPages } from '../support/serve-pages.ts';
import { POOR_LINK, startShapingProxy } from '../support/shaping-proxy.ts';
import { expectAnsweredOnce } from './answered-once.ts';
import { openScene, serveCameraPage } from './open-camera.ts';

/** Feedbacks in which the pump may find out about the link, and those that are looked at then. */
const WARM_UP = 15;
const LOOKED_AT = 30;

describe.skipIf(guidedSessionMissing !== null)(`300 kbit/s, 200 ms, ${guidedSessionMissing ?? ''}`, () => {
  let browser: TestBrowser;
  let pages: ServedPages;
  let edges: EdgeFixture;

  beforeAll(async () => {
    [browser, pages, edges] = await Promise.all([launchBrowser(), serveCameraPage(), startEdges({})]);
  });

  afterAll(async () => {
    await browser?.close();
    await Promise.all([pages?.close(), edges?.close()]);
  });

  // How fast it is: `node loadtest/browser-session.ts --link poor`.
  test('frames are made to fit, nothing piles up, and the person gets to the capture', async () => {
    const proxy = await startShapingProxy(edges.url, POOR_LINK);
    const opened = await openScene(browser, pages, 'off-centre', { server: proxy.url, precheck: 'off' });
    const { record, wire } = opened;
    await record.when(
      ({ eventsOf }) => eventsOf('framegate-feedback').length >= WARM_UP + LOOKED_AT,
      'feedback enough',
      40_000,
    );

    const { maxInFlight } = wire.receivedOf('welcome')[0]!.message.limits;
    const frames = wire.sentOf('frame');
    const answers = wire.receivedOf('feedback');
    for (const { atMs } of frames) {
      const sent = frames.filter((frame) => frame.atMs <= atMs).length;
      const answered = answers.filter((answer) => answer.atMs <= atMs).length;
      expect(sent - answered).toBeLessThanOrEqual(maxInFlight);
    }

    const roundTripsMs = record
      .eventsOf('framegate-feedback')
      .slice(WARM_UP, WARM_UP + LOOKED_AT)
      .map(({ detail }) => detail.roundTripMs as number);
    const [earlier, later] = [roundTripsMs.slice(0, LOOKED_AT / 3), roundTripsMs.slice(-LOOKED_AT / 3)];
    console.log(`round trips: first ${median(earlier)} ms, then ${median(later)} ms`);
    // The link itself takes 400 ms and the time of a small frame; larger frames, or a queue of them, take longer.
    expect(median(later)).toBeLessThan(700);
    // A queue that grows by one frame in ten would double them by now.
    expect(median(later)).toBeLessThan(1.5 * median(earlier) + 100);
    // What is sent fits: on average a second's frames take less than a second of the link.
    const seen = frames.filter(({ message }) => message.seq > WARM_UP);
    const seconds = (seen.at(-1)!.atMs - seen[0]!.atMs) / 1000;
    const bytes = seen.slice(1).reduce((sum, frame) => sum + frame.bytes, 0);
    expect(bytes / seconds).toBeLessThan(POOR_LINK.up.bytesPerSecond);

    await opened.show('good');
    await record.event('framegate-captured');
    await expectAnsweredOnce(opened);
    expect(opened.problems()).toEqual([]);
    await opened.close();
    await proxy.close();
  }, 60_000);
});

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]!;
}
