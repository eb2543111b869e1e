import type { BodyMeasurement, BodyMetric } from '../../../protocol/body-measurement.ts';
import { roundTo } from '../../../protocol/round-to.ts';
import type { Point } from '../evidence/silhouette.ts';
import type { ScaledView } from './body-scale.ts';
import { TRUNK_LEVELS, type TrunkLevel, type trunkWidths } from './trunk-widths.ts';

export interface MeasuredView extends ScaledView {
  readonly spans: ReturnType<typeof trunkWidths>;
}

type Line = BodyMeasurement['lines'][number];

const LEVEL_METRICS: Readonly<Record<TrunkLevel, BodyMetric>> = {
  chest: 'chest_circumference_cm',
  waist: 'waist_circumference_cm',
  hip: 'hip_circumference_cm',
};

/** What people see drawn over their pictures, in the order in which it is measured. */
export function linesOf({ front, side }: Readonly<Record<'front' | 'side', MeasuredView>>): Line[] {
  const lines: Line[] = [];
  const add = (view: 'front' | 'side', metric: BodyMetric, from: Point, to: Point) => {
    lines.push({ view, metric, from: placeOf(from), to: placeOf(to) });
  };
  for (const [view, { frame, spans }] of [
    ['front', front],
    ['side', side],
  ] as const) {
    add(view, 'height_cm', frame.crown, { x: frame.crown.x, y: frame.floorY });
    for (const level of TRUNK_LEVELS) {
      const span = spans[level];
      if (span !== null) add(view, LEVEL_METRICS[level], span.from, span.to);
    }
  }
  return lines;
}

function placeOf({ x, y }: Point): [number, number] {
  return [roundTo(x, 1), roundTo(y, 1)];
}
