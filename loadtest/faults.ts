/**
 * What do people and captures notice when a process dies, hangs or is told to end? One random fault a round, under live
 * load; see loadtest/README.md for what is checked. Everything runs on loopback and ends with this process.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { importWithProgress } from '../src/cli/import-with-progress.ts';
import { MODELS_FOLDER, openModels } from '../src/vision/model-registry.ts';
import { benchFrames } from './bench/frames.ts';
import { FAULT_KINDS } from './faults/all-kinds.ts';
import { faultFigures } from './faults/fault-figures.ts';
import { printFaultTable } from './faults/print-fault-table.ts';
import { runFaults } from './faults/run-faults.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    /** One round of a run, by its number. */
    round: { type: 'string' },
    seed: { type: 'string' },
    kinds: { type: 'string' },
    sessions: { type: 'string', default: '6' },
    fps: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
});
const print = (line: string) => process.stderr.write(`${line}\n`);
const seed = values.seed === undefined ? randomInt(1, 2 ** 31) : Number(values.seed);
const wanted = values.kinds?.split(',');
const unknown = wanted?.filter((name) => !FAULT_KINDS.some((kind) => kind.name === name)) ?? [];
if (unknown.length > 0) {
  print(`no such kind: ${unknown.join(', ')}\nthere are: ${FAULT_KINDS.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
const kinds = FAULT_KINDS.filter(({ name }) => wanted?.includes(name) ?? true);
const rounds =
  values.round === undefined
    ? Array.from({ length: Number(values.rounds) }, (_, index) => index + 1)
    : [Number(values.round)];

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    print(`${signal}: ending the round and everything that runs; once more ends at once`);
    interrupted.abort();
    process.once(signal, () => process.exit(130));
  });
}

print(`seed ${seed}; again: npm run faults -- --seed ${seed}${wanted ? ` --kinds ${values.kinds}` : ''}`);
await importWithProgress(MODELS_FOLDER, process.stderr);
const startedMs = performance.now();
const report = await runFaults({
  kinds,
  rounds,
  seed,
  frames: await benchFrames(await (await openModels()).loadCanonicalFace()),
  sessions: Number(values.sessions),
  fps: Number(values.fps),
  settleMs: 90_000,
  artifactsFolder: 'test-artifacts/faults',
  signal: interrupted.signal,
  say: print,
});
const figures = faultFigures(report);
printFaultTable(report, print);
print(`${((performance.now() - startedMs) / 60_000).toFixed(1)} minutes; seed ${seed}`);
for (const { round, faults } of report.rounds) {
  if (faults.length > 0)
    print(
      `round ${round} again: npm run faults -- --seed ${seed} --round ${round}${wanted ? ` --kinds ${values.kinds}` : ''}`,
    );
}
if (values.json)
  process.stdout.write(`${JSON.stringify({ seed: { value: seed, unit: '', goal: null }, ...figures })}\n`);
const isWrong = Object.values(figures).some(({ value, goal }) => goal === 0 && value > 0);
process.exit(interrupted.signal.aborted ? 130 : isWrong ? 1 : 0);
