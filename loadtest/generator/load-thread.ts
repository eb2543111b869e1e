/** Many sessions on one thread. They share its clock, its pictures and its histograms. */
import { parentPort, workerData } from 'node:worker_threads';
import { createHeads } from './frame-message.ts';
import { createRunClock } from './interval.ts';
import { createIntervalRecorder } from './interval-recorder.ts';
import { createLoadSession, type LoadSession } from './load-session.ts';
import type { SessionPlan } from './session-plan.ts';
import type { ThreadCall, ThreadData, ThreadMessage } from './thread-messages.ts';

const { library, beganAtMs } = workerData as ThreadData;
const clock = createRunClock(beganAtMs);
const recorder = createIntervalRecorder();
const sessions = new Map<number, LoadSession>();
const deps = {
  recorder,
  library,
  headOf: createHeads(),
  nowMs: () => performance.now(),
  random: Math.random,
};
/** Sessions are opened a few at a time, so many times a second. */
const OPENINGS_PER_SECOND = 50;
const LEAVE_TIMEOUT_MS = 3000;
let cpu = process.threadCpuUsage();

const say = (message: ThreadMessage) => parentPort!.postMessage(message);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function flush(second: number): void {
  const used = process.threadCpuUsage(cpu);
  cpu = process.threadCpuUsage();
  let openSessions = 0;
  let unanswered = 0;
  let pacedFps = 0;
  for (const session of sessions.values()) {
    if (session.isOpen) openSessions++;
    unanswered += session.unanswered;
    pacedFps += session.pacedFps;
  }
  const cpuSeconds = (used.user + used.system) / 1e6;
  say({
    type: 'interval',
    interval: recorder.take({ second, openSessions, unanswered, pacedFps, cpuSeconds }),
  });
}

/** At each full second of the run's clock. */
function flushEachSecond(): void {
  const second = Math.floor(clock() / 1000);
  setTimeout(
    () => {
      flush(second);
      flushEachSecond();
    },
    (second + 1) * 1000 - clock(),
  );
}

async function open(plans: readonly SessionPlan[], perSecond: number): Promise<void> {
  const startedAtMs = clock();
  let begun = 0;
  while (begun < plans.length) {
    const due = Math.min(plans.length, Math.ceil(((clock() - startedAtMs + 1) * perSecond) / 1000));
    for (; begun < due; begun++) {
      const plan = plans[begun]!;
      sessions.set(plan.index, createLoadSession(plan, deps));
    }
    if (begun < plans.length) await pause(1000 / Math.min(perSecond, OPENINGS_PER_SECOND));
  }
  await Promise.all(plans.map(({ index }) => sessions.get(index)!.opened));
}

async function leave(): Promise<void> {
  for (const session of sessions.values()) session.leave();
  const giveUpAtMs = clock() + LEAVE_TIMEOUT_MS;
  while ([...sessions.values()].some(({ isOpen }) => isOpen) && clock() < giveUpAtMs) await pause(10);
  // Those that read nothing never hear that the node has closed.
  for (const session of sessions.values()) session.cut();
}

async function perform(call: ThreadCall): Promise<void> {
  switch (call.type) {
    case 'open':
      await open(call.plans, call.perSecond);
      break;
    case 'set-fps':
      for (const session of sessions.values()) session.setFps(call.fps);
      break;
    case 'cut':
      for (const [index, session] of sessions) {
        if (call.indices === null || call.indices.includes(index)) session.cut();
      }
      break;
    case 'flush':
      flush(Math.floor(clock() / 1000));
      break;
    case 'leave':
      await leave();
      flush(Math.floor(clock() / 1000));
      break;
  }
}

parentPort!.on('message', async (call: ThreadCall) => {
  await perform(call);
  say({ type: 'done', id: call.id });
});
flushEachSecond();
