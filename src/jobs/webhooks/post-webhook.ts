import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { FramegateError } from '../../protocol/framegate-error.ts';
import type { WebhookTarget } from './webhook-address.ts';

export interface WebhookPost {
  readonly target: WebhookTarget;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Posts to the target's address, whatever its name resolves to by now. Redirects are not followed, and the answer's body is
 * not read. Gives the status; rejects with webhook-refused (retryable) where there is none in time.
 */
export function postWebhook({ target, headers, body, timeoutMs, signal }: WebhookPost): Promise<number> {
  const { url, address } = target;
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) =>
      reject(
        new FramegateError('webhook-refused', 'the webhook address does not answer', {
          retryable: true,
          cause,
        }),
      );
    const request = send(
      url,
      {
        method: 'POST',
        headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        agent: false,
        lookup: (_host, options, done) => {
          const family = address.includes(':') ? 6 : 4;
          if (options.all) done(null, [{ address, family }]);
          else done(null, address, family);
        },
      },
      (response) => {
        resolve(response.statusCode ?? 0);
        response.destroy();
      },
    );
    request.on('error', fail);
    request.end(body);
  });
}
