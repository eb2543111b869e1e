import { type PartnerWebhook, partnerWebhookSchema } from '../protocol/partner-batches.ts';
import { partnerWebhookKey } from './keys.ts';
import type { RedisConnection } from './redis-connection.ts';

/** Where partners are told of what has ended; every method rejects with state-unavailable while Redis is away. */
export interface RedisPartnerWebhooks {
  keep(partnerId: string, webhook: PartnerWebhook): Promise<void>;
  read(partnerId: string): Promise<PartnerWebhook | null>;
  remove(partnerId: string): Promise<void>;
}

export function createRedisPartnerWebhooks(connection: RedisConnection): RedisPartnerWebhooks {
  return {
    keep: async (partnerId, webhook) => {
      await connection.run('keeping a webhook', (client) =>
        client.set(partnerWebhookKey(partnerId), JSON.stringify(webhook)),
      );
    },
    read: async (partnerId) => {
      const text = await connection.run('reading a webhook', (client) =>
        client.get(partnerWebhookKey(partnerId)),
      );
      return text === null ? null : partnerWebhookSchema.parse(JSON.parse(text));
    },
    remove: async (partnerId) => {
      await connection.run('removing a webhook', (client) => client.del(partnerWebhookKey(partnerId)));
    },
  };
}
