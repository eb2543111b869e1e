import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BlockCoverage } from './block-coverage.ts';
import type { FuzzFailure, FuzzTarget } from './fuzz-target.ts';
import { createSeededRandom } from './seeded-random.ts';

export interface FuzzOptions {
  readonly seed: number;
  readonly messages: number;
  /** Without it nothing but the ordinary inputs is mutated. */
  readonly coverage?: BlockCoverage | undefined;
  /** After each batch. */
  readonly onProgress?: (progress: FuzzProgress) => void;
  readonly signal?: AbortSignal | undefined;
  readonly maxMs?: number;
}

export interface FuzzProgress {
  readonly messages: number;
  readonly corpus: number;
  readonly reached: number;
  readonly known: number;
}

export interface FuzzOutcome extends FuzzProgress {
  readonly failures: readonly FuzzFailure[];
  /** The slowest input, which an attacker would repeat. */
  readonly slowestMs: number;
  readonly slowestInput: string;
}

const MAX_CORPUS = 3000;
/** So many messages without a new block: counting, which costs more than half of the time, ends. */
const PLATEAU_MESSAGES = 100_000;
/** Enough to see what is wrong; more of the same would only take time. */
const MAX_FAILURES = 5;
const MAX_PRINTED_CHARACTERS = 4000;

/**
 * Runs mutated inputs until so many messages have been handled. An input that reached a block of the watched files which
 * none before it did becomes one that others are mutated from.
 */
export async function fuzz<Input>(target: FuzzTarget<Input>, options: FuzzOptions): Promise<FuzzOutcome> {
  const { coverage, seed } = options;
  const random = createSeededRandom(seed);
  const corpus: Input[] = [...target.ordinary];
  const failures = new Map<string, FuzzFailure>();
  const slowest = { ms: 0, input: '' };
  const startedMs = performance.now();
  let messages = 0;
  let lastNew = 0;
  let isCounting = true;
  // Most inputs are refused, and a stack that nobody reads is half of what a refusal costs.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;

  function failureOf(input: Input): unknown {
    try {
      target.run(input);
      return null;
    } catch (thrown) {
      return thrown;
    }
  }

  function attempt(input: Input): void {
    const inputStartedMs = performance.now();
    try {
      messages += target.run(input);
    } catch {
      messages += 1;
      report(input);
    }
    const ms = performance.now() - inputStartedMs;
    if (ms > slowest.ms) Object.assign(slowest, { ms, input: target.print(input).slice(0, 200) });
  }

  function report(input: Input): void {
    Error.stackTraceLimit = stackTraceLimit;
    const thrown = failureOf(input);
    Error.stackTraceLimit = 0;
    const reason = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    const kind = kindOf(thrown);
    if (failures.has(kind)) return;
    const shrunk = target.shrink(input, (shorter) => kindOf(failureOf(shorter)) === kind);
    const text = target.print(shrunk).slice(0, MAX_PRINTED_CHARACTERS);
    failures.set(kind, { target: target.name, seed, reason, input: text });
  }

  /** Finds the inputs that reached something new by halving; what they reach is known when this returns. */
  function keepNew(inputs: readonly Input[], seen: BlockCoverage): void {
    seen.take();
    for (const input of inputs) failureOf(input);
    const taken = seen.take();
    if (!seen.hasNew(taken)) return;
    if (inputs.length === 1) {
      seen.merge(taken);
      if (corpus.length < MAX_CORPUS) corpus.push(inputs[0]!);
      return;
    }
    const middle = inputs.length >> 1;
    keepNew(inputs.slice(0, middle), seen);
    keepNew(inputs.slice(middle), seen);
  }

  const progress = (): FuzzProgress => {
    const { reached, known } = coverage?.counts() ?? { reached: 0, known: 0 };
    return { messages, corpus: corpus.length, reached, known };
  };

  for (const input of corpus) attempt(input);
  if (coverage !== undefined) coverage.merge(coverage.take());
  while (messages < options.messages && failures.size < MAX_FAILURES && options.signal?.aborted !== true) {
    if (options.maxMs !== undefined && performance.now() - startedMs > options.maxMs) break;
    const batch: Input[] = [];
    while (batch.length < target.batchInputs && messages < options.messages) {
      const input = target.mutate(random, corpus);
      batch.push(input);
      attempt(input);
    }
    if (coverage !== undefined && isCounting) {
      const taken = coverage.take();
      if (coverage.hasNew(taken)) {
        lastNew = messages;
        keepNew(batch, coverage);
      }
      coverage.merge(taken);
      isCounting = messages - lastNew < PLATEAU_MESSAGES;
      if (!isCounting) coverage.close();
    }
    options.onProgress?.(progress());
    await nextTurn();
  }
  Error.stackTraceLimit = stackTraceLimit;
  return {
    ...progress(),
    failures: [...failures.values()],
    slowestMs: slowest.ms,
    slowestInput: slowest.input,
  };
}

/** One fault fails many inputs: numbers and ids in its text tell nothing apart. */
function kindOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return text.replace(/\d+/g, '#');
}
