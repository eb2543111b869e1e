import { BODY_TARGETS, type BodySize, type BodyTarget } from './body-targets.ts';

/** `Waist 75 cm (±4)`. The half width is rounded up, so that the interval that is shown holds too. */
export function formatBodySize(target: BodyTarget, { valueMm, halfWidthMm }: BodySize): string {
  return `${BODY_TARGETS[target]} ${Math.round(valueMm / 10)} cm (±${Math.ceil(halfWidthMm / 10)})`;
}
