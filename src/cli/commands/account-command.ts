import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { Command, Option } from 'commander';
import { ROLES, type Role } from '../../protocol/accounts.ts';
import { OPERATOR } from '../../protocol/audit.ts';
import { FramegateError } from '../../protocol/framegate-error.ts';
import { withAccounts } from '../with-accounts.ts';

interface CreateOptions {
  readonly role: Role;
  readonly name?: string;
  readonly passwordStdin: boolean;
}

/** Whoever may run commands on the servers makes the first admin: an address alone proves nothing. */
export function accountCommand(finish: (exitCode: number) => void): Command {
  const create = new Command('create')
    .description('make an account; without --password-stdin its password is made up, and shown once')
    .argument('<email>', 'its e-mail address')
    .addOption(new Option('--role <role>', 'its role').choices([...ROLES]).default('user'))
    .option('--name <name>', 'the name that is shown')
    .option('--password-stdin', 'read the password from standard input', false)
    .action(async (email: string, { role, name, passwordStdin }: CreateOptions) => {
      const password = passwordStdin ? await passwordFromStdin() : randomBytes(18).toString('base64url');
      const account = await withAccounts((accounts) =>
        accounts.create(OPERATOR, { email, password, role, displayName: name }),
      );
      process.stdout.write(`${account.userId} ${account.email} ${account.role}\n`);
      if (!passwordStdin) process.stdout.write(`password: ${password}\n`);
      finish(0);
    });
  const setRole = new Command('set-role')
    .description('give an account another role; it counts from its next call on')
    .argument('<email>', 'its e-mail address')
    .argument('<role>', ROLES.join(', '))
    .action(async (email: string, role: string) => {
      const known = ROLES.find((one) => one === role);
      if (known === undefined) throw new FramegateError('usage', `the roles are ${ROLES.join(', ')}`);
      const account = await withAccounts(async (accounts) => {
        const found = await accounts.findByEmail(email);
        if (found === null) throw new FramegateError('usage', `no account has the address ${email}`);
        return accounts.changeRole(OPERATOR, found.userId, known);
      });
      process.stdout.write(`${account.userId} ${account.email} ${account.role}\n`);
      finish(0);
    });
  return new Command('account')
    .description('people and services that sign in to the HTTP interface')
    .addCommand(create)
    .addCommand(setRole);
}

/** The first line; what ends it is no part of the password. */
async function passwordFromStdin(): Promise<string> {
  const [line = ''] = (await text(process.stdin)).split(/\r?\n/, 1);
  return line;
}
