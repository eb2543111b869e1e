import { startEdgeUnderTest } from '../bench/edge-under-test.ts';
import { type Figures, figure } from '../bench/figures.ts';
import { median } from '../bench/quantiles.ts';
import { startPlainStack } from './start-plain-stack.ts';
import { type StreamFigures, type StreamOrder, streamLoad } from './stream-load.ts';

export interface PlainStackOrder {
  /** JPEGs of 512×384. */
  readonly jpegs: readonly Uint8Array[];
  readonly rounds: number;
  readonly print: (line: string) => void;
}

interface Server {
  readonly url: string;
  cpuSeconds(): number;
}

const SATURATING_SESSIONS = 8;
const WISHED_FPS = 10;
/** Twice what is answered at saturation. */
const OVERLOAD = 2;
const WARM_UP_MS = 2000;
const SATURATED_MS = 5000;
const OVERLOADED_MS = 10_000;

/** An edge node and the plain stack under the same clients with the same frames, turn by turn. */
export async function measurePlainStack({ jpegs, rounds, print }: PlainStackOrder): Promise<Figures> {
  const edge = await startEdgeUnderTest();
  try {
    const plain = await startPlainStack();
    try {
      return await compare(edge, plain, { jpegs, rounds, print });
    } finally {
      await plain.close();
    }
  } finally {
    await edge.close();
  }
}

async function compare(edge: Server, plain: Server, order: PlainStackOrder): Promise<Figures> {
  const { jpegs, rounds, print } = order;
  const run = (server: Server, load: Pick<StreamOrder, 'sessions' | 'fps' | 'durationMs'>) =>
    streamLoad({ url: server.url, cpuSeconds: server.cpuSeconds, jpegs, warmUpMs: WARM_UP_MS, ...load });
  const saturated = { sessions: SATURATING_SESSIONS, fps: null, durationMs: SATURATED_MS };

  print('\nan edge node beside the plain stack: the same clients, frames and models');
  print('  edge: decode, follow or detect, mesh, pose, pixel statistics, guidance, frame records; all cores');
  print(
    '  plain stack: ws, sharp, onnxruntime-node: decode, follow or detect, mesh; one after the other, one thread',
  );
  await run(edge, saturated);
  await run(plain, saturated);
  const own: StreamFigures[] = [];
  const theirs: StreamFigures[] = [];
  for (let round = 1; round <= rounds; round++) {
    own.push(await run(edge, saturated));
    theirs.push(await run(plain, saturated));
    print(`  saturated, round ${round}: edge ${textOf(own.at(-1)!)}`);
    print(`                      plain ${textOf(theirs.at(-1)!)}`);
  }
  const rateOf = (figures: readonly StreamFigures[]) => median(figures.map((each) => each.answeredPerSecond));
  const [ownRate, plainRate] = [rateOf(own), rateOf(theirs)];
  const overloaded = (capacity: number) => ({
    sessions: Math.ceil((OVERLOAD * capacity) / WISHED_FPS),
    fps: WISHED_FPS,
    durationMs: OVERLOADED_MS,
  });

  print(
    `  overload: sessions that wish ${WISHED_FPS} frames/s, ${OVERLOAD}× what the server answers at saturation, ` +
      `${(WARM_UP_MS + OVERLOADED_MS) / 1000} s`,
  );
  const ownOverload = await run(edge, overloaded(ownRate));
  print(`    edge, ${overloaded(ownRate).sessions} sessions: ${textOf(ownOverload)}`);
  const plainOverload = await run(plain, overloaded(plainRate));
  print(`    plain, ${overloaded(plainRate).sessions} sessions: ${textOf(plainOverload)}`);
  const plainSameLoad = await run(plain, overloaded(ownRate));
  print(`    plain, the edge's ${overloaded(ownRate).sessions} sessions: ${textOf(plainSameLoad)}`);

  return {
    plainThroughputRatio: figure(
      median(own.map((each, i) => each.answeredPerSecond / theirs[i]!.answeredPerSecond)),
      'ratio',
    ),
    ownFramesPerSecond: figure(ownRate, '1/s'),
    plainFramesPerSecond: figure(plainRate, '1/s'),
    ownOverloadP99Ms: figure(ownOverload.p99Ms, 'ms', 250),
    plainOverloadP99Ms: figure(plainOverload.p99Ms, 'ms'),
    ownOverloadFramesPerSecond: figure(ownOverload.answeredPerSecond, '1/s'),
    plainOverloadFramesPerSecond: figure(plainOverload.answeredPerSecond, '1/s'),
    plainSameLoadP99Ms: figure(plainSameLoad.p99Ms, 'ms'),
    plainSameLoadFramesPerSecond: figure(plainSameLoad.answeredPerSecond, '1/s'),
  };
}

function textOf(figures: StreamFigures): string {
  const { answeredPerSecond, sentPerSecond, p50Ms, p99Ms, skipped, errors, unanswered } = figures;
  return (
    `${answeredPerSecond.toFixed(0)} of ${sentPerSecond.toFixed(0)} frames/s answered, p50 ${p50Ms.toFixed(0)}, ` +
    `p99 ${p99Ms.toFixed(0)} ms, skipped ${skipped}, errors ${errors}, unanswered at the end ${unanswered}; ` +
    `cores: server ${figures.serverCores.toFixed(2)}, generator ${figures.generatorCores.toFixed(2)}`
  );
}
