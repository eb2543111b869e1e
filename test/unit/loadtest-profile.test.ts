import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { summariseThreads } from '../../loadtest/profile/profile-summary.ts';
import { placeOf, profileTree } from '../../loadtest/profile/profile-tree.ts';
import { createThreadProfiler } from '../../loadtest/profile/thread-profiler.ts';
import type { CpuProfile, ThreadProfile } from '../../loadtest/profile/types.ts';
import { usageMissing } from '../../loadtest/report/process-usage.ts';

const project = new URL('../../', import.meta.url).href;

function frame(functionName: string, url = '', lineNumber = 0) {
  return { functionName, url, lineNumber };
}

/** 100 µs a sample: 4 idle, 3 in warp, 2 in native code below warp, 1 collecting garbage. */
const profile: CpuProfile = {
  nodes: [
    { id: 1, callFrame: frame('(root)'), children: [2, 3, 5] },
    { id: 2, callFrame: frame('(idle)') },
    { id: 3, callFrame: frame('warp', `${project}src/vision/warp.ts`, 30), children: [4] },
    { id: 4, callFrame: frame('') },
    { id: 5, callFrame: frame('(garbage collector)') },
  ],
  samples: [2, 3, 3, 4, 2, 2, 3, 4, 5, 2],
  timeDeltas: [0, 100, 100, 100, 100, 100, 100, 100, 100, 100],
  startTime: 0,
  endTime: 1000,
};

describe('profile of threads', () => {
  test('a stack lasts until the next sample', () => {
    const tree = profileTree(profile);
    const warp = tree.children.find(({ name }) => name === 'warp')!;
    expect(tree.totalUs).toBe(1000);
    expect([warp.selfUs, warp.totalUs, warp.place]).toEqual([300, 500, 'src/vision/warp.ts:31']);
    expect(warp.children[0]).toMatchObject({
      name: '(anonymous)',
      selfUs: 200,
      nearestPlace: 'src/vision/warp.ts:31',
    });
  });

  test('time is the CPU time that the kernel counted, shared out over stacks that were not idle', () => {
    const thread = (taskId: number, cpuSeconds: number): ThreadProfile => ({
      pid: 1,
      taskId,
      name: 'inference-worker',
      cpuSeconds,
      profile,
    });
    const [main, inference] = summariseThreads(
      [thread(2, 300e-6), thread(3, 600e-6), { ...thread(1, 60e-6), name: 'main' }],
      10,
    );
    expect(main!.name).toBe('main');
    expect(inference!.threads).toBe(2);
    expect(inference!.cpuUsPerFrame).toBeCloseTo(90);
    expect(inference!.cpuCores).toBeCloseTo(0.9);
    expect(inference!.idleShare).toBeCloseTo(0.4);
    expect(inference!.garbageShare).toBeCloseTo(1 / 6);
    expect(inference!.functions.map(({ name, usPerFrame }) => [name, Math.round(usPerFrame)])).toEqual([
      ['warp  src/vision/warp.ts:31', 45],
      ['native code of src/vision/warp.ts:31', 30],
      ['(garbage collector)', 15],
    ]);
    expect(inference!.areas[0]).toMatchObject({ name: 'src/vision/warp.ts', share: 5 / 6 });
  });

  test('places are files of the project, packages and modules of Node', () => {
    expect(placeOf(frame('run', `${project}node_modules/@scope/name/dist/x.js`))).toBe('@scope/name');
    expect(placeOf(frame('run', `${project}node_modules/onnxruntime-node/lib/x.js`))).toBe(
      'onnxruntime-node',
    );
    expect(placeOf(frame('emit', 'node:events', 5))).toBe('node:events');
    expect(placeOf(frame('(program)'))).toBe('');
  });
});

describe.skipIf(usageMissing !== null)('profiler', () => {
  const undo: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of undo.splice(0).reverse()) await close();
  });

  test('it is attached from outside to every thread, and the process ends as it would without', async () => {
    const profiler = await createThreadProfiler({ everyUs: 500 });
    undo.push(() => profiler.close());
    const script = fileURLToPath(new URL('../support/busy-threads.ts', import.meta.url));
    const child = spawn(process.execPath, [...profiler.nodeArguments, script], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    undo.push(() => child.kill('SIGKILL'));
    const exit = once(child, 'exit');
    await once(child.stdout!, 'data');
    // They make themselves known on a socket of their own.
    await vi.waitFor(() => expect(profiler.threads()).toHaveLength(2), { interval: 5 });
    expect(new Set(profiler.threads().map(({ pid }) => pid))).toEqual(new Set([child.pid]));
    profiler.start();
    // It answers when both of its threads have burnt what they were told to.
    child.stdin!.write('burn\n');
    await once(child.stdout!, 'data');
    const profiles = await profiler.stop();
    expect(profiles.map(({ name }) => name).sort()).toEqual(['busy-threads', 'main']);
    for (const { profile: taken, cpuSeconds } of profiles) {
      expect(cpuSeconds).toBeGreaterThan(0.01);
      expect(taken.nodes.some(({ callFrame }) => callFrame.functionName === 'burn')).toBe(true);
    }
    child.stdin!.end();
    expect((await exit)[0]).toBe(0);
    await vi.waitFor(() => expect(profiler.threads()).toEqual([]), { interval: 5 });
  });
});
