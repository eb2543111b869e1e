import { numberText } from '../number-text.ts';
import { linearScale, niceTicks, type Scale, timeTicks, timeTickText, timeUnit } from './scale.ts';
import { px, textAt, textWidth } from './svg.ts';

/** Plots are drawn for both: small screens get larger letters by a smaller picture. */
export interface PlotSize {
  readonly width: number;
  readonly height: number;
}

export interface PlotFrame {
  readonly x: Scale;
  readonly y: Scale;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Grid, axes, ticks and units. */
  readonly drawn: readonly string[];
}

export interface TimeFrameOptions {
  readonly size: PlotSize;
  readonly untilMs: number;
  readonly unit: string;
  readonly least: number;
  readonly greatest: number;
  /** What stands to the right of the plot. */
  readonly labels: readonly string[];
}

const TICK_ROOM_PX = 8;
const TOP_PX = 22;
const BOTTOM_PX = 34;

/** A frame of time (to the right) and a value (up), with room for labels at the ends of lines. */
export function timeFrame({ size, untilMs, unit, least, greatest, labels }: TimeFrameOptions): PlotFrame {
  const yTicks = niceTicks(least, greatest, size.height < 200 ? 3 : 4);
  const tickTexts = yTicks.map(numberText);
  const left = Math.ceil(Math.max(...tickTexts.map(textWidth))) + TICK_ROOM_PX;
  const labelRoom = Math.max(6, ...labels.map((label) => textWidth(label) + 10));
  const right = size.width - Math.ceil(labelRoom);
  const top = TOP_PX;
  const bottom = size.height - BOTTOM_PX;
  const x = linearScale([0, untilMs], [left, right]);
  const y = linearScale([yTicks[0]!, yTicks.at(-1)!], [bottom, top]);
  const ticks = timeTicks(untilMs, Math.floor((right - left) / 60));
  return {
    x,
    y,
    left,
    right,
    top,
    bottom,
    drawn: [
      textAt(left, 11, unit, 'unit'),
      ...yTicks.flatMap((tick, index) => [
        `<path class="${index === 0 ? 'axis' : 'grid'}" d="M${left} ${px(y(tick))}H${right}"/>`,
        textAt(left - 6, y(tick) + 4, tickTexts[index]!, 'tick end'),
      ]),
      ...ticks.flatMap((tick) => [
        `<path class="axis" d="M${px(x(tick))} ${bottom}v4"/>`,
        textAt(x(tick), bottom + 17, timeTickText(tick, untilMs), 'tick middle'),
      ]),
      textAt(right, bottom + 31, timeUnit(untilMs), 'tick end'),
    ],
  };
}
