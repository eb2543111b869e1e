import type { MeasureId, ProfileLevel, Threshold } from '../../protocol/checks.ts';

export type Preset = Partial<Record<MeasureId, Readonly<Record<ProfileLevel, Threshold>>>>;

export const upTo = (strict: number, moderate: number, relaxed: number): Record<ProfileLevel, Threshold> => ({
  strict: { max: strict },
  moderate: { max: moderate },
  relaxed: { max: relaxed },
});

export const atLeast = (
  strict: number,
  moderate: number,
  relaxed: number,
): Record<ProfileLevel, Threshold> => ({
  strict: { min: strict },
  moderate: { min: moderate },
  relaxed: { min: relaxed },
});

export const within = (
  strict: number,
  moderate: number,
  relaxed: number,
): Record<ProfileLevel, Threshold> => ({
  strict: { min: -strict, max: strict },
  moderate: { min: -moderate, max: moderate },
  relaxed: { min: -relaxed, max: relaxed },
});

export const always = (threshold: Threshold): Record<ProfileLevel, Threshold> => ({
  strict: threshold,
  moderate: threshold,
  relaxed: threshold,
});

export const between = (
  strict: readonly [min: number, max: number],
  moderate: readonly [min: number, max: number],
  relaxed: readonly [min: number, max: number],
): Record<ProfileLevel, Threshold> => ({
  strict: { min: strict[0], max: strict[1] },
  moderate: { min: moderate[0], max: moderate[1] },
  relaxed: { min: relaxed[0], max: relaxed[1] },
});
