/**
 * Can one hostile client keep others out, stop the node or make it grow? One attack after the other from its own address
 * against a real edge, each beside a session that streams and newcomers who want in. Everything runs on loopback, every
 * attack is bounded in time and count, and ends with this process.
 */
import { parseArgs } from 'node:util';
import { importWithProgress } from '../src/cli/import-with-progress.ts';
import { MODELS_FOLDER, openModels } from '../src/vision/model-registry.ts';
import { abuseFigures } from './abuse/abuse-figures.ts';
import { ATTACKS } from './abuse/all-attacks.ts';
import { type AttackReport, runAttack } from './abuse/run-attack.ts';
import { benchFrames } from './bench/frames.ts';
import { startCluster } from './cluster/start-cluster.ts';
import { usageMissing } from './report/process-usage.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '4' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const print = (line: string) => process.stderr.write(`${line}\n`);
const wanted = values.only?.split(',');
const attacks = ATTACKS.filter(({ name }) => wanted?.includes(name) ?? true);
if (usageMissing !== null || attacks.length === 0) {
  print(usageMissing ?? `there are: ${ATTACKS.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    print(`${signal}: ending after this attack; once more ends at once`);
    interrupted = true;
    process.once(signal, () => process.exit(130));
  });
}

await importWithProgress(MODELS_FOLDER, process.stderr);
const frames = await benchFrames(await (await openModels()).loadCanonicalFace());
const cluster = await startCluster({
  edges: 1,
  workers: 0,
  sinks: 0,
  natsServers: 1,
  clickHouse: false,
  settings: {
    // Forged tokens are looked at although nobody needs one.
    FRAMEGATE_AUTH_SECRET: 'a-secret-of-the-abuse-run-and-of-nothing-else',
    FRAMEGATE_AUTH_ANONYMOUS: 'yes',
  },
  say: print,
});
const reports: AttackReport[] = [];
try {
  const [edge] = cluster.of('edge');
  if (edge?.pid == null) throw new Error('no edge runs');
  const attacked = { url: edge.url, pid: edge.pid, redisUrl: cluster.redisUrl };
  for (const attack of attacks) {
    if (interrupted) break;
    print(`\n${attack.name}: ${attack.says}`);
    const report = await runAttack(attack, attacked, frames, Number(values.seconds) * 1000);
    reports.push(report);
    print(lineOf(report));
  }
} finally {
  await cluster.close();
}
if (values.json) console.log(JSON.stringify(abuseFigures(reports)));

function lineOf(report: AttackReport): string {
  const mib = (bytes: number) => `${Math.round(bytes / 1024 / 1024)}`;
  return [
    `  attacker  ${report.tried} tried, ${report.refused} refused; the edge took ${report.edgeCpuSeconds.toFixed(1)} s of CPU`,
    `  session   ${report.frames} frames, ${report.broken} broken, p99 ${report.p99Ms.toFixed(0)} ms`,
    `  newcomers ${report.newcomers} let in, ${report.turnedAway} turned away, welcome p99 ${report.welcomeP99Ms.toFixed(0)} ms`,
    `  memory    ${mib(report.residentBefore)} → ${mib(report.residentPeak)} → ${mib(report.residentAfter)} MiB`,
    `  handles   ${report.handlesBefore} → ${report.handlesPeak} → ${report.handlesAfter}; ${report.savedSessions} saved sessions`,
  ].join('\n');
}
