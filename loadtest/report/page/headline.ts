import { goalSide, isGoalMet } from '../figure-goal.ts';
import type { Figure, LoadReport } from '../load-report.ts';
import { durationText, numberText, spokenName } from '../number-text.ts';
import { escaped } from '../plots/svg.ts';

/** What was run, whether its goals were met, and the figures. */
export function headline(report: LoadReport): string {
  const { scenario, startedAt, machine, durationMs, totals, figures, generatorCores } = report;
  const met = Object.values(figures).map(isGoalMet);
  const judged = met.filter((value) => value !== null);
  const reached = judged.filter(Boolean).length;
  const isAll = reached === judged.length;
  const when = startedAt.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC');
  return (
    `<h1>Load test: ${escaped(scenario)}</h1>` +
    `<p class="soft">${escaped(when)} · ${durationText(durationMs)} measured · ${machine.cores} cores, ` +
    `${numberText(machine.memoryBytes / 2 ** 30)} GiB, Node ${escaped(machine.node)}</p>` +
    (judged.length === 0
      ? ''
      : `<p class="verdict ${isAll ? 'met' : 'missed'}">${isAll ? '✓' : '✗'} ${reached} of ${judged.length} goals met</p>`) +
    `<p>${numberText(totals.sessions)} sessions sent ${numberText(totals.sent)} frames: ${numberText(totals.pass)} passed, ` +
    `${numberText(totals.adjust)} to adjust, ${numberText(totals.skipped)} skipped, ${numberText(totals.errors)} errors. ` +
    `${numberText(totals.heldBack)} were held back as credit or pace told. ` +
    `${numberText(totals.captured)} captured, ${numberText(totals.results)} results; ` +
    `${numberText(totals.reconnects)} reconnects, ${numberText(totals.resumed)} resumed. ` +
    `<span class="soft">The generator itself took ${numberText(generatorCores)} of ${machine.cores} cores.</span></p>` +
    `<ul class="tiles">${Object.entries(allFigures(report)).map(tile).join('')}</ul>`
  );
}

/** Those of the scenario first, then what every load test has. */
function allFigures({
  figures,
  latencyMs,
  fairness,
  totals,
  durationMs,
}: LoadReport): Record<string, Figure> {
  const plain = (value: number, unit: string): Figure => ({ value, unit, goal: null });
  return {
    ...figures,
    ...('answeredFps' in figures
      ? {}
      : { 'answered a second': plain(totals.answered / (durationMs / 1000), 'frames/s') }),
    'latency p50': plain(latencyMs.p50, 'ms'),
    'latency p99': plain(latencyMs.p99, 'ms'),
    ...('fairness' in figures ? {} : { fairness: plain(fairness, 'index') }),
  };
}

function tile([name, figure]: [string, Figure]): string {
  const met = isGoalMet(figure);
  const side = goalSide(figure) === 'at least' ? '≥' : '≤';
  const unit = /^(ratio|index|count)$/.test(figure.unit) ? '' : ` <small>${escaped(figure.unit)}</small>`;
  const state = met === null ? '' : met ? 'met' : 'missed';
  return (
    `<li class="${state}"><div class="name">${escaped(spokenName(name))}</div>` +
    `<div class="value">${numberText(figure.value)}${unit}</div>` +
    (met === null
      ? ''
      : `<div class="goal"><b>${met ? '✓ met' : '✗ missed'}</b> <span class="soft">goal ${side} ${numberText(figure.goal!)}</span></div>`) +
    '</li>'
  );
}
