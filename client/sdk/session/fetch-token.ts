import { FramegateError } from '../../../src/protocol/framegate-error.ts';

/** A sign-in may need a person; one that has not answered by then has been forgotten. */
const TIMEOUT_MS = 60_000;

/** Rejects with token-missing where the provider fails or does not answer. */
export async function fetchToken(
  token: string | (() => Promise<string>) | undefined,
): Promise<string | undefined> {
  if (typeof token !== 'function') return token;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const overdue = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), TIMEOUT_MS);
  });
  try {
    return await Promise.race([token(), overdue]);
  } catch (cause) {
    throw new FramegateError('token-missing', 'the token provider failed', { cause });
  } finally {
    clearTimeout(timer);
  }
}
