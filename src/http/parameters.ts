/** Schemas of what stands in a path, a query or a form's fields, where everything is text. */
import { z } from 'zod';

const NUMBER = /^-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** A finite number within a range; NaN, Infinity and hexadecimals are none. */
export function numberParameter(range: { readonly min: number; readonly max: number }) {
  return z
    .string()
    .regex(NUMBER, 'is not a number')
    .transform(Number)
    .pipe(z.number().min(range.min).max(range.max));
}

export function integerParameter(range: { readonly min: number; readonly max: number }) {
  return z
    .string()
    .regex(/^\d+$/, 'is not a whole number')
    .transform(Number)
    .pipe(z.number().int().min(range.min).max(range.max));
}

export function booleanParameter() {
  return z.enum(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1');
}

/** Text that holds JSON of the given kind. */
export function jsonField<T>(schema: z.ZodType<T>) {
  return z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: 'custom', message: 'is not JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema);
}
