import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { openSession } from '../../../test/support/wire-client.ts';
import { ordinaryMessages } from '../codec/ordinary-messages.ts';
import { createResidentSamples } from '../resident-samples.ts';
import { createSeededRandom, type SeededRandom } from '../seeded-random.ts';
import type { GatewayReport } from './gateway-process.ts';
import { hostileFrames, hostileHandshake } from './hostile-bytes.ts';

export interface GatewayOutcome {
  readonly messages: number;
  readonly crashed: boolean;
  readonly faults: readonly string[];
  /** Of the well-behaved client beside the attack. */
  readonly answered: number;
  readonly slowestAnswerMs: number;
  /** What the node still had when all attackers had gone; the well-behaved client has left too. */
  readonly connectionsLeft: number;
  readonly heldBytesLeft: number;
  readonly slope: { readonly mibPerMillion: number; readonly standardError: number };
}

export interface GatewayFuzzOptions {
  readonly seed: number;
  readonly messages: number;
  readonly maxMs?: number;
  readonly onProgress?: (messages: number) => void;
  readonly signal?: AbortSignal | undefined;
}

const ATTACKERS = 16;
const MAX_FRAMES = 100;
/** A connection that the node neither answers nor closes is left alone after this. */
const PATIENCE_MS = 300;
/** A well-behaved client that waits longer is not served. */
const ANSWER_TIMEOUT_MS = 10_000;

/** Hostile connections against a real gateway in a process of its own, with a client beside them that behaves. */
export async function fuzzGateway(options: GatewayFuzzOptions): Promise<GatewayOutcome> {
  const random = createSeededRandom(options.seed);
  const child = fork(new URL('./gateway-process.ts', import.meta.url));
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const samples = createResidentSamples();
  const faults: string[] = [];
  const state = { messages: 0, crashed: false, stopping: false };
  child.on('message', (message) => {
    const report = message as GatewayReport;
    if (report.type === 'fault' && faults.length < 20) faults.push(report.reason);
  });
  child.once('exit', () => {
    state.crashed = !state.stopping;
  });
  const startedMs = performance.now();
  const goesOn = () =>
    state.messages < options.messages &&
    !state.crashed &&
    options.signal?.aborted !== true &&
    performance.now() - startedMs < (options.maxMs ?? Number.POSITIVE_INFINITY);

  try {
    const { port } = await reportOf(child, 'ready');
    const messages = ordinaryMessages('client');
    const attack = async () => {
      while (goesOn()) state.messages += await attackOnce(port, random, messages);
    };
    const watch = async () => {
      while (goesOn()) {
        samples.add(state.messages, (await statsOf(child)).residentBytes);
        options.onProgress?.(state.messages);
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    };
    const [good] = await Promise.all([
      behave(port, goesOn).catch((thrown: unknown) => {
        faults.push(`the well-behaved client: ${String(thrown)}`);
        return { answered: 0, slowestMs: 0 };
      }),
      watch(),
      ...Array.from({ length: ATTACKERS }, attack),
    ]);
    const left = state.crashed ? { connections: 0, heldBytes: 0 } : await emptied(child);
    return {
      messages: state.messages,
      crashed: state.crashed,
      faults,
      answered: good.answered,
      slowestAnswerMs: good.slowestMs,
      connectionsLeft: left.connections,
      heldBytesLeft: left.heldBytes,
      slope: samples.slope(),
    };
  } finally {
    state.stopping = true;
    process.off('exit', kill);
    if (child.exitCode === null && child.signalCode === null) {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    }
  }
}

/** One connection: all that it has to say at once or in pieces, then its end. Gives how many frames it sent. */
function attackOnce(port: number, random: SeededRandom, messages: readonly Uint8Array[]): Promise<number> {
  const frames = hostileFrames(random, 1 + random.int(MAX_FRAMES), messages);
  const bytes = Buffer.concat([hostileHandshake(random), ...frames]);
  const cut = random.chance(0.3) ? random.int(bytes.length) : bytes.length;
  const leavesAtOnce = random.chance(0.3);
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const timer = setTimeout(() => socket.destroy(), PATIENCE_MS);
    socket.on('error', () => {});
    socket.once('close', () => {
      clearTimeout(timer);
      resolve(frames.length);
    });
    socket.resume();
    socket.write(bytes.subarray(0, cut), () => {
      if (leavesAtOnce) socket.resetAndDestroy();
      else socket.end(bytes.subarray(cut));
    });
  });
}

/** Streams frame after frame and waits for each feedback. */
async function behave(port: number, goesOn: () => boolean) {
  const client = await openSession(port);
  const image = { data: Uint8Array.of(0), width: 64, height: 64 };
  let answered = 0;
  let slowestMs = 0;
  while (goesOn()) {
    const sentMs = performance.now();
    client.sendFrame(client.welcome.lastSeq + answered + 1, image);
    await withTimeout(client.next('feedback'));
    slowestMs = Math.max(slowestMs, performance.now() - sentMs);
    answered += 1;
    // No faster than a session may.
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  client.close();
  return { answered, slowestMs };
}

async function withTimeout<Value>(value: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no feedback for ${ANSWER_TIMEOUT_MS} ms`)), ANSWER_TIMEOUT_MS);
  });
  try {
    return await Promise.race([value, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits for the node to notice that everyone has gone. */
async function emptied(child: ChildProcess) {
  const deadlineMs = performance.now() + ANSWER_TIMEOUT_MS;
  for (;;) {
    const stats = await statsOf(child);
    if (stats.connections === 0 || performance.now() > deadlineMs) return stats;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function statsOf(child: ChildProcess) {
  const answer = reportOf(child, 'stats');
  if (child.connected) child.send('stats');
  return answer;
}

function reportOf<Type extends GatewayReport['type']>(child: ChildProcess, type: Type) {
  return new Promise<Extract<GatewayReport, { type: Type }>>((resolve, reject) => {
    const heard = (message: unknown) => {
      const report = message as GatewayReport;
      if (report.type !== type) return;
      child.off('message', heard);
      child.off('exit', ended);
      resolve(report as Extract<GatewayReport, { type: Type }>);
    };
    const ended = () => {
      child.off('message', heard);
      reject(new Error('the gateway process has ended'));
    };
    child.on('message', heard);
    child.once('exit', ended);
  });
}
