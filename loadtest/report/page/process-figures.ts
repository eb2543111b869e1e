import type { LoadReport, ProcessSeries } from '../load-report.ts';
import { mebibyteText, numberText, slopeText } from '../number-text.ts';
import { areaPlot } from '../plots/area-plot.ts';
import { linePlot } from '../plots/line-plot.ts';
import { slopeVerdict } from '../slope-verdict.ts';
import { tableOf } from './data-table.ts';
import { plotFigure, SMALL } from './plot-figure.ts';

const BYTES_PER_MIB = 2 ** 20;
const COLOURS = 8;

/** CPU of all processes on top of each other, and memory of each by itself: their sizes differ too much for one axis. */
export function processFigures(report: LoadReport): string {
  const processes = report.processes.filter(({ samples }) => samples.length > 1);
  if (processes.length === 0) return '<p class="soft">No process was watched.</p>';
  return (
    `<div class="scroll free" tabindex="0" role="region" aria-label="Processes">${processTable(processes)}</div>` +
    '<p class="soft small">Slope of resident memory: least squares over the measured time, with a standard error ' +
    'that takes into account how closely samples follow each other.</p>' +
    `<div class="gap">${cpuFigure(report, processes)}</div>` +
    `<h3 class="gap">Resident memory</h3><div class="plots small">${processes.map(memoryFigure).join('')}</div>`
  );
}

function cpuFigure({ machine }: LoadReport, processes: readonly ProcessSeries[]): string {
  // Samples are taken together; a process that was away has none for a time.
  const timesMs = [...new Set(processes.flatMap(({ samples }) => samples.map(({ atMs }) => atMs)))].sort(
    (a, b) => a - b,
  );
  const layers = processes.map(({ name, samples }, index) => {
    const at = new Map(samples.map(({ atMs, cpuCores }) => [atMs, cpuCores]));
    return { name, colour: (index % COLOURS) + 1, values: timesMs.map((atMs) => at.get(atMs) ?? 0) };
  });
  return plotFigure({
    title: 'CPU',
    wide: { width: 1190, height: 260 },
    about: `Cores in use, processes on top of each other; the machine has ${machine.cores}.`,
    legend: layers.map(({ name, colour }) => ({ name, colour, mark: 'fill' })),
    draw: (size) =>
      areaPlot(
        {
          title: 'Cores used by each process over time',
          unit: 'cores',
          untilMs: timesMs.at(-1)!,
          timesMs,
          layers,
          mark: { value: machine.cores, name: 'all cores' },
        },
        size,
      ),
    table: {
      columns: ['s', ...layers.map(({ name }) => name)],
      rows: timesMs.map((atMs, i) => [
        numberText(Math.round(atMs / 100) / 10),
        ...layers.map(({ values }) => numberText(Math.round(values[i]! * 1000) / 1000)),
      ]),
    },
  });
}

function memoryFigure(series: ProcessSeries): string {
  const { name, samples } = series;
  const line = fittedLine(series);
  return plotFigure({
    title: name,
    about: `${slopeText(series.residentSlopeBytesPerMinute, series.residentSlopeStandardError)}, ${slopeVerdict(series)}`,
    wide: SMALL,
    draw: (size) =>
      linePlot(
        {
          title: `Resident memory of ${name} over time, with its slope`,
          unit: 'MiB',
          untilMs: samples.at(-1)!.atMs,
          from: null,
          lines: [
            {
              name: 'resident',
              colour: 1,
              points: samples.map(({ atMs, residentBytes }) => ({
                atMs,
                value: residentBytes / BYTES_PER_MIB,
              })),
            },
            ...(line === null ? [] : [{ name: 'slope', colour: 5, dashed: true, points: line }]),
          ],
        },
        size,
      ),
    table: {
      columns: ['s', 'resident MiB', 'CPU cores', 'handles'],
      rows: samples.map((sample) => [
        numberText(Math.round(sample.atMs / 100) / 10),
        numberText(sample.residentBytes / BYTES_PER_MIB),
        numberText(sample.cpuCores),
        String(sample.handles),
      ]),
    },
  });
}

/** Least squares go through the mean of what they were fitted to. */
function fittedLine({ samples, residentSlopeBytesPerMinute, measuredFromMs = 0 }: ProcessSeries) {
  const fitted = samples.filter(({ atMs }) => atMs >= measuredFromMs);
  if (fitted.length < 2) return null;
  const mean = (read: (sample: ProcessSeries['samples'][number]) => number) =>
    fitted.reduce((sum, sample) => sum + read(sample), 0) / fitted.length;
  const meanAtMs = mean(({ atMs }) => atMs);
  const meanBytes = mean(({ residentBytes }) => residentBytes);
  return [fitted[0]!, fitted.at(-1)!].map(({ atMs }) => ({
    atMs,
    value: (meanBytes + (residentSlopeBytesPerMinute * (atMs - meanAtMs)) / 60_000) / BYTES_PER_MIB,
  }));
}

function processTable(processes: readonly ProcessSeries[]): string {
  return tableOf({
    columns: ['process', 'CPU mean', 'CPU max', 'memory first', 'last', 'max', 'slope', '', 'handles'],
    rows: processes.map((series) => {
      const { name, samples } = series;
      const cores = samples.map(({ cpuCores }) => cpuCores);
      const [first, last] = [samples[0]!, samples.at(-1)!];
      return [
        name,
        numberText(cores.reduce((sum, value) => sum + value, 0) / cores.length),
        numberText(Math.max(...cores)),
        mebibyteText(first.residentBytes),
        mebibyteText(last.residentBytes),
        mebibyteText(Math.max(...samples.map(({ residentBytes }) => residentBytes))),
        slopeText(series.residentSlopeBytesPerMinute, series.residentSlopeStandardError),
        slopeVerdict(series),
        `${first.handles} → ${last.handles}`,
      ];
    }),
  });
}
