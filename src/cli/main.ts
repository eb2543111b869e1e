import { Command, CommanderError } from 'commander';
import { FramegateError } from '../protocol/framegate-error.ts';
import { accountCommand } from './commands/account-command.ts';
import { clientCommand } from './commands/client-command.ts';
import { datasetCommand } from './commands/dataset-command.ts';
import { doctorCommand } from './commands/doctor-command.ts';
import { modelsCommand } from './commands/models-command.ts';
import { roleCommands } from './commands/role-commands.ts';
import { sqlCommand } from './commands/sql-command.ts';
import { storageCommand } from './commands/storage-command.ts';
import { streamCommand } from './commands/stream-command.ts';
import { tokenCommand } from './commands/token-command.ts';
import { upCommand } from './commands/up-command.ts';
import { reportError } from './report-error.ts';
import { codeVersion } from './version.ts';

/** Commands exit by the code that they resolve to; a process that still has work goes on until it is told to stop. */
async function main(argv: readonly string[]): Promise<number> {
  const program = new Command('framegate')
    .description('A live camera, guided to one good capture, and that capture turned into measured results.')
    .version(codeVersion())
    // `models evaluate --version` is not the program's.
    .enablePositionalOptions()
    .showHelpAfterError('framegate --help lists the commands')
    .exitOverride();
  let exitCode = 0;
  const finish = (code: number): void => {
    exitCode = code;
  };
  const commands = [
    upCommand(finish),
    ...roleCommands(finish),
    streamCommand(finish),
    sqlCommand(finish),
    storageCommand(finish),
    modelsCommand(finish),
    clientCommand(finish),
    tokenCommand(finish),
    accountCommand(finish),
    datasetCommand(finish),
    doctorCommand(finish),
  ];
  for (const command of commands) program.addCommand(throwing(command));
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2;
    return reportError(thrown, (text) => process.stderr.write(text));
  }
  return exitCode;
}

/** Commander ends the process for a wrong call of any command that is not told to throw, however deep it stands. */
function throwing(command: Command): Command {
  for (const nested of command.commands) throwing(nested);
  return command.exitOverride();
}

// A reader that has gone (`| head`) is no fault of the command's; a server goes on without one.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

process.on('unhandledRejection', (reason) => {
  reportError(
    new FramegateError('internal', 'a promise was rejected and nobody took it', { cause: reason }),
    (text) => process.stderr.write(text),
  );
  process.exit(1);
});

process.exitCode = await main(process.argv.slice(2));
