import { type PlotSize, timeFrame } from './plot-frame.ts';
import { spreadLabels } from './spread-labels.ts';
import { px, svgPicture, textAt } from './svg.ts';

export interface Layer {
  readonly name: string;
  readonly values: readonly number[];
  readonly colour: number;
}

export interface AreaPlot {
  readonly title: string;
  readonly unit: string;
  readonly untilMs: number;
  readonly timesMs: readonly number[];
  /** From the ground up. */
  readonly layers: readonly Layer[];
  readonly mark?: { readonly value: number; readonly name: string };
}

const LABEL_GAP_PX = 14;

/** Layers on top of each other; the height of all is their sum. Layers that are nowhere above zero are not drawn. */
export function areaPlot(plot: AreaPlot, size: PlotSize): string {
  const { timesMs, layers: given } = averaged(plot, Math.floor(size.width / 2));
  const layers = given.filter(({ values }) => values.some((value) => value > 0));
  const tops: number[][] = [];
  for (const { values } of layers) tops.push(values.map((value, i) => value + (tops.at(-1)?.[i] ?? 0)));
  const greatest = Math.max(1e-9, plot.mark?.value ?? 0, ...(tops.at(-1) ?? []));
  const names = [...layers.map(({ name }) => name), ...(plot.mark === undefined ? [] : [plot.mark.name])];
  const frame = timeFrame({ ...plot, size, least: 0, greatest, labels: names });
  const { x, y, left, right, top, bottom } = frame;

  const middles = layers.map((_, i) => y(((tops[i]!.at(-1) ?? 0) + (tops[i - 1]?.at(-1) ?? 0)) / 2));
  if (plot.mark !== undefined) middles.push(y(plot.mark.value));
  const labelY = spreadLabels(middles, LABEL_GAP_PX, [top, bottom]);
  const point = (i: number, value: number) => `${px(x(timesMs[i]!))} ${px(y(value))}`;
  return svgPicture(size, plot.title, [
    ...frame.drawn,
    ...layers.map(({ colour }, layer) => {
      const upper = tops[layer]!.map((value, i) => point(i, value));
      const lower = tops[layer]!.map((_, i) => point(i, tops[layer - 1]?.[i] ?? 0)).reverse();
      return `<path class="area f${colour}" d="M${[...upper, ...lower].join('L')}Z"/>`;
    }),
    plot.mark === undefined ? '' : `<path class="mark" d="M${left} ${px(y(plot.mark.value))}H${right}"/>`,
    ...names.map((name, i) =>
      textAt(right + 8, labelY[i]! + 4, name, `label ${i < layers.length ? `t${layers[i]!.colour}` : ''}`),
    ),
  ]);
}

/** Sums have to stay sums: neighbours are averaged where there are more than fit. */
function averaged(plot: AreaPlot, limit: number): Pick<AreaPlot, 'timesMs' | 'layers'> {
  const stretch = Math.ceil(plot.timesMs.length / limit);
  if (stretch <= 1) return plot;
  const means = (values: readonly number[]) => {
    const result: number[] = [];
    for (let from = 0; from < values.length; from += stretch) {
      const part = values.slice(from, from + stretch);
      result.push(part.reduce((sum, value) => sum + value, 0) / part.length);
    }
    return result;
  };
  return {
    timesMs: means(plot.timesMs),
    layers: plot.layers.map((layer) => ({ ...layer, values: means(layer.values) })),
  };
}
