import type { SeededRandom } from './seeded-random.ts';

/** What is fuzzed: how its inputs are made, and what must hold of each. Runs of it leave no trace in each other. */
export interface FuzzTarget<Input> {
  readonly name: string;
  /** Part of the addresses of the source files whose blocks are counted. */
  readonly watched: string;
  /** Inputs between two looks at the coverage, which cost as much as some thousand messages. */
  readonly batchInputs: number;
  /** Ordinary inputs, to begin with. */
  readonly ordinary: readonly Input[];
  /** A new input, from those that have reached something new so far. */
  mutate(random: SeededRandom, corpus: readonly Input[]): Input;
  /** Gives how many messages that was. Throws what does not hold. */
  run(input: Input): number;
  /** The shortest input found that still fails. */
  shrink(input: Input, fails: (shorter: Input) => boolean): Input;
  /** As it is printed, and kept in test/unit/fuzz-seeds. */
  print(input: Input): string;
}

export interface FuzzFailure {
  readonly target: string;
  readonly seed: number;
  readonly reason: string;
  /** The shrunk input, as text. */
  readonly input: string;
}

/** Throws `what` unless it holds; a violation is told from a fault of the code by its text alone. */
export function ensure(holds: boolean, what: string | (() => string)): asserts holds {
  if (!holds) throw new Error(typeof what === 'string' ? what : what());
}
