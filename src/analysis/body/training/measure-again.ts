import { BODY_INPUT_NAMES, type BodyInput } from '../regressors/body-inputs.ts';
import type { MeasuringNoise } from '../regressors/body-regressors.ts';
import type { MeasuredPerson } from './read-ansur.ts';
import { seededNormal } from './seeded-normal.ts';

/** What a picture is taken to do to every input. */
export const DEFAULT_NOISE: MeasuringNoise = { scaleShare: 0, ownShare: 0.015, ownMm: 6 };

/** A person's inputs with errors; the same ones for the same person and `round`. */
export function measureAgain(
  { id, inputs }: Pick<MeasuredPerson, 'id' | 'inputs'>,
  { scaleShare, ownShare, ownMm }: MeasuringNoise,
  round: string,
): Record<BodyInput, number> {
  const normal = seededNormal(`${id}:${round}`);
  const scale = 1 + scaleShare * normal();
  return Object.fromEntries(
    BODY_INPUT_NAMES.map((name) => {
      const own = 1 + ownShare * normal();
      return [name, inputs[name] * scale * own + ownMm * normal()];
    }),
  ) as Record<BodyInput, number>;
}
