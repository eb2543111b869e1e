import { readFileSync } from 'node:fs';
import type { Profiler } from 'node:inspector';
import { Session } from 'node:inspector';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What ran between two takes: for each file, its functions with their blocks and counts. */
export type Taken = readonly Profiler.ScriptCoverage[];

export interface BlockCoverage {
  /** What ran since the last take. */
  take(): Taken;
  /** Whether it ran something that no merged one did. */
  hasNew(taken: Taken): boolean;
  merge(taken: Taken): void;
  counts(): { readonly reached: number; readonly known: number };
  /** `file.ts:12: the code`, one for each block that was never reached. */
  unreached(): readonly string[];
  /** Counting ends; what was counted stays. */
  close(): void;
}

/** One watched file. */
interface Source {
  readonly text: string;
  /** By character: the innermost function that it belongs to, as an index of `functions`; −1 outside of all. */
  readonly owner: Int16Array;
  readonly covered: Uint8Array;
  readonly functions: Map<string, number>;
  /** Where a block begins or ends, as V8 has told. */
  readonly boundaries: Set<number>;
}

/**
 * V8's precise coverage with block detail, of the files whose address contains `watched`. Start it before they are
 * imported, or functions that never run are unknown to it. V8 tells only what ran since it was last asked, and merges
 * neighbouring blocks with equal counts, so that what has been reached is kept here by character.
 */
export function startBlockCoverage(watched: string): BlockCoverage {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const sources = new Map<string, Source>();
  let isClosed = false;

  function take(): Taken {
    let scripts: Profiler.ScriptCoverage[] = [];
    // Answered at once: the profiler is in this thread.
    session.post('Profiler.takePreciseCoverage', (error, answer) => {
      if (error !== null) throw error;
      scripts = answer.result;
    });
    return scripts.filter(({ url }) => url.startsWith('file:') && url.includes(watched));
  }

  function sourceOf(script: Profiler.ScriptCoverage): Source {
    const there = sources.get(script.url);
    const source = there ?? newSource(readFileSync(fileURLToPath(script.url), 'utf8'));
    if (there === undefined) sources.set(script.url, source);
    for (const { ranges } of script.functions) learnFunction(source, ranges);
    return source;
  }

  return {
    take,
    hasNew: (taken) =>
      taken.some((script) => {
        const { covered, owner, functions } = sourceOf(script);
        return script.functions.some(({ ranges }) => {
          const own = functions.get(keyOf(ranges[0]!))!;
          return reachedRanges(ranges).some(([start, end]) => {
            for (let at = start; at < end; at++) if (owner[at] === own && covered[at] === 0) return true;
            return false;
          });
        });
      }),
    merge(taken) {
      for (const script of taken) {
        const { covered, owner, functions } = sourceOf(script);
        for (const { ranges } of script.functions) {
          const own = functions.get(keyOf(ranges[0]!))!;
          for (const [start, end] of reachedRanges(ranges)) {
            for (let at = start; at < end; at++) if (owner[at] === own) covered[at] = 1;
          }
        }
      }
    },
    counts() {
      const all = [...sources.values()].flatMap(blocksOf);
      return { reached: all.filter(({ reached }) => reached).length, known: all.length };
    },
    unreached: () =>
      [...sources].flatMap(([url, source]) =>
        blocksOf(source)
          .filter(({ reached }) => !reached)
          .map(({ start, code }) => {
            const line = source.text.slice(0, start).split('\n').length;
            return `${basename(url)}:${line}: ${code.split('\n')[0]!.slice(0, 90)}`;
          }),
      ),
    close() {
      if (isClosed) return;
      isClosed = true;
      session.post('Profiler.stopPreciseCoverage');
      session.disconnect();
    },
  };
}

function newSource(text: string): Source {
  const length = text.length;
  return {
    text,
    owner: new Int16Array(length).fill(-1),
    covered: new Uint8Array(length),
    functions: new Map(),
    boundaries: new Set(),
  };
}

function keyOf({ startOffset, endOffset }: Profiler.CoverageRange): string {
  return `${startOffset}-${endOffset}`;
}

function learnFunction(source: Source, ranges: readonly Profiler.CoverageRange[]): void {
  for (const { startOffset, endOffset } of ranges) source.boundaries.add(startOffset).add(endOffset);
  const whole = ranges[0]!;
  if (source.functions.has(keyOf(whole))) return;
  source.functions.set(keyOf(whole), source.functions.size);
  // Outer ones first: the innermost is the last to write.
  const bySize = [...source.functions].map(([key, index]) => {
    const [start, end] = key.split('-').map(Number) as [number, number];
    return { index, start, end };
  });
  bySize.sort((a, b) => b.end - b.start - (a.end - a.start));
  for (const { index, start, end } of bySize) source.owner.fill(index, start, end);
}

/** Ranges come outer first; an inner one takes its part away or gives it back. */
function reachedRanges(ranges: readonly Profiler.CoverageRange[]): [number, number][] {
  let reached: [number, number][] = [];
  for (const { startOffset, endOffset, count } of ranges) {
    if (count > 0) reached.push([startOffset, endOffset]);
    else reached = reached.flatMap((range) => without(range, startOffset, endOffset));
  }
  return reached;
}

function without([start, end]: [number, number], from: number, to: number): [number, number][] {
  if (to <= start || from >= end) return [[start, end]];
  const parts: [number, number][] = [];
  if (from > start) parts.push([start, from]);
  if (to < end) parts.push([to, end]);
  return parts;
}

/** Stretches between boundaries that hold more than brackets and remarks. */
function blocksOf({ text, boundaries, covered, owner }: Source) {
  const edges = [...boundaries].sort((a, b) => a - b);
  return edges.slice(0, -1).flatMap((start, index) => {
    const code = text.slice(start, edges[index + 1]!).replace(/^[\s{};),]+/, '');
    const isCode = /^(?!\/[/*])[\s\S]*\w/.test(code);
    return isCode && owner[start]! >= 0 ? [{ start, code, reached: covered[start] === 1 }] : [];
  });
}
