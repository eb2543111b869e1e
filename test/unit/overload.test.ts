import { describe, expect, test } from 'vitest';
import { jainIndex } from '../../loadtest/generator/fairness.ts';
import { simulateNode } from '../support/simulated-node.ts';

const SETTLE_MS = 15_000;
const OVERLOAD_MS = 60_000;

/** Everybody sends a little, then all at once wish twice what the node can do. */
function overloaded(node: ReturnType<typeof simulateNode>, sessions: number) {
  const share = node.capacityFps / sessions;
  const clients = Array.from({ length: sessions }, () => node.connect(0.3 * share));
  node.run(SETTLE_MS);
  for (const client of clients) client.answered = 0;
  node.latenciesMs.length = 0;
  node.setFps(2 * share);
  node.run(OVERLOAD_MS);
  const sorted = node.latenciesMs.sort((a, b) => a - b);
  return {
    clients,
    p99Ms: sorted[Math.floor(0.99 * sorted.length)]!,
    answeredFps: sorted.length / (OVERLOAD_MS / 1000),
    offeredFps: node.sentBySecond.slice(SETTLE_MS / 1000),
  };
}

describe.each([
  { threads: 1, jobMs: 20, sessions: 10 },
  { threads: 2, jobMs: 7, sessions: 16 },
  { threads: 2, jobMs: 7, sessions: 48 },
  { threads: 2, jobMs: 10, sessions: 40 },
  { threads: 8, jobMs: 7, sessions: 200 },
])('twice the load on $threads threads, $jobMs ms a frame, $sessions sessions', (size) => {
  const { clients, p99Ms, answeredFps, offeredFps } = overloaded(simulateNode(size), size.sessions);
  const capacityFps = (size.threads * 1000) / size.jobMs;

  test('PC2 pace brings the offered load down to what the node can do within seconds', () => {
    const settled = offeredFps.slice(5);
    const mean = settled.reduce((sum, fps) => sum + fps, 0) / settled.length;
    expect(mean).toBeLessThan(1.02 * capacityFps);
    expect(offeredFps[1]).toBeLessThan(1.1 * capacityFps);
  });

  test('PC2 and little of what it can do is left unused', () => {
    expect(answeredFps).toBeGreaterThan(0.85 * capacityFps);
  });

  test('SC1 shares are even, and nobody waits long', () => {
    expect(jainIndex(clients.map(({ answered }) => answered))).toBeGreaterThan(0.99);
    expect(p99Ms).toBeLessThan(250);
  });
});
