import type { z } from 'zod';

export interface Problem {
  /** `landmarks.3.x` */
  readonly path: string;
  /** Path and message. */
  readonly text: string;
}

const MAX_PROBLEMS = 5;

/** What is wrong with an input, by its place; never the value, which may be a secret or a picture. */
export function problemsOf(error: z.ZodError): Problem[] {
  return error.issues.slice(0, MAX_PROBLEMS).map(({ path, message }) => {
    const place = path.map(String).join('.').slice(0, 100);
    const said = /received undefined$/.test(message) ? 'is missing' : message;
    return { path: place, text: place === '' ? said : `${place}: ${said}` };
  });
}
