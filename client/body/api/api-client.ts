import { ERROR_CODES, type ErrorCode } from '../../../src/protocol/error-codes.ts';
import { FramegateError } from '../../../src/protocol/framegate-error.ts';
import type { SignedIn } from './capture-answers.ts';

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly json?: unknown;
  readonly form?: FormData;
  readonly idempotencyKey?: string;
  /** Of nobody yet: signing in. */
  readonly isOpen?: boolean;
  readonly signal?: AbortSignal;
}

/** Calls the HTTP interface in the name of whoever is signed in. */
export interface ApiClient {
  /**
   * Rejects with the answer's code; with device-offline or dependency-unavailable (retryable) where nobody answers, and
   * refresh-token-invalid where the person has to sign in again.
   */
  call(path: string, request?: ApiRequest): Promise<Response>;
  /** The pair of tokens that a sign-in has given; null: nobody is signed in any more. */
  use(signedIn: SignedIn | null): void;
  /** The access token, for live sessions that ask for one. */
  token(): Promise<string>;
  /** Whether there is a token to begin with. */
  readonly hasSession: boolean;
}

export interface ApiClientDeps {
  readonly apiUrl: string;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly isOnline: () => boolean;
  /** Outlives a reload, not the tab. */
  readonly refreshToken: { read(): string | null; keep(token: string | null): void };
}

/** The access token stays in memory; the refresh token goes to where it is kept, and is used for one new pair. */
export function createApiClient({ apiUrl, fetch, isOnline, refreshToken }: ApiClientDeps): ApiClient {
  const base = apiUrl.replace(/\/$/, '');
  let accessToken: string | null = null;
  let refreshing: Promise<void> | null = null;

  async function send(path: string, request: ApiRequest): Promise<Response> {
    const { method = 'GET', json, form, idempotencyKey, isOpen = false, signal } = request;
    const headers: Record<string, string> = {};
    if (json !== undefined) headers['content-type'] = 'application/json';
    if (idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey;
    if (!isOpen && accessToken !== null) headers.authorization = `Bearer ${accessToken}`;
    const body = form ?? (json === undefined ? undefined : JSON.stringify(json));
    try {
      return await fetch(`${base}${path}`, { method, headers, body, signal, credentials: 'omit' });
    } catch (thrown) {
      if (signal?.aborted === true) throw thrown;
      const code = isOnline() ? 'dependency-unavailable' : 'device-offline';
      throw new FramegateError(code, 'the HTTP interface does not answer', {
        retryable: true,
        cause: thrown,
      });
    }
  }

  function use(signedIn: SignedIn | null): void {
    accessToken = signedIn?.access_token ?? null;
    refreshToken.keep(signedIn?.refresh_token ?? null);
  }

  async function refresh(): Promise<void> {
    const kept = refreshToken.read();
    if (kept === null) throw new FramegateError('refresh-token-invalid', 'nobody is signed in');
    const response = await send('/api/v1/auth/refresh', {
      method: 'POST',
      json: { refresh_token: kept },
      isOpen: true,
    });
    if (response.ok) {
      use((await response.json()) as SignedIn);
      return;
    }
    const error = await errorOf(response);
    if (response.status === 401) use(null);
    throw error;
  }

  /** A refresh token is good for once: whoever comes meanwhile waits for the same pair. */
  function refreshOnce(): Promise<void> {
    refreshing ??= refresh().finally(() => {
      refreshing = null;
    });
    return refreshing;
  }

  return {
    use,
    get hasSession() {
      return accessToken !== null || refreshToken.read() !== null;
    },
    async token() {
      if (accessToken === null) await refreshOnce();
      return accessToken ?? '';
    },
    async call(path, request = {}) {
      const { isOpen = false } = request;
      if (!isOpen && accessToken === null) await refreshOnce();
      let response = await send(path, request);
      if (response.status === 401 && !isOpen) {
        await refreshOnce();
        response = await send(path, request);
      }
      if (response.ok) return response;
      throw await errorOf(response);
    },
  };
}

/** `{"detail", "code"}`; whatever else answers is no framegate. */
async function errorOf(response: Response): Promise<FramegateError> {
  const body = (await response.json().catch(() => ({}))) as { detail?: unknown; code?: unknown };
  const isBusy = response.status === 429 || response.status >= 500;
  const code = isKnown(body.code) ? body.code : isBusy ? 'dependency-unavailable' : 'internal';
  const message = typeof body.detail === 'string' ? body.detail : `HTTP ${response.status}`;
  return new FramegateError(code, message, { retryable: isBusy });
}

function isKnown(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_CODES, code);
}
