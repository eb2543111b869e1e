import { FramegateError } from '../protocol/framegate-error.ts';

/** The parameters of a query by name. Throws request-invalid where one is there twice: which one counts is nobody's guess. */
export function searchParametersOf(query: string): Record<string, string> {
  const found: Record<string, string> = {};
  if (query === '') return found;
  for (const [name, value] of new URLSearchParams(query)) {
    if (Object.hasOwn(found, name)) {
      throw new FramegateError(
        'request-invalid',
        `query: ${JSON.stringify(name.slice(0, 64))} is there twice`,
      );
    }
    found[name] = value;
  }
  return found;
}
