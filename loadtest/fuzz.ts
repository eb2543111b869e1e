/**
 * Question: does anything that a client can send bring a node down, or make it grow?
 *
 *   npm run fuzz -- [--messages 1000000] [--seed S] [--target codec,session,gateway,images] [--json]
 *
 * codec: MessagePack mutated in structure and bytes, parsed as a node and as a client parses it. session: events in any
 * order through the pure state machine, with what must hold checked after each. gateway: hostile handshakes and frames
 * over real sockets, with a client beside them that behaves. images: crafted ones through decoder, stripper and pool.
 * For the first two V8's block coverage says which inputs reached something new; those are mutated further.
 *
 * Everything follows from the seed but the coverage's own noise: a failing input is printed itself, shrunk. It belongs
 * into test/unit/fuzz-seeds, where npm test runs it again.
 */
import { parseArgs } from 'node:util';
import { startBlockCoverage } from './fuzz/block-coverage.ts';
import { createResidentReader } from './fuzz/collected-resident-bytes.ts';
import type { FuzzFailure, FuzzTarget } from './fuzz/fuzz-target.ts';
import { createResidentSamples } from './fuzz/resident-samples.ts';

const TARGETS = ['codec', 'session', 'gateway', 'images'] as const;
/** Of the messages; images count by themselves. */
const SHARES = { codec: 0.55, session: 0.35, gateway: 0.1 } as const;
const DEFAULT_TARGETS = 'codec,session,gateway';
const PROGRESS_MS = 1000;
/** Of resident memory, over a run; each costs a full collection. */
const SAMPLES = 60;

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '1000000' },
    seed: { type: 'string' },
    target: { type: 'string', default: DEFAULT_TARGETS },
    json: { type: 'boolean', default: false },
  },
});
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);
const targets = values.target.split(',');
const unknown = targets.find((target) => !TARGETS.some((known) => known === target));
if (unknown !== undefined) throw new Error(`there is no target ${unknown}: ${TARGETS.join(', ')}`);
const shareSum = Object.entries(SHARES).reduce(
  (sum, [name, share]) => sum + (targets.includes(name) ? share : 0),
  0,
);
const messagesOf = (name: keyof typeof SHARES) =>
  Math.round((Number(values.messages) * SHARES[name]) / shareSum);

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());
const { signal } = interrupted;
const say = (line: string) => process.stderr.write(`${line}\n`);

interface Total {
  messages: number;
  crashes: number;
  unhandledRejections: number;
  craftedImages: number;
  imagesPeakMiB: number;
  readonly slopes: {
    readonly name: string;
    readonly mibPerMillion: number;
    readonly standardError: number;
  }[];
}
const total: Total = {
  messages: 0,
  crashes: 0,
  unhandledRejections: 0,
  craftedImages: 0,
  imagesPeakMiB: 0,
  slopes: [],
};
process.on('unhandledRejection', (thrown) => {
  total.unhandledRejections += 1;
  say(`  ✗ unhandled: ${thrown instanceof Error ? thrown.stack : String(thrown)}`);
});

say(`seed ${seed}`);
const residentBytes = createResidentReader();
const startedMs = performance.now();
if (targets.includes('codec')) {
  for (const sender of ['client', 'server'] as const) {
    await fuzzPure(
      async () => (await import('./fuzz/codec/codec-target.ts')).codecTarget(sender),
      '/src/protocol/',
      messagesOf('codec') / 2,
    );
  }
}
if (targets.includes('session')) {
  await fuzzPure(
    async () => (await import('./fuzz/session/session-target.ts')).sessionTarget,
    '/src/edge/session/',
    messagesOf('session'),
  );
}
if (targets.includes('gateway')) await fuzzSockets(messagesOf('gateway'));
if (targets.includes('images')) await fuzzPictures();
report();

/** `load` imports what is watched: coverage has to run before that. */
async function fuzzPure<Input>(
  load: () => Promise<FuzzTarget<Input>>,
  watched: string,
  messages: number,
): Promise<void> {
  if (signal.aborted) return;
  const coverage = startBlockCoverage(watched);
  const [target, { fuzz }] = await Promise.all([load(), import('./fuzz/fuzz-loop.ts')]);
  const samples = createResidentSamples();
  const begunMs = performance.now();
  let toldMs = begunMs;
  let reached = 0;
  let sampledAt = 0;
  say(`${target.name}:`);
  const outcome = await fuzz(target, {
    seed,
    messages,
    coverage,
    signal,
    onProgress(progress) {
      if (progress.messages - sampledAt >= messages / SAMPLES) {
        sampledAt = progress.messages;
        samples.add(sampledAt, residentBytes());
      }
      const isNew = progress.reached > reached;
      if (!isNew && performance.now() - toldMs < PROGRESS_MS * 10) return;
      toldMs = performance.now();
      reached = progress.reached;
      say(
        `  ${progress.messages} messages, ${reached} of ${progress.known} blocks, ${progress.corpus} inputs kept`,
      );
    },
  });
  const seconds = (performance.now() - begunMs) / 1000;
  const slope = samples.slope();
  say(
    `  ${Math.round(outcome.messages / seconds)} messages/s, slowest ${outcome.slowestMs.toFixed(0)} ms; resident ${signed(slope)}`,
  );
  for (const block of coverage.unreached()) say(`  not reached: ${block}`);
  coverage.close();
  outcome.failures.forEach(printFailure);
  total.messages += outcome.messages;
  total.crashes += outcome.failures.length;
  total.slopes.push({ name: target.name, ...slope });
}

