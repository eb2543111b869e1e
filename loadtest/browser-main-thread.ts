/**
 * Question: how long does the page's main thread do one thing while it streams? Headless Chromium plays a rendered person
 * as its camera, <framegate-camera> streams to a real edge node, and Chromium's own trace gives each task's duration.
 * Usage: node loadtest/browser-main-thread.ts [--seconds 20] [--precheck off|onnx] [--json]
 */
import { parseArgs } from 'node:util';
import { openWatched, serveCameraPage } from '../test/browser/open-camera.ts';
import { launchBrowser } from '../test/support/browser.ts';
import { startEdges } from '../test/support/edge-fixture.ts';
import { fakeVideo } from '../test/support/fake-video.ts';
import { quantile } from './bench/quantiles.ts';

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds. */
  readonly dur?: number;
  readonly args?: { readonly name?: string };
}

/** Timers that fire and messages that arrive are most of the tasks; they would make any percentile small. */
const COUNTED_MS = 1;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    precheck: { type: 'string', default: 'off' },
    json: { type: 'boolean', default: false },
  },
});
const runMs = Number(values.seconds) * 1000;

const file = await fakeVideo({ show: 'demo', speed: 1, holdMs: 1000 });
const [browser, pages, edges] = await Promise.all([
  launchBrowser({ camera: { file } }),
  serveCameraPage(),
  // The person is never good for so long: no capture ends the streaming.
  startEdges({ FRAMEGATE_DWELL_MS: '10000' }),
]);
try {
  const query = { server: edges.url, precheck: values.precheck };
  const { page, record, wire } = await openWatched(browser, pages.url('framegate-camera', { query }));
  await record.when(({ eventsOf }) => eventsOf('framegate-feedback').length >= 30, 'guidance');
  await browser.browser.startTracing(page, {
    categories: ['toplevel', 'disabled-by-default-devtools.timeline'],
  });
  const before = wire.sentOf('frame').length;
  await page.evaluate((forMs) => new Promise((resolve) => setTimeout(resolve, forMs)), runMs);
  const fps = (wire.sentOf('frame').length - before) / (runMs / 1000);
  const trace = JSON.parse((await browser.browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };

  const tasksMs = mainThreadTasksMs(trace.traceEvents);
  const counted = tasksMs.filter((ms) => ms >= COUNTED_MS);
  const figures = {
    mainThreadTaskP95Ms: { value: round(quantile(counted, 0.95)), unit: 'ms', goal: 50 },
    mainThreadTaskLongestMs: { value: round(Math.max(...tasksMs)), unit: 'ms', goal: null },
    mainThreadTasksAbove50Ms: { value: tasksMs.filter((ms) => ms > 50).length, unit: 'tasks', goal: null },
    mainThreadBusyShare: { value: round(sum(tasksMs) / runMs), unit: 'ratio', goal: null },
    streamedFps: { value: round(fps), unit: 'frames/s', goal: null },
  };
  console.log(`${tasksMs.length} tasks, ${counted.length} of them of ${COUNTED_MS} ms and more`);
  for (const [name, { value, unit, goal }] of Object.entries(figures)) {
    console.log(`${name.padEnd(28)} ${value} ${unit}${goal === null ? '' : ` (goal ${goal})`}`);
  }
  if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
} finally {
  await browser.close();
  await Promise.all([pages.close(), edges.close()]);
}
process.exit(0);

/** Of the renderer that has done the most: an empty page has one too. */
function mainThreadTasksMs(events: readonly TraceEvent[]): number[] {
  const mainThreads = events.filter(
    ({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain',
  );
  const tasks = mainThreads.map(({ pid, tid }) =>
    events
      .filter(
        (event) => event.pid === pid && event.tid === tid && event.ph === 'X' && event.name === 'RunTask',
      )
      .map(({ dur = 0 }) => dur / 1000),
  );
  return tasks.toSorted((one, other) => sum(other) - sum(one))[0] ?? [];
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, value) => total + value, 0);
}

function round(value: number): number {
  return Number(value.toFixed(2));
}
