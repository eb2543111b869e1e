import { type PlotSize, timeFrame } from './plot-frame.ts';
import type { Scale } from './scale.ts';
import { spreadLabels } from './spread-labels.ts';
import { px, svgPicture, textAt } from './svg.ts';
import { type Point, thinPoints } from './thin-points.ts';

export interface Line {
  readonly name: string;
  readonly points: readonly Point[];
  /** 1 to 8: the colours of page-style.ts. */
  readonly colour: number;
  /** A second mark beside colour, for lines that stand for something else than measured values. */
  readonly dashed?: boolean;
}

export interface LinePlot {
  readonly title: string;
  readonly unit: string;
  readonly untilMs: number;
  readonly lines: readonly Line[];
  /** The axis begins here; null: near the least value, for what varies little. Default 0. */
  readonly from?: number | null;
  /** A value that lines are held against. */
  readonly mark?: { readonly value: number; readonly name: string };
}

const LABEL_GAP_PX = 14;

/** Lines over time, each named at its end. */
export function linePlot(plot: LinePlot, size: PlotSize): string {
  const lines = plot.lines.filter(({ points }) => points.some(({ value }) => value !== null));
  const values = lines
    .flatMap(({ points }) => points.map(({ value }) => value))
    .filter((value) => value !== null);
  if (plot.mark !== undefined) values.push(plot.mark.value);
  const greatest = Math.max(...values, plot.from ?? Number.NEGATIVE_INFINITY);
  const least = plot.from === null ? leastShown(values, greatest) : (plot.from ?? 0);
  const ends = [...lines.map(({ name }) => name), ...(plot.mark === undefined ? [] : [plot.mark.name])];
  const frame = timeFrame({ ...plot, size, least, greatest, labels: ends.length > 1 ? ends : [] });
  const { x, y, left, right, top, bottom } = frame;

  const lastY = lines.map(({ points }) => y(points.findLast(({ value }) => value !== null)!.value!));
  if (plot.mark !== undefined) lastY.push(y(plot.mark.value));
  const labelY = spreadLabels(lastY, LABEL_GAP_PX, [top, bottom]);
  return svgPicture(size, plot.title, [
    ...frame.drawn,
    plot.mark === undefined ? '' : `<path class="mark" d="M${left} ${px(y(plot.mark.value))}H${right}"/>`,
    ...lines.map(
      ({ points, colour, dashed }) =>
        `<path class="line c${colour}${dashed === true ? ' dashed' : ''}" d="${linePath(thinPoints(points, size.width), x, y)}"/>`,
    ),
    ...(ends.length > 1 ? ends : []).map((name, index) =>
      textAt(
        right + 8,
        labelY[index]! + 4,
        name,
        `label ${index < lines.length ? `t${lines[index]!.colour}` : ''}`,
      ),
    ),
  ]);
}

/** Points joined; a lone one between gaps is drawn as a dot by its round cap. */
export function linePath(points: readonly Point[], x: Scale, y: Scale): string {
  let path = '';
  let isOpen = false;
  for (const { atMs, value } of points) {
    if (value !== null) path += `${isOpen ? 'L' : 'M'}${px(x(atMs))} ${px(y(value))}${isOpen ? '' : 'h0'}`;
    isOpen = value !== null;
  }
  return path;
}

/** A quarter of the greatest is the least span: noise of a flat line is not to look like a mountain. */
function leastShown(values: readonly number[], greatest: number): number {
  return Math.max(0, Math.min(Math.min(...values), greatest * 0.75));
}
