import { FramegateError } from '../../../protocol/framegate-error.ts';
import type { Clock } from './clock.ts';
import { malformed, stopped, unavailable } from './provider-errors.ts';

export interface HttpRequest {
  /** For messages, as the object of a sentence. Addresses and headers hold secrets and are never in one. */
  readonly what: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** Of the answer, unpacked. */
  readonly maxBytes: number;
  /** What it starts is paid for: it is not sent again where its answer got lost. */
  readonly paid?: boolean;
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  /** 200..299 or 400..499, but not 408 or 429. */
  readonly status: number;
  readonly body: Uint8Array;
}

export interface HttpClient {
  /**
   * Sends it again, after a while, where there is no answer in time, the vendor is overloaded (408, 429, as late as its
   * Retry-After says) or has failed (5xx). Rejects with provider-unavailable after the last try and when the signal is
   * aborted (retryable, unless it may have been paid for), and with provider-malformed for a redirect or an answer that is too long.
   */
  send(request: HttpRequest): Promise<HttpAnswer>;
}

export interface HttpClientOptions {
  readonly clock: Clock;
  /** For one try, its answer's body included. */
  readonly requestTimeoutMs: number;
  readonly maxTries: number;
}

interface Setback {
  readonly reason: string;
  readonly retryAfterMs: number | undefined;
  readonly repeatable: boolean;
}

const FIRST_PAUSE_MS = 500;
/** Whoever is to wait longer can do so better than a request in the middle of its work. */
const LONGEST_PAUSE_MS = 30_000;

export function createHttpClient({ clock, requestTimeoutMs, maxTries }: HttpClientOptions): HttpClient {
  async function attempt(request: HttpRequest): Promise<HttpAnswer | Setback> {
    const { method, url, headers = {}, body } = request;
    const signal = AbortSignal.any([request.signal, clock.deadline(requestTimeoutMs)]);
    try {
      const response = await fetch(url, { method, headers, body, redirect: 'manual', signal });
      const { status } = response;
      if (status === 408 || status === 429 || status >= 500) {
        const retryAfterMs = waitOf(response.headers.get('retry-after'), clock.nowMs());
        await discard(response);
        // A gateway's 500 or 504 may stand for a task that was begun.
        const repeatable = request.paid !== true || status === 429 || status === 503;
        return { reason: `status ${status}`, retryAfterMs, repeatable };
      }
      if (status >= 300 && status < 400) {
        await discard(response);
        throw malformed(`redirected ${request.what}`);
      }
      return { status, body: await readBody(response, request) };
    } catch (thrown) {
      if (thrown instanceof FramegateError) throw thrown;
      if (request.signal.aborted) throw stopped(request.signal);
      return { reason: reasonOf(thrown), retryAfterMs: undefined, repeatable: request.paid !== true };
    }
  }

  return {
    async send(request) {
      for (let tries = 1; ; tries++) {
        if (request.signal.aborted) throw stopped(request.signal);
        const outcome = await attempt(request);
        if ('status' in outcome) return outcome;
        const { reason, retryAfterMs, repeatable } = outcome;
        const pauseMs = retryAfterMs ?? FIRST_PAUSE_MS * 2 ** (tries - 1);
        if (!repeatable || tries >= maxTries || pauseMs > LONGEST_PAUSE_MS) {
          throw unavailable(`does not answer ${request.what}`, {
            reason,
            retryable: repeatable,
            ...(retryAfterMs !== undefined && { retryAfterMs }),
          });
        }
        await clock.pause(pauseMs, request.signal);
      }
    },
  };
}

/** Seconds or a date; undefined where it is neither. */
function waitOf(retryAfter: string | null, nowMs: number): number | undefined {
  if (retryAfter === null) return undefined;
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const atMs = Date.parse(retryAfter);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}

async function readBody(response: Response, { what, maxBytes }: HttpRequest): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop early closes the connection.
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw malformed(`answered ${what} with more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}

async function discard(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => {});
}

/** The kind of a failure alone: fetch's own messages quote addresses and headers. */
function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'unknown';
  if (thrown.name === 'TimeoutError') return 'timeout';
  const { cause } = thrown;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' && /^[A-Z][A-Z_]+$/.test(code) ? code : 'no answer';
}
