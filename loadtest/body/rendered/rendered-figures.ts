import type { BodyTarget } from '../../../src/analysis/body/regressors/body-targets.ts';
import { TRUNK_LEVELS } from '../../../src/analysis/body/sizes/trunk-widths.ts';
import { CIRCUMFERENCES } from '../../../src/analysis/body/training/judge-regressors.ts';
import type { BodyMetric } from '../../../src/protocol/body-measurement.ts';
import { type Figure, type Figures, figure } from '../../bench/figures.ts';
import { quantile } from '../../bench/quantiles.ts';
import type { FigureShape } from './figure-shapes.ts';
import type { FigureOutcome } from './measure-figure.ts';

const METRIC_OF: Readonly<Record<(typeof CIRCUMFERENCES)[number], BodyMetric>> = {
  chest: 'chest_circumference_cm',
  waist: 'waist_circumference_cm',
  hip: 'hip_circumference_cm',
  neck: 'neck_circumference_cm',
};

/** Medians, 95th percentiles and the worst of what was measured; errors without a sign. */
export function figuresOf(outcomes: readonly FigureOutcome[]): Figures {
  const figures: Record<string, Figure> = {};
  const add = (name: string, shares: readonly (number | null)[], goal: number | null = null) => {
    const errors = shares.filter((share) => share !== null).map((share) => Math.abs(share) * 100);
    if (errors.length === 0) return;
    figures[`${name}ErrorPct`] = figure(quantile(errors, 0.5), '%, median', goal);
    figures[`${name}ErrorP95Pct`] = figure(quantile(errors, 0.95), '%, 95th percentile');
    figures[`${name}ErrorMaxPct`] = figure(quantile(errors, 1), '%, worst');
  };
  const measured = outcomes.filter(({ refusal }) => refusal === null);
  const widths = measured.flatMap((outcome) => outcome.widths);
  const cards = outcomes.filter(({ isCardFound }) => isCardFound).length;
  figures.renderedBodies = figure(outcomes.length, 'pairs of pictures');
  figures.renderedRefused = figure(outcomes.length - measured.length, 'of them');
  figures.renderedCardFoundShare = figure(cards / outcomes.length, 'of pictures', 0.98);
  add(
    'renderedScale',
    outcomes.map(({ scaleShare }) => scaleShare),
    1,
  );
  add(
    'renderedStatedScale',
    outcomes.map(({ statedScaleShare }) => statedScaleShare),
  );
  add(
    'renderedStature',
    outcomes.map(({ statureShare }) => statureShare),
  );
  add(
    'renderedWidth',
    widths.map(({ measuredShare }) => measuredShare),
    1.5,
  );
  // Without the scale's error: how right the outline and the levels are.
  add(
    'renderedSeenWidth',
    widths.map(({ seenShare }) => seenShare),
  );
  for (const level of TRUNK_LEVELS) {
    for (const kind of ['breadth', 'depth'] as const) {
      const own = widths.filter((width) => width.level === level && width.kind === kind);
      if (own.length === 0) continue;
      const name = `rendered${capital(level)}${capital(kind)}`;
      add(
        name,
        own.map(({ measuredShare }) => measuredShare),
      );
      figures[`${name}BiasPct`] = figure(mean(own.map(({ measuredShare }) => measuredShare * 100)), '%');
      figures[`${name}SeenSdPct`] = figure(sd(own.map(({ seenShare }) => seenShare * 100)), '%');
    }
  }
  addCircumferences(measured, figures);
  figures.renderedMeasureMs = figure(
    quantile(
      outcomes.map(({ ms }) => ms),
      0.5,
    ),
    'ms for both pictures, median',
  );
  return figures;
}

function addCircumferences(measured: readonly FigureOutcome[], figures: Record<string, Figure>): void {
  const errors = CIRCUMFERENCES.flatMap((target) =>
    measured.flatMap(({ shape, sizes }) => {
      const trueMm = trueSize(shape, target);
      const metric = METRIC_OF[target];
      const valueCm = sizes?.metrics[metric] ?? null;
      const halfWidthCm = sizes?.intervals[metric] ?? null;
      if (trueMm === null || valueCm === null || halfWidthCm === null) return [];
      const errorMm = valueCm * 10 - trueMm;
      return [{ target, errorMm, isCovered: Math.abs(errorMm) <= halfWidthCm * 10 }];
    }),
  );
  if (errors.length === 0) return;
  const mae = (own: typeof errors) => mean(own.map(({ errorMm }) => Math.abs(errorMm)));
  figures.renderedCircumferenceMaeMm = figure(mae(errors), 'mm, against the tape', 25);
  for (const target of CIRCUMFERENCES) {
    const own = errors.filter((error) => error.target === target);
    figures[`rendered${capital(target)}MaeMm`] = figure(mae(own), 'mm', 25);
    figures[`rendered${capital(target)}BiasMm`] = figure(mean(own.map(({ errorMm }) => errorMm)), 'mm');
  }
  const covered = errors.filter(({ isCovered }) => isCovered).length;
  figures.renderedCover = figure((100 * covered) / errors.length, '% within the 90 % interval');
}

function trueSize({ person }: FigureShape, target: BodyTarget): number | null {
  return person?.sizes[target] ?? null;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function sd(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
