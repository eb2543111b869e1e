import { randomBytes } from 'node:crypto';
import { SIGNING_SECRET_KEY } from './keys.ts';
import type { RedisConnection } from './redis-connection.ts';

/**
 * The secret that all api processes on this Redis sign with where none is configured: made by the first, read by the
 * others. Rejects with state-unavailable.
 */
export async function keptSigningSecret(connection: RedisConnection): Promise<string> {
  const kept = await connection.run('reading the signing secret', (client) => client.get(SIGNING_SECRET_KEY));
  if (kept !== null) return kept;
  const made = randomBytes(32).toString('base64url');
  const first = await connection.run('keeping a signing secret', (client) =>
    client.set(SIGNING_SECRET_KEY, made, { condition: 'NX' }),
  );
  return first === null ? keptSigningSecret(connection) : made;
}
