import type { Config } from '../config/parse-config.ts';
import type { DoctorDeps } from './doctor/doctor-deps.ts';
import type { Finding } from './doctor/finding.ts';
import { checkAccess, checkDataFolder, checkPort } from './doctor/machine-checks.ts';
import { checkClient, checkModels, checkNode, checkPackages } from './doctor/runtime-checks.ts';
import { checkClickHouse, checkNats, checkRedis } from './doctor/server-checks.ts';

export { localDoctorDeps } from './doctor/local-doctor-deps.ts';
export type { Finding };

/** Looks at everything that framegate stands on. Changes nothing, and never rejects for what it finds. */
export async function runDoctor(config: Config, deps: DoctorDeps): Promise<Finding[]> {
  const running = deps.findRunning(config.folders.data);
  const findings = await Promise.all([
    checkNode(deps),
    checkPackages(config, deps),
    checkModels(config, deps),
    checkClient(config, deps),
    checkNats(config, deps, running),
    checkRedis(config, deps, running),
    checkClickHouse(config, deps, running),
    checkAccess(config),
    checkPort(config, deps, running),
    checkDataFolder(config, deps),
  ]);
  return findings.flat();
}

const MARKS = { ok: 'ok  ', warn: 'WARN', fail: 'FAIL' } as const;

/** A table for people: what it is, how it stands, and below each fault how to mend it. Gives the exit code: 1 if anything fails. */
export function printFindings(findings: readonly Finding[], write: (text: string) => unknown): 0 | 1 {
  const width = Math.max(...findings.map(({ name }) => name.length));
  for (const { name, status, detail, fix } of findings) {
    write(`${MARKS[status]}  ${name.padEnd(width)}  ${detail}\n`);
    if (fix !== '') write(`      ${' '.repeat(width)}  → ${fix}\n`);
  }
  const faults = findings.filter(({ status }) => status === 'fail').length;
  const warnings = findings.filter(({ status }) => status === 'warn').length;
  write(`\n${findings.length} checks: ${faults} failed, ${warnings} with a warning\n`);
  return faults > 0 ? 1 : 0;
}
