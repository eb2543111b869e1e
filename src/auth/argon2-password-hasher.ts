import { hash, verify } from '@node-rs/argon2';
import { FramegateError } from '../protocol/framegate-error.ts';

export interface PasswordHasher {
  hash(password: string): Promise<string>;
  verify(hash: string | null, password: string): Promise<boolean>;
}

export interface PasswordHasherOptions {
  /** Each takes 19 MiB. Default 2. */
  readonly concurrency?: number;
  /** More are refused with server-busy: at some 30 ms each, the last of them waits half a second. Default 32. */
  readonly maxWaiting?: number;
}

/** OWASP's Password Storage Cheat Sheet: argon2id, the library's own choice of variant, with 19 MiB and 2 passes. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** argon2id on libuv's threads, few at once, so that a flood of sign-ins takes neither the memory nor the threads. */
export function createArgon2PasswordHasher(options: PasswordHasherOptions = {}): PasswordHasher {
  const { concurrency = 2, maxWaiting = 32 } = options;
  const waiting: (() => void)[] = [];
  let running = 0;

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running < concurrency) running++;
    else {
      if (waiting.length >= maxWaiting) {
        throw new FramegateError('server-busy', 'too many people sign in just now', {
          retryable: true,
          retryAfterMs: 1000,
        });
      }
      // Whoever ends hands its place on, so that nobody comes in between.
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  }

  return {
    hash: (password) => inTurn(() => hash(password, PARAMETERS)),
    verify: (known, password) =>
      inTurn(async () => {
        if (known !== null) return verify(known, password);
        await hash(password, PARAMETERS);
        return false;
      }),
  };
}
