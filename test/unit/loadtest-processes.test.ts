import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createProcessSampler } from '../../loadtest/report/process-sampler.ts';
import {
  type ProcessUsage,
  readProcessUsage,
  readThreadCpuSeconds,
  usageMissing,
} from '../../loadtest/report/process-usage.ts';

function usage(cpuSeconds: number, startedAtTicks = 1): ProcessUsage {
  return { startedAtTicks, cpuSeconds, residentBytes: 1000 + cpuSeconds, handles: 7 };
}

describe('process sampler', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('CPU is what was used between samples; one that is replaced goes on in its series', () => {
    const pids: { pid: number | null } = { pid: 10 };
    const usages = new Map<number, ProcessUsage | null>([[10, usage(5)]]);
    const sampler = createProcessSampler(() => [{ name: 'edge-1', pid: pids.pid }], 1000, {
      now: () => Date.now(),
      read: (pid) => usages.get(pid) ?? null,
    });
    sampler.start();
    usages.set(10, usage(6.5));
    vi.advanceTimersByTime(1000);
    pids.pid = null;
    vi.advanceTimersByTime(1000);
    // Back under another number, from nothing: its first sample is where its CPU counts from.
    pids.pid = 11;
    usages.set(11, usage(0.25, 2));
    vi.advanceTimersByTime(1000);
    usages.set(11, usage(0.5, 2));
    vi.advanceTimersByTime(1000);
    // The same number for another process.
    usages.set(11, usage(0.1, 3));
    vi.advanceTimersByTime(1000);
    usages.set(11, usage(0.9, 3));
    vi.advanceTimersByTime(1000);

    const [series] = sampler.stop(2000);
    expect(series!.name).toBe('edge-1');
    expect(series!.measuredFromMs).toBe(2000);
    expect(series!.samples.map(({ atMs }) => atMs)).toEqual([1000, 4000, 6000]);
    const cores = series!.samples.map(({ cpuCores }) => cpuCores);
    expect(cores[0]).toBeCloseTo(1.5);
    expect(cores[1]).toBeCloseTo(0.25);
    expect(cores[2]).toBeCloseTo(0.8);
  });
});

describe.skipIf(usageMissing !== null)(
  `usage of processes${usageMissing === null ? '' : `: ${usageMissing}`}`,
  () => {
    test('a process is read, with a name that holds spaces and brackets, until it is gone', async () => {
      const child = spawn(
        '/bin/bash',
        ['-c', 'printf "x) y (z" > /proc/self/comm; echo ready; read -r line'],
        {
          stdio: ['pipe', 'pipe', 'inherit'],
        },
      );
      await once(child.stdout!, 'data');
      const read = readProcessUsage(child.pid!)!;
      expect(read.residentBytes).toBeGreaterThan(100_000);
      expect(read.cpuSeconds).toBeLessThan(5);
      expect(read.startedAtTicks).toBeGreaterThan(0);
      expect(read.handles).toBeGreaterThanOrEqual(3);
      expect([...readThreadCpuSeconds(child.pid!)]).toEqual([
        [child.pid, { name: 'x) y (z', cpuSeconds: expect.any(Number) as number }],
      ]);
      child.stdin!.end();
      await once(child, 'exit');
      expect(readProcessUsage(child.pid!)).toBeNull();
      expect(readThreadCpuSeconds(child.pid!).size).toBe(0);
    });
  },
);
