import type { BodyMeasurement, BodyMetrics, Sex } from '../../../protocol/body-measurement.ts';

type BodyShape = NonNullable<BodyMeasurement['shape']>;
export type BodyShapeType = BodyShape['type'];

/** Circumferences by which a figure is judged, centimetres. */
export interface Figure {
  readonly upper: number;
  /** At the navel, as the metrics have it. */
  readonly waist: number;
  readonly hip: number;
}

export interface MeasuredFigure {
  readonly metrics: BodyMetrics;
  /** Half widths that hold nine of ten; null where not known. */
  readonly intervals: BodyMetrics;
  readonly sex: Sex | null;
}

/**
 * FFIT's differences as shares, so that they hold for every size: its 3.6, 9 and 10 inches of a body of 40 inches.
 * Source: Simmons, Istook and Devarajan 2004, Female Figure Identification Technique for Apparel.
 */
const UNEVEN_SHARE = 0.09;
const DEFINED_FROM_UPPER = 0.225;
const DEFINED_FROM_HIP = 0.25;
/** FFIT measures the narrowest waist; around the navel it is some 6 % more. */
const NARROWEST_OF_NAVEL = 0.94;
/** FFIT's oval is as wide around the belly as around the chest; here: nearly as wide as the mean of chest and hip. */
const APPLE_SHARE = 0.97;

/** Chest circumference that goes with a shoulder breadth of 1: means of ANSUR II by sex, and their middle. */
const CHEST_OF_SHOULDERS: Readonly<Record<Sex | 'unknown', number>> = {
  female: 2.595,
  male: 2.547,
  unknown: 2.57,
};
/** How far chests lie from what their shoulders say, as a share: ANSUR II has 0.071 of men and 0.087 of women. */
const SHOULDER_SD_SHARE = 0.08;

/** Standard deviations to the end of a normal distribution's middle nine tenths. */
const NORMAL_90 = 1.645;
/** Where no interval is known. */
const UNKNOWN_SD_SHARE = 0.03;
/** Classes are conventions: nobody is this sure of a boundary. */
const BOUNDARY_SD_SHARE = 0.012;
/** Standard scores that each stand for the same share of a normal distribution. */
const EQUAL_SCORES = [
  -1.834, -1.282, -0.967, -0.728, -0.524, -0.341, -0.168, 0, 0.168, 0.341, 0.524, 0.728, 0.967, 1.282, 1.834,
] as const;

/**
 * The class in which most of the figure's error ellipsoid lies; `confidence` is how much of it does. null without chest,
 * waist and hip. Deterministic: the ellipsoid is walked in 15³ places of equal weight.
 */
export function classifyShape({ metrics, intervals, sex }: MeasuredFigure): BodyShape | null {
  const { chest_circumference_cm: chest, waist_circumference_cm: waist, hip_circumference_cm: hip } = metrics;
  if (chest === null || waist === null || hip === null) return null;
  const sd = {
    chest: sdOf(chest, intervals.chest_circumference_cm),
    waist: sdOf(waist, intervals.waist_circumference_cm),
    hip: sdOf(hip, intervals.hip_circumference_cm),
  };
  const upper = upperOf({ value: chest, sd: sd.chest }, metrics, intervals, sex);
  const places = new Map<BodyShapeType, number>();
  for (const u of EQUAL_SCORES) {
    for (const w of EQUAL_SCORES) {
      for (const h of EQUAL_SCORES) {
        const type = shapeOf({
          upper: upper.value + u * upper.sd,
          waist: waist + w * sd.waist,
          hip: hip + h * sd.hip,
        });
        places.set(type, (places.get(type) ?? 0) + 1);
      }
    }
  }
  const [type, count] = [...places].reduce((best, next) => (next[1] > best[1] ? next : best));
  return { type, confidence: count / EQUAL_SCORES.length ** 3 };
}

/** The class of a figure that is known exactly. */
export function shapeOf({ upper, waist, hip }: Figure): BodyShapeType {
  if (waist >= (APPLE_SHARE * (upper + hip)) / 2) return 'apple';
  const larger = Math.max(upper, hip);
  if (hip - upper >= UNEVEN_SHARE * larger) return 'pear';
  if (upper - hip >= UNEVEN_SHARE * larger) return 'inverted-triangle';
  const narrowest = NARROWEST_OF_NAVEL * waist;
  const defined =
    upper - narrowest >= DEFINED_FROM_UPPER * upper || hip - narrowest >= DEFINED_FROM_HIP * hip;
  return defined ? 'hourglass' : 'rectangle';
}

interface Uncertain {
  readonly value: number;
  readonly sd: number;
}

/** Chest and shoulders as one girth, weighed by how sure each is of it: broad shoulders make a figure heavier above. */
function upperOf(chest: Uncertain, metrics: BodyMetrics, intervals: BodyMetrics, sex: Sex | null): Uncertain {
  const breadth = metrics.shoulder_width_cm;
  if (breadth === null) return chest;
  const factor = CHEST_OF_SHOULDERS[sex ?? 'unknown'];
  const value = factor * breadth;
  const sd = Math.hypot(factor * sdOf(breadth, intervals.shoulder_width_cm), SHOULDER_SD_SHARE * value);
  const weights = [1 / chest.sd ** 2, 1 / sd ** 2] as const;
  const total = weights[0] + weights[1];
  // What both say of the figure differs for good reason: the girth that was measured stays as uncertain as it is.
  return { value: (weights[0] * chest.value + weights[1] * value) / total, sd: chest.sd };
}

function sdOf(value: number, halfWidth: number | null): number {
  const measured = halfWidth === null ? UNKNOWN_SD_SHARE * value : halfWidth / NORMAL_90;
  return Math.hypot(measured, BOUNDARY_SD_SHARE * value);
}
