import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect as connectNats } from '@nats-io/transport-node';
import { createClient } from 'redis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimDataFolder } from '../../src/cli/local-servers/claim-data-folder.ts';
import { findFreePort } from '../../src/cli/local-servers/free-port.ts';
import { readNatsInfo, startNats } from '../../src/cli/local-servers/start-nats.ts';
import { startRedis } from '../../src/cli/local-servers/start-redis.ts';
import type { LocalServer } from '../../src/cli/local-servers/start-server.ts';
import { findProgram } from '../support/find-program.ts';

const natsProgram = findProgram('nats-server');
const redisProgram = findProgram('redis-server');

let dataFolder: string;
let said: string[];
const servers: LocalServer[] = [];
const children: ChildProcess[] = [];
/** Process groups that a failed test would leave behind. */
const groups: number[] = [];

beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'framegate-data-'));
  said = [];
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const group of groups.splice(0)) endGroup(group);
  await rm(dataFolder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

const say = (line: string) => {
  said.push(line);
};

async function nats(preferredPort?: number): Promise<LocalServer> {
  const server = await startNats({
    dataFolder,
    say,
    program: natsProgram as string,
    node: 'test',
    preferredPort: preferredPort ?? (await findFreePort()),
  });
  servers.push(server);
  return server;
}

async function redis(): Promise<LocalServer> {
  const server = await startRedis({
    dataFolder,
    say,
    program: redisProgram as string,
    preferredPort: await findFreePort(),
  });
  servers.push(server);
  return server;
}

function endGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // Ended already.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const gone = (pid: number) => expect.poll(() => isAlive(pid), { timeout: 15_000, interval: 20 }).toBe(false);

/** Starts both servers from a process of its own, as `up` would, and gives their pids. */
async function startInChild(): Promise<{ child: ChildProcess; pids: number[] }> {
  const script = fileURLToPath(new URL('../support/start-local-servers.ts', import.meta.url));
  const args = [script, dataFolder, natsProgram as string, redisProgram as string];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = (await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), 'line')) as [
    string,
  ];
  return { child, pids: JSON.parse(line) as number[] };
}

describe.skipIf(natsProgram === null)('startNats', () => {
  it('gives a server with JetStream and room for stills, on loopback, whose data outlive it', async () => {
    const first = await nats();
    expect(first.url).toBe(`nats://127.0.0.1:${first.port}`);
    const info = await readNatsInfo({ host: '127.0.0.1', port: first.port }, 1000);
    expect(info).toMatchObject({ jetstream: true, maxPayloadBytes: 24 * 1024 * 1024 });
    const connection = await connectNats({ servers: first.url });
    const manager = await jetstreamManager(connection);
    await manager.streams.add({ name: 'KEPT', subjects: ['kept'] });
    await connection.close();
    await first.close();
    expect(isAlive(first.pid)).toBe(false);

    const second = await nats();
    const again = await connectNats({ servers: second.url });
    expect((await (await jetstreamManager(again)).streams.info('KEPT')).config.name).toBe('KEPT');
    await again.close();
  });

  it('takes another port than a taken one, and says so', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port: taken } = blocker.address() as { port: number };
    const server = await nats(taken);
    expect(server.port).not.toBe(taken);
    expect(said).toEqual([`port ${taken} is in use; nats-server gets port ${server.port}`]);
    blocker.close();
  });

  it('tells when the server ends by itself', async () => {
    const server = await nats();
    process.kill(server.pid, 'SIGKILL');
    expect((await server.ended).exitCode).toBe(137);
    await server.close();
  });

  it('that fails quotes the server’s log', async () => {
    await writeFile(join(dataFolder, 'nats-server'), 'a file where a folder has to be');
    await expect(nats()).rejects.toThrow();
    await rm(join(dataFolder, 'nats-server'));
    const broken = startNats({ dataFolder, say, program: '/bin/false', node: 'test', timeoutMs: 5000 });
    await expect(broken).rejects.toMatchObject({ code: 'dependency-unavailable' });
  });
});

describe.skipIf(redisProgram === null)('startRedis', () => {
  it('gives a server whose data outlive it', async () => {
    const first = await redis();
    const client = await createClient({ url: first.url }).connect();
    await client.set('kept', 'yes');
    await client.close();
    await first.close();
    expect(isAlive(first.pid)).toBe(false);
    const second = await redis();
    const again = await createClient({ url: second.url }).connect();
    expect(await again.get('kept')).toBe('yes');
    expect(await again.configGet('bind')).toEqual({ bind: '127.0.0.1' });
    await again.close();
  });
});

describe.skipIf(natsProgram === null || redisProgram === null)('no orphans', () => {
  it('are left when the parent is killed, and its folder can be used at once', async () => {
    const { child, pids } = await startInChild();
    expect(pids.every(isAlive)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    // At once: the old servers may still be on their way out.
    const claim = await claimDataFolder(dataFolder);
    const server = await nats();
    await redis();
    for (const pid of pids) await gone(pid);
    expect(isAlive(server.pid)).toBe(true);
    await claim.release();
  });

  it.skipIf(process.platform !== 'linux')('are left when only a pid file speaks of them', async () => {
    const { child, pids } = await startInChild();
    const [natsPid = 0] = pids;
    // The keeper goes first, so nobody ends the server with the parent.
    const keeper = Number((await readFile(`/proc/${natsPid}/stat`, 'utf8')).split(') ')[1]?.split(' ')[1]);
    groups.push(keeper);
    process.kill(-keeper, 'SIGSTOP');
    process.kill(natsPid, 'SIGCONT');
    child.kill('SIGKILL');
    await once(child, 'exit');
    await nats();
    expect(said).toContain('ended the nats-server that an earlier run had left');
    expect(isAlive(natsPid) && (await stateOf(natsPid)) !== 'Z').toBe(false);
    endGroup(keeper);
    for (const pid of pids) await gone(pid);
  });

  it('are ended by mistake: a recorded pid that is now another process is left alone', async () => {
    const first = await nats();
    await first.close();
    const bystander = spawn('sleep', ['60']);
    children.push(bystander);
    await writeFile(
      join(dataFolder, 'nats-server', 'run.json'),
      JSON.stringify({ pid: bystander.pid, startMark: '1' }),
    );
    await nats();
    expect(isAlive(bystander.pid as number)).toBe(true);
    expect(said).toEqual([]);
  });
});

describe('claimDataFolder', () => {
  it('is one process’s at a time', async () => {
    const claim = await claimDataFolder(dataFolder);
    await expect(claimDataFolder(dataFolder)).rejects.toMatchObject({ code: 'data-folder-in-use' });
    await claim.release();
    await (await claimDataFolder(dataFolder)).release();
  });

  it('works in a folder whose path is too long for a socket', async () => {
    const deep = join(dataFolder, 'x'.repeat(90), 'y'.repeat(60));
    const claim = await claimDataFolder(deep);
    await expect(claimDataFolder(deep)).rejects.toMatchObject({ code: 'data-folder-in-use' });
    await claim.release();
  });
});

async function stateOf(pid: number): Promise<string> {
  return readFile(`/proc/${pid}/stat`, 'utf8').then(
    (stat) => stat.split(') ')[1]?.[0] ?? '',
    () => 'Z',
  );
}
