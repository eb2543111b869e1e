import { fileURLToPath } from 'node:url';
import type { CpuProfile, CpuProfileNode } from './types.ts';

/** A call in its place below its callers, with the time that it took. */
export interface CallNode {
  readonly name: string;
  /** `src/vision/warp.ts:31`, `onnxruntime-node`, `node:net`, or empty for what V8 itself does. */
  readonly place: string;
  /** The nearest place up the stack that is not native; what a native function's time is booked to. */
  readonly nearestPlace: string;
  readonly selfUs: number;
  readonly totalUs: number;
  readonly children: readonly CallNode[];
}

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

/** The stacks that were seen, with the time between samples as the time of the stack at its beginning. */
export function profileTree({ nodes, samples, timeDeltas, endTime, startTime }: CpuProfile): CallNode {
  const selfUs = new Map<number, number>();
  // timeDeltas[i] lies before sample i: a stack lasts until the next sample, the last one until the end.
  const sampledUs = timeDeltas.reduce((sum, delta) => sum + delta, 0);
  for (let i = 0; i < samples.length; i++) {
    const lastedUs = timeDeltas[i + 1] ?? Math.max(0, endTime - startTime - sampledUs);
    // A clock that was put between threads now and then goes back a microsecond.
    selfUs.set(samples[i]!, (selfUs.get(samples[i]!) ?? 0) + Math.max(0, lastedUs));
  }
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const isChild = new Set(nodes.flatMap(({ children }) => children ?? []));
  const root = nodes.find(({ id }) => !isChild.has(id));

  function build(node: CpuProfileNode, callerPlace: string): CallNode {
    const place = placeOf(node.callFrame);
    const nearestPlace = place === '' ? callerPlace : place;
    const children = (node.children ?? []).map((id) => build(byId.get(id)!, nearestPlace));
    const own = selfUs.get(node.id) ?? 0;
    return {
      name: node.callFrame.functionName || '(anonymous)',
      place,
      nearestPlace,
      selfUs: own,
      totalUs: children.reduce((sum, { totalUs }) => sum + totalUs, own),
      children,
    };
  }
  if (root === undefined) throw new Error('a profile without a root');
  return build(root, '');
}

/** Files of the project with their line, packages by their name alone, Node's own modules as they are. */
export function placeOf({ url, lineNumber }: CpuProfileNode['callFrame']): string {
  if (url === '') return '';
  const path = (url.startsWith('file:') ? fileURLToPath(url) : url).split('?')[0]!;
  const inPackage = path.lastIndexOf('node_modules/');
  if (inPackage >= 0) {
    const [scope, name] = path.slice(inPackage + 'node_modules/'.length).split('/');
    return scope!.startsWith('@') ? `${scope}/${name}` : scope!;
  }
  if (!path.startsWith(PROJECT)) return path;
  return `${path.slice(PROJECT.length)}:${lineNumber + 1}`;
}

/** Visits the tree, callers first. */
export function eachCall(node: CallNode, visit: (node: CallNode) => void): void {
  visit(node);
  for (const child of node.children) eachCall(child, visit);
}
