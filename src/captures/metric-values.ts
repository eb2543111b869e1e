import {
  BODY_METRIC_ALIASES,
  BODY_METRIC_RANGES,
  BODY_METRICS,
  type BodyMetric,
  type BodyMetrics,
} from '../protocol/body-measurement.ts';
import { FramegateError } from '../protocol/framegate-error.ts';

/**
 * Measures by their own names, from names and aliases. Throws request-invalid for a name that is none or is there twice,
 * and body-measure-implausible, naming each, for what no human has.
 * @param given centimetres; null says that it is not known
 */
export function metricValues(given: Readonly<Record<string, number | null>>): Partial<BodyMetrics> {
  const values: Partial<BodyMetrics> = {};
  for (const [name, value] of Object.entries(given)) {
    const metric = metricOf(name);
    if (metric === null) {
      throw new FramegateError('request-invalid', `${JSON.stringify(name.slice(0, 64))} is no body measure`);
    }
    if (metric in values) throw new FramegateError('request-invalid', `${metric} is there twice`);
    values[metric] = value;
  }
  const implausible = BODY_METRICS.flatMap((metric) => {
    const value = values[metric] ?? null;
    const { min, max } = BODY_METRIC_RANGES[metric];
    return value === null || (value >= min && value <= max) ? [] : [{ metric, value, min, max }];
  });
  if (implausible.length > 0) {
    throw new FramegateError(
      'body-measure-implausible',
      implausible
        .map(({ metric, value, min, max }) => `${metric} of ${value} is not within ${min} to ${max} cm`)
        .join('; '),
      { details: { metrics: implausible } },
    );
  }
  return values;
}

/** All of them; null where nothing was given. */
export function allMetrics(values: Partial<BodyMetrics>): BodyMetrics {
  return Object.fromEntries(BODY_METRICS.map((metric) => [metric, values[metric] ?? null])) as BodyMetrics;
}

function metricOf(name: string): BodyMetric | null {
  const known = BODY_METRICS.find((metric) => metric === name);
  if (known !== undefined) return known;
  return Object.hasOwn(BODY_METRIC_ALIASES, name) ? (BODY_METRIC_ALIASES[name] ?? null) : null;
}
