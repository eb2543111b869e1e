import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadReport } from './load-report.ts';
import { renderReportPage } from './page/report-page.ts';

/** `report.json` and `report.html` in the folder, which is made; gives the page's path. */
export function writeReport(report: LoadReport, folder: string): string {
  mkdirSync(folder, { recursive: true });
  // Stacks are drawn in the page and kept whole in .cpuprofile files.
  writeFileSync(
    join(folder, 'report.json'),
    JSON.stringify(report, (key, value: unknown) => (key === 'tree' ? undefined : value), 1),
  );
  const path = join(folder, 'report.html');
  writeFileSync(path, renderReportPage(report));
  return path;
}
