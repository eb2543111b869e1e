import type { ProfileSummary, ThreadSummary, TimedName } from './profile-summary.ts';

/** The summary for a terminal. */
export function profileLines(summary: ProfileSummary): string[] {
  const { process, frames, durationMs, cpuUsPerFrame, threads, nativeThreads } = summary;
  return [
    `profile of ${process}: ${frames} frames in ${(durationMs / 1000).toFixed(1)} s, ${us(cpuUsPerFrame)} µs of CPU a frame`,
    ...threads.flatMap(threadLines),
    ...(nativeThreads.length === 0 ? [] : ['', 'threads without JavaScript, µs of CPU a frame']),
    ...nativeThreads.map(
      ({ name, threads, cpuUsPerFrame }) => `  ${us(cpuUsPerFrame).padStart(8)}  ${name} ×${threads}`,
    ),
  ];
}

function threadLines(thread: ThreadSummary): string[] {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return [
    '',
    `${thread.name}${thread.threads > 1 ? ` ×${thread.threads}` : ''}: ${us(thread.cpuUsPerFrame)} µs of CPU a frame, ` +
      `${thread.cpuCores.toFixed(2)} cores; garbage collection ${percent(thread.garbageShare)}, ` +
      `native ${percent(thread.nativeShare)}; idle ${percent(thread.idleShare)} of the time`,
    '  self time by function, µs a frame',
    ...thread.functions.map(line),
    '  by file or package, native calls with their caller, µs a frame',
    ...thread.areas.map(line),
  ];
}

function line({ name, share, usPerFrame }: TimedName): string {
  return `  ${us(usPerFrame).padStart(8)}  ${(100 * share).toFixed(1).padStart(5)} %  ${name}`;
}

function us(value: number): string {
  return value.toFixed(value < 100 ? 1 : 0);
}
