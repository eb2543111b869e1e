import {
  BODY_METRICS,
  type BodyMeasurement,
  type BodyMetric,
  type BodyMetrics,
  type BodyProblem,
  type BodyView,
  type BodyViewEvidence,
  REQUIRED_BODY_VIEWS,
  type Stated,
} from '../../../protocol/body-measurement.ts';
import { FramegateError } from '../../../protocol/framegate-error.ts';
import { roundTo } from '../../../protocol/round-to.ts';
import { BODY_POINT } from '../../../vision/body-points.ts';
import { metricConfidences } from '../describe/score-confidence.ts';
import { problem } from '../evidence/view-problems.ts';
import type { BodyInput, BodyInputs } from '../regressors/body-inputs.ts';
import type { BodyRegressors } from '../regressors/body-regressors.ts';
import type { BodySize, BodyTarget } from '../regressors/body-targets.ts';
import { predictBodySizes } from '../regressors/predict-body-sizes.ts';
import { type BodyScale, bodyScale, type ScaledView } from './body-scale.ts';
import { linesOf, type MeasuredView } from './measured-lines.ts';
import { pointAt, standingFrame } from './standing-frame.ts';
import { TARGET_METRICS } from './target-metrics.ts';
import { TRUNK_LEVELS, trunkWidths } from './trunk-widths.ts';

/** Sizes and where they come from; the rest of a measurement describes them. */
export interface MeasuredSizes
  extends Pick<BodyMeasurement, 'metrics' | 'intervals' | 'confidences' | 'scale' | 'lines'> {
  /** Beyond all that the regressors have seen. */
  readonly beyondFitted: readonly BodyInput[];
  /** What the regressors were given, millimetres. */
  readonly inputs: BodyInputs;
  /** By view, at the depth of the body's middle. */
  readonly pxPerCm: Readonly<Record<'front' | 'side', number>>;
  /** The trunk is wider than its joints are apart by more than a body is. */
  readonly looksLoose: boolean;
  /** Card and stated height apart, in standard deviations of that; null where there is one only. */
  readonly scaleDisagreement: number | null;
}

/** Standard deviations to the end of a normal distribution's middle nine tenths. */
const NORMAL_90 = 1.645;
/** A chest is at most this much broader than the shoulder joints are apart. */
const LOOSE_RATIO = 1.2;

/**
 * Sizes from what the pictures said. Pure: the same evidence gives the same sizes, also years later.
 * Throws views-missing where front or side is not there, capture-not-measurable with `details.problems` where a picture
 * says no, body-measure-implausible where what was seen is no human's.
 */
export function measureBody(
  evidence: readonly BodyViewEvidence[],
  stated: Stated,
  regressors: BodyRegressors,
): MeasuredSizes {
  const [front, side] = requiredViews(evidence);
  const scale = bodyScale(front, side, stated);
  if (scale === null) throw notMeasurable([{ view: 'front', ...problem('no-card', true, NO_SCALE) }]);

  const views = {
    front: { ...front, spans: trunkWidths(front.frame) },
    side: { ...side, spans: trunkWidths(side.frame) },
  };
  const unseen = (['front', 'side'] as const).flatMap((view) =>
    TRUNK_LEVELS.filter((level) => views[view].spans[level] === null).map((level) => ({ view, level })),
  );
  if (unseen.length > 0) {
    throw notMeasurable(
      unseen.map(({ view, level }) => ({
        view,
        ...problem(
          'arms-too-close',
          true,
          `the ${level} cannot be told from the arms or from the background`,
        ),
      })),
    );
  }
  const inputs = inputsOf(views, scale);
  const { sizes, beyondFitted } = predictBodySizes(regressors, inputs, { sex: stated.sex ?? undefined });
  const widened = (size: BodySize): BodySize => widen(size, scale, regressors.noise.scaleShare);
  const found: Partial<Record<BodyMetric, BodySize>> = {
    height_cm: {
      valueMm: 10 * scale.statureCm,
      halfWidthMm: NORMAL_90 * 10 * scale.statureCm * scale.statureRelativeSd,
    },
  };
  for (const [target, metric] of Object.entries(TARGET_METRICS) as [BodyTarget, BodyMetric][]) {
    found[metric] = widened(sizes[target]);
  }
  const metrics = centimetres(found, ({ valueMm }) => valueMm);
  const intervals = centimetres(found, ({ halfWidthMm }) => halfWidthMm);
  return {
    metrics,
    intervals,
    confidences: rounded(metricConfidences(metrics, intervals), 3),
    scale: { source: scale.source, relativeSd: roundTo(scale.relativeSd, 5) },
    lines: linesOf(views),
    beyondFitted,
    inputs,
    pxPerCm: scale.pxPerCm,
    looksLoose: isLoose(views.front),
    scaleDisagreement: scale.disagreement,
  };
}

