import { Command } from 'commander';
import { readConfig } from '../../config/parse-config.ts';
import { localDoctorDeps, printFindings, runDoctor } from '../doctor.ts';

export function doctorCommand(finish: (exitCode: number) => void): Command {
  return new Command('doctor')
    .description('check everything that framegate stands on, and say how to mend what is wrong')
    .option('--json', 'print the findings as one JSON array')
    .action(async ({ json }: { json?: boolean }) => {
      const findings = await runDoctor(readConfig(), localDoctorDeps());
      if (json) {
        process.stdout.write(`${JSON.stringify(findings, null, 2)}\n`);
        finish(findings.some(({ status }) => status === 'fail') ? 1 : 0);
        return;
      }
      finish(printFindings(findings, (text) => process.stdout.write(text)));
    });
}
