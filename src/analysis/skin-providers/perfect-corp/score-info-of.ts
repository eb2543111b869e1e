import { z } from 'zod';
import { malformed } from './provider-errors.ts';

/** `data.results.output` of v2: one item a measure and region. What is no score (pictures, further scores) is left out. */
export const outputSchema = z.array(
  z.object({
    type: z.string(),
    region: z.string().nullish(),
    raw_score: z.unknown().optional(),
    /** Of `all` and `skin_age`. */
    score: z.unknown().optional(),
    skin_type: z.unknown().optional(),
  }),
);

const WHOLE = 'whole';

/** The same as a score_info.json has it. Throws provider-malformed where a measure stands there twice. */
export function scoreInfoOf(output: z.infer<typeof outputSchema>): unknown {
  const measures = new Map<string, Map<string, unknown>>();
  const whole = new Map<string, unknown>();
  for (const { type, region, raw_score, score, skin_type } of output) {
    if (type === 'skin_age') whole.set('skin_age', score);
    else if (type === 'all') whole.set('all', { score });
    else if (skin_type !== undefined && (region ?? WHOLE) === WHOLE) whole.set('skin_type', skin_type);
    if (raw_score === undefined || raw_score === null) continue;
    const parts = measures.get(type) ?? new Map<string, unknown>();
    const name = region ?? WHOLE;
    if (parts.has(name)) throw malformed('gave a score twice');
    measures.set(type, parts.set(name, { raw_score }));
  }
  // The names are the vendor's: as entries none of them can be more than a name.
  return Object.fromEntries([
    ...[...measures].map(([type, parts]) => [type, Object.fromEntries(parts)] as const),
    ...whole,
  ]);
}
