import { Command } from 'commander';
import { issueToken } from '../../auth/issue-token.ts';
import { readConfig } from '../../config/parse-config.ts';
import { FramegateError } from '../../protocol/framegate-error.ts';
import { wholeNumber } from '../options.ts';

export function tokenCommand(finish: (exitCode: number) => void): Command {
  return new Command('token')
    .description('issue a token that edge nodes with the same FRAMEGATE_AUTH_SECRET take')
    .requiredOption('--subject <id>', 'who the token is for, by an id of your own')
    .option('--profiles <names...>', 'the profiles that it allows', ['*'])
    .option('--ttl <seconds>', 'how long it holds', wholeNumber(1), 3600)
    .action(async (options: { subject: string; profiles: string[]; ttl: number }) => {
      const { auth } = readConfig();
      if (auth.secret === null) {
        throw new FramegateError('config-invalid', 'set FRAMEGATE_AUTH_SECRET: tokens are signed with it');
      }
      const token = await issueToken({
        secret: auth.secret,
        subject: options.subject,
        profiles: options.profiles,
        audience: auth.audience,
        issuer: auth.issuer,
        ttlSeconds: options.ttl,
      });
      process.stdout.write(`${token}\n`);
      finish(0);
    });
}
