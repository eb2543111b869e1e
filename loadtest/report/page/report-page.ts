import type { LoadReport } from '../load-report.ts';
import { escaped } from '../plots/svg.ts';
import { headline } from './headline.ts';
import { PAGE_STYLE } from './page-style.ts';
import { processFigures } from './process-figures.ts';
import { profileSection } from './profile-section.ts';
import { clientTimes, stageFigure } from './stage-figure.ts';
import { timelineFigures } from './timeline-figures.ts';

/** One page that needs nothing else: no network, no scripts, its pictures within. */
export function renderReportPage(report: LoadReport): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,"><title>Load test: ${escaped(report.scenario)}</title><style>${PAGE_STYLE}</style></head>
<body><main>
<header>${headline(report)}</header>
<h2>Over time</h2><div class="plots">${timelineFigures(report).join('\n')}</div>
<h2>Where the time goes</h2><div class="plots">${stageFigure(report)}${clientTimes(report)}</div>
<h2>Processes</h2>${processFigures(report)}
${profileSection(report.profile ?? [])}
<h2>Options and machine</h2>${optionsAndMachine(report)}
</main></body></html>
`;
}

function optionsAndMachine({ options, machine, generatorCores, startedAt }: LoadReport): string {
  const list = (entries: readonly (readonly [string, unknown])[]) =>
    `<dl>${entries.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(String(value))}</dd>`).join('')}</dl>`;
  return (
    `<div class="pair">${list(Object.entries(options))}` +
    `${list([
      ['cores', machine.cores],
      ['memory', `${(machine.memoryBytes / 2 ** 30).toFixed(1)} GiB`],
      ['Node', machine.node],
      ['generator', `${generatorCores.toFixed(2)} cores`],
      ['started', startedAt],
    ])}</div>`
  );
}
