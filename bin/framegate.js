#!/usr/bin/env node
// Runs on whatever Node the user has: hands over to the Node 22 that npm installed beside the project where the
// running one cannot execute TypeScript itself.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [major, minor] = process.versions.node.split('.').map(Number);
const root = fileURLToPath(new URL('..', import.meta.url));

if (major === 22 && minor >= 18) {
  await import('../src/cli/main.ts');
} else {
  const pinned = `${root}node_modules/.bin/node`;
  if (!existsSync(pinned)) {
    console.error(
      `framegate needs Node.js 22.18 or later in the 22 line; this is ${process.version}. Run npm ci in ${root}`,
    );
    process.exit(1);
  }
  const child = spawn(pinned, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    // Over the IPC channel a server learns that this process was killed, and ends too.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  child.on('message', (message) => process.send?.(message));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
}
