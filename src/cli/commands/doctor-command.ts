import { Command } from 'commander';
import { readConfig } from '../../config/parse-config.ts';

export function doctorCommand(finish: (exitCode: number) => void): Command {
  return new Command('doctor')
    .description('check everything that framegate stands on, and say how to mend what is wrong')
    .option('--json', 'print the findings as one JSON array')
    .action(async ({ json }: { json?: boolean }) => {
      // Only now: it loads every package to see whether it can be.
      const { localDoctorDeps, printFindings, runDoctor } = await import('../doctor.ts');
      const findings = await runDoctor(readConfig(), localDoctorDeps());
      if (json) {
        process.stdout.write(`${JSON.stringify(findings, null, 2)}\n`);
        finish(findings.some(({ status }) => status === 'fail') ? 1 : 0);
        return;
      }
      finish(printFindings(findings, (text) => process.stdout.write(text)));
    });
}
