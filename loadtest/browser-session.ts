/**
 * Question: what does a guided session cost in a real browser, how soon is the person answered, on a good link and on a
 * poor one, and what does an empty room send? Headless Chromium with <framegate-camera> before rendered scenes, and a real
 * edge node behind a proxy that counts bytes.
 * Usage: node loadtest/browser-session.ts [--seconds 30] [--json]
 */
import { parseArgs } from 'node:util';
import { openScene, type ScenePage, serveCameraPage } from '../test/browser/open-camera.ts';
import { launchBrowser } from '../test/support/browser.ts';
import { startEdges } from '../test/support/edge-fixture.ts';
import { type Link, POOR_LINK, startShapingProxy } from '../test/support/shaping-proxy.ts';
import { median, quantile } from './bench/quantiles.ts';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '30' }, json: { type: 'boolean', default: false } },
});
const runMs = Number(values.seconds) * 1000;
const WARM_UP_MS = 5000;
const UNSHAPED: Link = {
  up: { bytesPerSecond: Number.POSITIVE_INFINITY, delayMs: 0 },
  down: { bytesPerSecond: Number.POSITIVE_INFINITY, delayMs: 0 },
};

const [browser, pages, edges] = await Promise.all([
  launchBrowser(),
  serveCameraPage(),
  // Nobody is captured before the measurement is over.
  startEdges({ FRAMEGATE_DWELL_MS: '10000' }),
]);
try {
  const guided = await run('off-centre', UNSHAPED);
  console.log(`guided   ${describe(guided)}`);
  const poor = await run('off-centre', POOR_LINK);
  console.log(`poor     ${describe(poor)}`);
  const empty = await run('nobody', UNSHAPED, { precheck: 'onnx' }, async (opened) => {
    const atMs = performance.now();
    await opened.show('off-centre');
    await opened.record.when(
      ({ eventsOf }) =>
        eventsOf('framegate-feedback').some(({ detail }) => detail.feedback.face !== undefined),
      'guidance',
    );
    return performance.now() - atMs;
  });
  console.log(
    `empty    ${describe(empty)}; guided ${Math.round(empty.afterwards)} ms after somebody came in`,
  );

  const figures = {
    guidedFeedbackP50Ms: { value: round(median(guided.roundTripsMs)), unit: 'ms', goal: null },
    guidedFeedbackP95Ms: { value: round(quantile(guided.roundTripsMs, 0.95)), unit: 'ms', goal: null },
    guidedFps: { value: round(guided.frames / (runMs / 1000)), unit: 'frames/s', goal: null },
    guidedBytesPerSecond: { value: Math.round(guided.bytes / (runMs / 1000)), unit: 'bytes/s', goal: null },
    poorLinkFeedbackP50Ms: { value: round(median(poor.roundTripsMs)), unit: 'ms', goal: null },
    poorLinkFeedbackP95Ms: { value: round(quantile(poor.roundTripsMs, 0.95)), unit: 'ms', goal: 700 },
    poorLinkFeedbackP95WarmMs: { value: round(quantile(poor.warmMs, 0.95)), unit: 'ms', goal: 700 },
    poorLinkFps: { value: round(poor.frames / (runMs / 1000)), unit: 'frames/s', goal: null },
    poorLinkSlowdown: { value: round(slowdown(poor.warmMs)), unit: 'ratio', goal: 1.2 },
    emptyRoomBytesShare: { value: round(empty.bytes / guided.bytes, 4), unit: 'ratio', goal: 0.02 },
    emptyRoomFrames: { value: empty.frames, unit: 'frames', goal: null },
    guidanceAfterEntryMs: { value: Math.round(empty.afterwards), unit: 'ms', goal: 1000 },
  };
  console.log('');
  for (const [name, { value, unit, goal }] of Object.entries(figures)) {
    console.log(`${name.padEnd(28)} ${value} ${unit}${goal === null ? '' : ` (goal ${goal})`}`);
  }
  if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
} finally {
  await browser.close();
  await Promise.all([pages.close(), edges.close()]);
}
process.exit(0);

interface Run {
  readonly roundTripsMs: readonly number[];
  /** Without the time in which the pump finds out about the link. */
  readonly warmMs: readonly number[];
  readonly frames: number;
  /** Up, from the first byte of the session, without the page's own files. */
  readonly bytes: number;
  readonly afterwards: number;
}

/** One session of `runMs` from its opening. */
async function run(
  scene: 'nobody' | 'off-centre',
  link: Link,
  attributes: Readonly<Record<string, string>> = { precheck: 'off' },
  afterwards: (opened: ScenePage) => Promise<number> = async () => 0,
): Promise<Run> {
  const proxy = await startShapingProxy(edges.url, link);
  const opened = await openScene(browser, pages, scene, { server: proxy.url, ...attributes });
  const { record, wire } = opened;
  await record.when(
    ({ eventsOf }) => eventsOf('framegate-state').some(({ detail }) => detail.state === 'live'),
    'a session',
  );
  const beganAtMs = await opened.page.evaluate(() => performance.now());
  await opened.page.evaluate((forMs) => new Promise((resolve) => setTimeout(resolve, forMs)), runMs);
  const frames = wire.sentOf('frame').length;
  const bytes = wire.sent.reduce((sum, message) => sum + message.bytes, 0);
  const feedbacks = record
    .eventsOf('framegate-feedback')
    .filter(({ detail }) => detail.roundTripMs !== null && detail.feedback.verdict !== 'skipped');
  const after = await afterwards(opened);
  await opened.close();
  await proxy.close();
  return {
    roundTripsMs: feedbacks.map(({ detail }) => detail.roundTripMs as number),
    warmMs: feedbacks
      .filter(({ atMs }) => atMs >= beganAtMs + WARM_UP_MS)
      .map(({ detail }) => detail.roundTripMs as number),
    frames,
    bytes,
    afterwards: after,
  };
}

function describe({ roundTripsMs, frames, bytes }: Run): string {
  const [p50, p95] = [median(roundTripsMs), quantile(roundTripsMs, 0.95)].map(Math.round);
  return `${frames} frames, ${Math.round(bytes / 1000)} kB, feedback p50 ${p50} ms, p95 ${p95} ms`;
}

/** How much longer answers took in the last third than in the middle: above 1 something piles up. */
function slowdown(timesMs: readonly number[]): number {
  const third = Math.floor(timesMs.length / 3);
  return median(timesMs.slice(-third)) / median(timesMs.slice(third, 2 * third));
}

function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}
