/** Stands in for `framegate up`: starts both servers, prints their pids, and waits to be killed. */
import { claimDataFolder } from '../../src/cli/local-servers/claim-data-folder.ts';
import { findFreePort } from '../../src/cli/local-servers/free-port.ts';
import { startNats } from '../../src/cli/local-servers/start-nats.ts';
import { startRedis } from '../../src/cli/local-servers/start-redis.ts';

const [dataFolder = '', natsProgram = '', redisProgram = ''] = process.argv.slice(2);
await claimDataFolder(dataFolder);
const say = () => {};
const nats = await startNats({
  dataFolder,
  say,
  program: natsProgram,
  node: 'child',
  preferredPort: await findFreePort(),
});
const redis = await startRedis({
  dataFolder,
  say,
  program: redisProgram,
  preferredPort: await findFreePort(),
});
process.stdout.write(`${JSON.stringify([nats.pid, redis.pid])}\n`);
setInterval(() => {}, 60_000);
