import { type CallNode, eachCall, profileTree } from './profile-tree.ts';
import type { ThreadProfile } from './types.ts';

export interface TimedName {
  readonly name: string;
  /** Of the thread's CPU time. */
  readonly share: number;
  readonly usPerFrame: number;
}

/** Where the threads of one role spend their CPU time, an inference pool's threads taken together. */
export interface ThreadSummary {
  readonly name: string;
  readonly threads: number;
  /** Busy time of all of them, in cores. */
  readonly cpuCores: number;
  readonly cpuUsPerFrame: number;
  /** Of wall time: how long the stacks say that nothing ran. */
  readonly idleShare: number;
  /** Of CPU time. */
  readonly garbageShare: number;
  /** Of CPU time: native code that V8 knows no JavaScript for: socket calls, the event loop. */
  readonly nativeShare: number;
  readonly functions: readonly TimedName[];
  readonly areas: readonly TimedName[];
  /** The threads' stacks merged, in microseconds of CPU, without idle time. */
  readonly tree: CallNode;
}

/** CPU of threads that run no JavaScript: V8's helpers, libuv's pool, a library's own. */
export interface NativeThreads {
  readonly name: string;
  readonly threads: number;
  readonly cpuUsPerFrame: number;
}

export interface ProfileSummary {
  readonly process: string;
  readonly durationMs: number;
  readonly frames: number;
  /** Of the whole process. */
  readonly cpuUsPerFrame: number;
  readonly threads: readonly ThreadSummary[];
  readonly nativeThreads: readonly NativeThreads[];
}

const IDLE = '(idle)';
const GARBAGE = '(garbage collector)';
const NATIVE = '(program)';
const ANONYMOUS = '(anonymous)';
const TOP = 15;
/** A call with less of its thread's time than this is drawn by nobody. */
const SMALL_SHARE = 0.001;

/**
 * The sampler counts wall time: a stack whose thread waits for a core is counted too. So the share of samples is taken
 * of those that were not idle, and the time from the kernel's account of the thread (`cpuSeconds`).
 */
export function summariseThreads(profiles: readonly ThreadProfile[], frames: number): ThreadSummary[] {
  const byName = Map.groupBy(profiles, ({ name }) => name);
  return [...byName]
    .sort(([a], [b]) => Number(b === 'main') - Number(a === 'main') || a.localeCompare(b))
    .map(([name, group]) => summariseGroup(name, group, frames));
}

function summariseGroup(name: string, group: readonly ThreadProfile[], frames: number): ThreadSummary {
  const cpuSeconds = group.reduce((sum, thread) => sum + thread.cpuSeconds, 0);
  const wallUs = group.reduce((sum, { profile }) => sum + profile.endTime - profile.startTime, 0);
  let idleUs = 0;
  const trees = group.map((thread) => {
    const whole = profileTree(thread.profile);
    const awake = withoutIdle(whole);
    idleUs += whole.totalUs - awake.totalUs;
    return scaled(awake, awake.totalUs === 0 ? 0 : (thread.cpuSeconds * 1e6) / awake.totalUs);
  });
  const tree = mergeCalls(trees);

  const functions = new Map<string, number>();
  const areas = new Map<string, number>();
  eachCall(tree, (call) => {
    if (call.selfUs === 0) return;
    add(functions, functionLabel(call), call.selfUs);
    add(areas, areaLabel(call), call.selfUs);
  });
  const shareOf = (label: string) => (tree.totalUs === 0 ? 0 : (functions.get(label) ?? 0) / tree.totalUs);
  const top = (times: ReadonlyMap<string, number>): TimedName[] =>
    [...times]
      .sort(([, a], [, b]) => b - a)
      .slice(0, TOP)
      .map(([label, us]) => ({
        name: label,
        share: us / tree.totalUs,
        usPerFrame: us / Math.max(1, frames),
      }));
  return {
    name,
    threads: group.length,
    cpuCores: wallUs === 0 ? 0 : (cpuSeconds * 1e6 * group.length) / wallUs,
    cpuUsPerFrame: (cpuSeconds * 1e6) / Math.max(1, frames),
    idleShare: wallUs === 0 ? 0 : idleUs / wallUs,
    garbageShare: shareOf(GARBAGE),
    nativeShare: shareOf(NATIVE),
    functions: top(functions),
    areas: top(areas),
    tree: withoutSmall(tree, tree.totalUs * SMALL_SHARE),
  };
}

/** `sampleRow  src/vision/warp.ts:85`; a native function is named with the place that called it. */
function functionLabel({ name, place, nearestPlace }: CallNode): string {
  if (place !== '') return `${name}  ${place}`;
  if (nearestPlace === '') return name;
  return name === ANONYMOUS ? `native code of ${nearestPlace}` : `${name} (native)  ← ${nearestPlace}`;
}

/** The file without its line; native time belongs to its caller. */
function areaLabel({ name, nearestPlace }: CallNode): string {
  return nearestPlace === '' ? name : nearestPlace.replace(/:\d+$/, '');
}

function withoutIdle(node: CallNode): CallNode {
  const children = node.children
    .filter(({ name, place }) => !(name === IDLE && place === ''))
    .map(withoutIdle);
  return { ...node, children, totalUs: children.reduce((sum, { totalUs }) => sum + totalUs, node.selfUs) };
}

function withoutSmall(node: CallNode, leastUs: number): CallNode {
  const children = node.children.filter(({ totalUs }) => totalUs >= leastUs);
  return { ...node, children: children.map((child) => withoutSmall(child, leastUs)) };
}

function scaled(node: CallNode, factor: number): CallNode {
  return {
    ...node,
    selfUs: node.selfUs * factor,
    totalUs: node.totalUs * factor,
    children: node.children.map((child) => scaled(child, factor)),
  };
}

/** Calls of the same function below the same callers become one. */
export function mergeCalls(nodes: readonly CallNode[]): CallNode {
  const byCall = Map.groupBy(
    nodes.flatMap(({ children }) => children),
    ({ name, place }) => `${name} ${place}`,
  );
  const sum = (of: (node: CallNode) => number) => nodes.reduce((total, node) => total + of(node), 0);
  return {
    ...nodes[0]!,
    selfUs: sum(({ selfUs }) => selfUs),
    totalUs: sum(({ totalUs }) => totalUs),
    children: [...byCall.values()].map(mergeCalls).sort((a, b) => b.totalUs - a.totalUs),
  };
}

function add(times: Map<string, number>, label: string, us: number): void {
  times.set(label, (times.get(label) ?? 0) + us);
}