async function fuzzSockets(messages: number): Promise<void> {
  if (signal.aborted) return;
  const { fuzzGateway } = await import('./fuzz/gateway/fuzz-gateway.ts');
  say('gateway:');
  const begunMs = performance.now();
  let toldMs = begunMs;
  const outcome = await fuzzGateway({
    seed,
    messages,
    signal,
    onProgress(sent) {
      if (performance.now() - toldMs < PROGRESS_MS * 10) return;
      toldMs = performance.now();
      say(`  ${sent} frames`);
    },
  });
  const seconds = (performance.now() - begunMs) / 1000;
  say(`  ${Math.round(outcome.messages / seconds)} frames/s; resident ${signed(outcome.slope)}`);
  say(
    `  beside them ${outcome.answered} frames answered, the slowest in ${outcome.slowestAnswerMs.toFixed(0)} ms`,
  );
  const left = outcome.connectionsLeft + outcome.heldBytesLeft;
  if (left > 0) say(`  ✗ left: ${outcome.connectionsLeft} connections, ${outcome.heldBytesLeft} bytes`);
  for (const fault of outcome.faults) say(`  ✗ ${fault}`);
  total.messages += outcome.messages;
  total.unhandledRejections += outcome.faults.filter((fault) => fault.startsWith('unhandled')).length;
  total.crashes += (outcome.crashed ? 1 : 0) + outcome.faults.length + (left > 0 ? 1 : 0);
  total.slopes.push({ name: 'gateway', ...outcome.slope });
}

async function fuzzPictures(): Promise<void> {
  if (signal.aborted) return;
  const { fuzzImages } = await import('./fuzz/images/fuzz-images.ts');
  say('images:');
  const outcome = await fuzzImages(say, signal);
  const { slowest, hungriest } = outcome;
  say(`  ${outcome.images} images, ${outcome.pictures} of them pictures; ${outcome.faults.length} faults`);
  say(`  slowest to decode: ${slowest.name}, ${slowest.decodeMs.toFixed(0)} ms`);
  say(`  most memory: ${hungriest.name}, ${hungriest.peakMiB.toFixed(0)} MiB over what there was`);
  say(
    `  resident ${outcome.residentBeforeMiB.toFixed(0)} MiB before, ${outcome.residentAfterMiB.toFixed(0)} MiB after`,
  );
  total.craftedImages = outcome.images;
  total.crashes += outcome.crashes.length + outcome.faults.length;
  total.unhandledRejections += outcome.unhandledRejections;
  total.imagesPeakMiB = hungriest.peakMiB;
}

function printFailure(failure: FuzzFailure): void {
  say(`  ✗ ${failure.reason}`);
  say(`    seed ${failure.seed}, input: ${failure.input}`);
}

function signed(slope: { readonly mibPerMillion: number; readonly standardError: number }): string {
  return `${slope.mibPerMillion.toFixed(1)} ± ${slope.standardError.toFixed(1)} MiB for each million messages`;
}

function report(): void {
  const seconds = (performance.now() - startedMs) / 1000;
  say(
    `${total.messages} messages in ${seconds.toFixed(0)} s, ${total.crashes} crashes or faults, seed ${seed}`,
  );
  if (total.crashes + total.unhandledRejections > 0) process.exitCode = 1;
  if (!values.json) return;
  const figures: Record<string, { value: number; unit: string; goal: number | null }> = {
    crashes: { value: total.crashes, unit: 'crashes and broken rules', goal: 0 },
    unhandledRejections: { value: total.unhandledRejections, unit: 'rejections', goal: 0 },
    seed: { value: seed, unit: '', goal: null },
  };
  if (total.messages > 0) {
    const worst = total.slopes.reduce((most, slope) =>
      provenGrowth(slope) > provenGrowth(most) ? slope : most,
    );
    figures.fuzzedMessages = { value: total.messages, unit: 'messages', goal: 1_000_000 };
    figures.fuzzedMessagesPerSecond = {
      value: Math.round(total.messages / seconds),
      unit: '1/s',
      goal: null,
    };
    figures.residentSlopeMiBPerMillion = { value: rounded(worst.mibPerMillion), unit: 'MiB', goal: null };
    // Within two of these the slope is not told from none.
    figures.residentSlopeError = { value: rounded(worst.standardError), unit: 'MiB', goal: null };
  }
  if (total.craftedImages > 0) {
    figures.craftedImages = { value: total.craftedImages, unit: 'images', goal: 60 };
    figures.craftedImagesPeakMiB = { value: rounded(total.imagesPeakMiB), unit: 'MiB', goal: null };
  }
  console.log(JSON.stringify(figures));
}

/** What the run shows for sure: the slope less two standard errors. A short run has large ones. */
function provenGrowth({ mibPerMillion, standardError }: Total['slopes'][number]): number {
  return mibPerMillion - 2 * standardError;
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