const NO_SCALE = 'neither a card is seen nor a height stated: nothing tells how large the body is';

function requiredViews(evidence: readonly BodyViewEvidence[]): readonly [ScaledView, ScaledView] {
  const byView = (view: BodyView) => evidence.find((one) => one.view === view);
  const missing = REQUIRED_BODY_VIEWS.filter((view) => byView(view) === undefined);
  if (missing.length > 0) {
    throw new FramegateError('views-missing', `these pictures are needed: ${missing.join(', ')}`, {
      details: { missing },
    });
  }
  const problems = REQUIRED_BODY_VIEWS.flatMap((view) =>
    byView(view)!
      .problems.filter(({ blocks }) => blocks)
      .map((one) => ({ view, ...one })),
  );
  if (problems.length > 0) throw notMeasurable(problems);
  const [front, side] = REQUIRED_BODY_VIEWS.map((view): ScaledView => {
    const one = byView(view)!;
    const frame = standingFrame(one);
    if (frame === null)
      throw notMeasurable([{ view, ...problem('part-missing', true, 'head or feet cannot be told') }]);
    return { evidence: one, frame };
  });
  return [front!, side!];
}

function notMeasurable(problems: readonly (BodyProblem & { readonly view: BodyView })[]): FramegateError {
  return new FramegateError(
    'capture-not-measurable',
    `the pictures cannot be measured: ${problems.map(({ view, message }) => `${view}: ${message}`).join('; ')}`,
    { details: { problems } },
  );
}

function inputsOf(
  views: Readonly<Record<'front' | 'side', MeasuredView>>,
  { pxPerCm, statureCm }: BodyScale,
) {
  const breadth = (level: (typeof TRUNK_LEVELS)[number]) =>
    (10 * views.front.spans[level]!.lengthPx) / pxPerCm.front;
  const depth = (level: (typeof TRUNK_LEVELS)[number]) =>
    (10 * views.side.spans[level]!.lengthPx) / pxPerCm.side;
  return {
    chestBreadthMm: breadth('chest'),
    chestDepthMm: depth('chest'),
    waistBreadthMm: breadth('waist'),
    waistDepthMm: depth('waist'),
    hipBreadthMm: breadth('hip'),
    hipDepthMm: depth('hip'),
    statureMm: 10 * statureCm,
  };
}

/** The regressors' intervals hold for the scale's error that they were fitted with; a worse scale makes them wider. */
function widen({ valueMm, halfWidthMm }: BodySize, { relativeSd }: BodyScale, fittedSd: number): BodySize {
  const excess = Math.max(0, relativeSd ** 2 - fittedSd ** 2);
  return { valueMm, halfWidthMm: Math.hypot(halfWidthMm, NORMAL_90 * valueMm * Math.sqrt(excess)) };
}

function centimetres(
  found: Readonly<Partial<Record<BodyMetric, BodySize>>>,
  pick: (size: BodySize) => number,
): BodyMetrics {
  return Object.fromEntries(
    BODY_METRICS.map((metric) => {
      const size = found[metric];
      return [metric, size === undefined ? null : roundTo(pick(size) / 10, 1)];
    }),
  ) as BodyMetrics;
}

function rounded(metrics: BodyMetrics, decimals: number): BodyMetrics {
  return Object.fromEntries(
    BODY_METRICS.map((metric) => {
      const value = metrics[metric];
      return [metric, value === null ? null : roundTo(value, decimals)];
    }),
  ) as BodyMetrics;
}

function isLoose({ frame, spans }: MeasuredView): boolean {
  const chest = spans.chest;
  if (chest === null) return false;
  const left = pointAt(frame.landmarks, BODY_POINT.leftShoulder);
  const right = pointAt(frame.landmarks, BODY_POINT.rightShoulder);
  return chest.lengthPx > LOOSE_RATIO * Math.hypot(left.x - right.x, left.y - right.y);
}
