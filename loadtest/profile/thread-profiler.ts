import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLineSplitter } from './line-splitter.ts';
import type { AgentMessage, AgentOrder, ThreadProfile } from './types.ts';

export interface ThreadProfiler {
  /** What a node process is given before its program to be profiled, with all its threads. */
  readonly nodeArguments: readonly string[];
  /** The threads that are attached now. */
  threads(): readonly { readonly pid: number; readonly name: string }[];
  /** Begins in every thread that is there now, and in those that come. */
  start(): void;
  /** Ends it and collects. A thread that died meanwhile is left out; one that hangs is, after `patienceMs`. */
  stop(patienceMs?: number): Promise<ThreadProfile[]>;
  close(): Promise<void>;
}

interface Agent {
  readonly socket: Socket;
  readonly hello: AgentMessage & { readonly type: 'hello' };
  profile: PromiseWithResolvers<ThreadProfile | null> | null;
}

const AGENT = new URL('./profile-agent.ts', import.meta.url);
const PATIENCE_MS = 15_000;

/**
 * CPU profiles of the JavaScript threads of processes that it was attached to from outside (profile-agent.ts). Agents
 * connect to a socket file of ours, so that no debugger's port is ever open.
 */
export async function createThreadProfiler({ everyUs = 500 } = {}): Promise<ThreadProfiler> {
  const folder = mkdtempSync(join(tmpdir(), 'framegate-profile-'));
  const socketPath = join(folder, 'agents');
  const agents = new Set<Agent>();
  let isProfiling = false;

  function order({ socket }: Agent, order: AgentOrder): void {
    socket.write(`${JSON.stringify(order)}\n`);
  }

  function startAgent(agent: Agent): void {
    agent.profile = Promise.withResolvers();
    order(agent, { type: 'start', everyUs });
  }

  const server = createServer((socket) => {
    let agent: Agent | null = null;
    const forget = () => {
      if (agent === null) return;
      agents.delete(agent);
      agent.profile?.resolve(null);
    };
    socket.on('close', forget);
    socket.on('error', () => socket.destroy());
    const split = createLineSplitter((line) => {
      const message = JSON.parse(line) as AgentMessage;
      if (message.type === 'hello') {
        agent = { socket, hello: message, profile: null };
        agents.add(agent);
        if (isProfiling) startAgent(agent);
        return;
      }
      if (agent === null) return;
      const { pid, taskId, name } = agent.hello;
      const { cpuSeconds, profile } = message;
      agent.profile?.resolve({ pid, taskId, name, cpuSeconds, profile });
    });
    socket.on('data', split);
  });
  server.listen(socketPath);
  await once(server, 'listening');

  const agentUrl = new URL(AGENT);
  agentUrl.searchParams.set('socket', socketPath);

  return {
    nodeArguments: ['--import', agentUrl.href],
    threads: () => [...agents].map(({ hello: { pid, name } }) => ({ pid, name })),
    start() {
      isProfiling = true;
      for (const agent of agents) startAgent(agent);
    },
    async stop(patienceMs = PATIENCE_MS) {
      isProfiling = false;
      const started = [...agents].filter(({ profile }) => profile !== null);
      for (const agent of started) order(agent, { type: 'stop' });
      const timer = setTimeout(() => {
        for (const { profile } of started) profile?.resolve(null);
      }, patienceMs);
      const profiles = await Promise.all(started.map(({ profile }) => profile!.promise));
      clearTimeout(timer);
      for (const agent of started) agent.profile = null;
      return profiles.filter((profile) => profile !== null);
    },
    async close() {
      for (const { socket } of agents) socket.destroy();
      const closed = once(server, 'close');
      server.close();
      await closed;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
