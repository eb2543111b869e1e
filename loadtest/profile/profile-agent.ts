/**
 * Loaded into a process under test with `--import`, so that the product knows nothing of it. Worker threads inherit
 * the argument: each thread runs this file and profiles itself. It asks nothing of the event loop: the socket is
 * unreferenced, and where the profiler is gone the process goes on without it.
 */
import { readlinkSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { createConnection } from 'node:net';
import { basename } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { createLineSplitter } from './line-splitter.ts';
import type { AgentMessage, AgentOrder, CpuProfile } from './types.ts';

const socketPath = new URL(import.meta.url).searchParams.get('socket');
if (socketPath !== null) serve(socketPath);

function serve(path: string): void {
  const socket = createConnection(path);
  socket.unref();
  // The profiler ends before the process under test: nobody is left to tell.
  socket.on('error', () => socket.destroy());
  const send = (message: AgentMessage) => socket.write(`${JSON.stringify(message)}\n`);
  send({
    type: 'hello',
    pid: process.pid,
    taskId: Number(basename(readlinkSync('/proc/thread-self'))),
    name: isMainThread ? 'main' : basename(process.argv[1] ?? 'thread').replace(/\.[a-z]+$/, ''),
  });

  let session: Session | null = null;
  let cpuAtStart = process.threadCpuUsage();

  async function start(everyUs: number): Promise<void> {
    session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: everyUs });
    await session.post('Profiler.start');
    cpuAtStart = process.threadCpuUsage();
  }

  async function stop(): Promise<void> {
    if (session === null) return;
    const { user, system } = process.threadCpuUsage(cpuAtStart);
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    session = null;
    send({ type: 'profile', cpuSeconds: (user + system) / 1e6, profile: profile as CpuProfile });
  }

  const split = createLineSplitter((line) => {
    const order = JSON.parse(line) as AgentOrder;
    (order.type === 'start' ? start(order.everyUs) : stop()).catch(() => socket.destroy());
  });
  socket.on('data', split);
}
