import { numberText } from '../number-text.ts';
import { linearScale, niceTicks } from './scale.ts';
import { escaped, px, svgPicture, textAt, textWidth } from './svg.ts';

export interface BarGroup {
  readonly name: string;
  readonly bars: readonly { readonly name: string; readonly value: number; readonly colour: number }[];
}

export interface BarPlot {
  readonly title: string;
  readonly unit: string;
  readonly groups: readonly BarGroup[];
}

const BAR_PX = 15;
const GROUP_GAP_PX = 14;
const BOTTOM_PX = 22;

/** Lying bars in groups, each with its value; as high as it needs to be. */
export function barPlot({ title, unit, groups }: BarPlot, width: number): string {
  const left = Math.max(...groups.map(({ name }) => textWidth(name))) + 40;
  const all = groups.flatMap(({ bars }) => bars.map(({ value }) => value));
  const greatest = Math.max(1e-9, ...all);
  const right = width - Math.max(...all.map((value) => textWidth(numberText(value)))) - 10;
  const ticks = niceTicks(0, greatest, 4);
  // The last tick may lie outside: bars need not end at one.
  const x = linearScale([0, greatest], [left, right]);
  const height = groups.reduce((sum, { bars }) => sum + bars.length * BAR_PX + GROUP_GAP_PX, 0) + BOTTOM_PX;
  const bottom = height - BOTTOM_PX;
  const drawn: string[] = ticks
    .filter((tick) => tick <= greatest)
    .flatMap((tick) => [
      `<path class="${tick === 0 ? 'axis' : 'grid'}" d="M${px(x(tick))} 0V${bottom}"/>`,
      textAt(x(tick), bottom + 16, tick === 0 ? `0 ${unit}` : numberText(tick), 'tick middle'),
    ]);
  let top = 4;
  for (const { name, bars } of groups) {
    drawn.push(textAt(0, top + (bars.length * BAR_PX) / 2 + 4, name, 'label'));
    for (const bar of bars) {
      const end = x(bar.value);
      drawn.push(
        `<rect class="f${bar.colour}" x="${px(left)}" y="${top + 1}" width="${px(Math.max(1, end - left))}" height="${BAR_PX - 3}">` +
          `<title>${escaped(`${name}, ${bar.name}: ${numberText(bar.value)} ${unit}`)}</title></rect>`,
        textAt(left - 6, top + 11, bar.name, 'tick end'),
        textAt(end + 5, top + 11, numberText(bar.value), 'tick'),
      );
      top += BAR_PX;
    }
    top += GROUP_GAP_PX;
  }
  return svgPicture({ width, height }, title, drawn);
}
