import { BODY_INPUT_NAMES, type BodyInput } from '../regressors/body-inputs.ts';
import type { MeasuringNoise } from '../regressors/body-regressors.ts';
import type { MeasuredPerson } from './read-ansur.ts';
import { seededNormal } from './seeded-normal.ts';

/**
 * What pictures do to every input. The shares are what rendered bodies show (`npm run bench:body -- --only rendered`):
 * 0.9 % of a card's scale, 1.2 % of a width. The millimetres are what they do not show: people's levels lie about the
 * mean shares of the stature by 22 mm, where a trunk's breadth changes by a quarter of that.
 */
export const DEFAULT_NOISE: MeasuringNoise = { scaleShare: 0.009, ownShare: 0.012, ownMm: 6 };

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
