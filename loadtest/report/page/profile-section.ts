import { ICICLE_LEGEND, iciclePlot } from '../../profile/icicle-plot.ts';
import type { ProfileSummary, ThreadSummary } from '../../profile/profile-summary.ts';
import { numberText } from '../number-text.ts';
import { escaped } from '../plots/svg.ts';
import { foldedTable } from './data-table.ts';
import { plotFigure } from './plot-figure.ts';

/** Where the profiled processes spent their CPU time. */
export function profileSection(profile: readonly ProfileSummary[]): string {
  return profile.map(processProfile).join('');
}

function processProfile({ process, cpuUsPerFrame, frames, threads, nativeThreads }: ProfileSummary): string {
  const helpers = nativeThreads
    .map(({ name, threads: count, cpuUsPerFrame: us }) => `${name} ×${count} ${numberText(us)} µs`)
    .join(', ');
  return (
    `<h2>Profile of ${escaped(process)}</h2><p>${numberText(cpuUsPerFrame)} µs of CPU a frame, over ${numberText(frames)} frames. ` +
    `<span class="soft">A box is as wide as the time of a function and of all it called; below it what it called. ` +
    `Boxes tell more when pointed at.${helpers === '' ? '' : ` Threads without JavaScript: ${escaped(helpers)}.`}</span></p>` +
    threads.map((thread) => threadProfile(thread, frames)).join('')
  );
}

function threadProfile(thread: ThreadSummary, frames: number): string {
  const { name, threads, cpuUsPerFrame, cpuCores, garbageShare, functions, areas } = thread;
  const percent = (share: number) => `${numberText(100 * share)} %`;
  const rows = (times: typeof functions) =>
    times.map((time) => [time.name, numberText(time.usPerFrame), percent(time.share)]);
  return (
    `<div class="gap">` +
    plotFigure({
      title: threads > 1 ? `${name}, ${threads} threads` : name,
      about:
        `${numberText(cpuUsPerFrame)} µs of CPU a frame, ${numberText(cpuCores)} cores, ` +
        `${percent(garbageShare)} of it collecting garbage.`,
      legend: ICICLE_LEGEND.map((entry) => ({ ...entry, mark: 'fill' })),
      wide: { width: 1190, height: 0 },
      draw: ({ width }) => iciclePlot(thread, frames, width),
    }) +
    foldedTable({ columns: ['by function, self', 'µs a frame', 'share'], rows: rows(functions) }).replace(
      'Data',
      'By function',
    ) +
    foldedTable({ columns: ['by file or package', 'µs a frame', 'share'], rows: rows(areas) }).replace(
      'Data',
      'By file',
    ) +
    '</div>'
  );
}
