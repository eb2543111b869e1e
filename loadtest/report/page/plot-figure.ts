import type { PlotSize } from '../plots/plot-frame.ts';
import { escaped } from '../plots/svg.ts';
import { type DataTable, foldedTable } from './data-table.ts';

export interface PlotFigure {
  readonly title: string;
  /** One sentence on what it shows. */
  readonly about: string;
  readonly legend?: readonly LegendEntry[];
  readonly draw: (size: PlotSize) => string;
  readonly table?: DataTable;
  readonly wide?: PlotSize;
}

export interface LegendEntry {
  readonly name: string;
  readonly colour: number;
  readonly mark?: 'stroke' | 'dashes' | 'fill';
}

const WIDE: PlotSize = { width: 580, height: 260 };
export const SMALL: PlotSize = { width: 380, height: 170 };
export const NARROW: PlotSize = { width: 370, height: 230 };

/** A plot with title, legend and its data, drawn twice: letters on a telephone are to be as large as on a desk. */
export function plotFigure({ title, about, legend, draw, table, wide = WIDE }: PlotFigure): string {
  const entries = (legend ?? []).map(
    ({ name, colour, mark = 'stroke' }) =>
      `<li><i class="f${colour} b${colour} ${mark}"></i>${escaped(name)}</li>`,
  );
  return (
    `<figure><figcaption><h3>${escaped(title)}</h3><div class="soft small">${escaped(about)}</div></figcaption>` +
    (entries.length === 0 ? '' : `<ul class="legend">${entries.join('')}</ul>`) +
    `<div class="wide">${draw(wide)}</div><div class="narrow">${draw({ ...NARROW, height: Math.min(NARROW.height, wide.height) })}</div>` +
    (table === undefined ? '' : foldedTable(table)) +
    '</figure>'
  );
}
