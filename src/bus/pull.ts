import { createInbox, type Msg } from '@nats-io/transport-node';
import { FramegateError } from '../protocol/framegate-error.ts';
import type { Bus } from './create-bus.ts';
import { type Delivery, deliveryOf } from './delivery.ts';
import { CONSUMERS, nanosFromMs } from './streams.ts';
import type { DurableName } from './types.ts';

export interface PullOptions {
  readonly durable: DurableName;
  readonly onDelivery: (delivery: Delivery) => void;
  readonly onFailure: (error: FramegateError) => void;
}

/**
 * Asks a durable consumer for as many messages as the caller has room for. The client library's own consume()
 * prefetches and, when it is stopped, leaves what is on its way to the ack wait; here every message that was asked
 * for arrives, also while stopping, so that its taker can give it back at once.
 */
export interface Pull {
  /** Asks for `count` more messages. */
  want(count: number): void;
  /** Asks for no more; resolves when everything that was on its way has been delivered. */
  stop(): Promise<void>;
}

/** A request that the server holds while there are no messages. */
const EXPIRES_MS = 10_000;
/** Meanwhile the server says that it still has it. Silence means that it was lost: a server was killed, or leads no more. */
const HEARTBEAT_MS = 1000;
const LOST_AFTER_MS = 3.5 * HEARTBEAT_MS;
const FAILURE_PAUSE_MS = 500;

export function createPull(bus: Bus, options: PullOptions): Pull {
  const { connection, jetstream } = bus.nats;
  const { stream } = CONSUMERS[options.durable];
  const requestSubject = `${jetstream.apiPrefix}.CONSUMER.MSG.NEXT.${stream}.${options.durable}`;
  let wanted = 0;
  let asked = 0;
  let stopped = false;
  let watchdog: ReturnType<typeof setTimeout> | null = null;
  let pause: ReturnType<typeof setTimeout> | null = null;

  const inbox = createInbox();
  const subscription = connection.subscribe(inbox, {
    callback: (error, raw) => {
      if (error !== null) {
        failed(error.message);
        return;
      }
      receive(raw);
    },
  });
  // Requests die with the connection that made them.
  const unlisten = bus.onStatus((status) => {
    if (status.state === 'connected') void forgetDeadRequests().then(askAgain);
  });
  // A process that was killed has left its own.
  void forgetDeadRequests();

  /**
   * nats-server 2.9 gives a message to a request that nobody hears any more, and then waits for the ack wait to end.
   * Asked about the consumer, it counts its waiting requests and drops those.
   */
  async function forgetDeadRequests(): Promise<void> {
    try {
      await bus.nats.manager.consumers.info(stream, options.durable);
    } catch {
      // The requests end by themselves, only later.
    }
  }

  function receive(raw: Msg): void {
    watch();
    const { reconnects } = bus.status();
    const delivery = deliveryOf(connection, raw, () => {
      const now = bus.status();
      return now.state === 'connected' && now.reconnects === reconnects;
    });
    if (delivery !== null) {
      wanted = Math.max(0, wanted - 1);
      asked = Math.max(0, asked - 1);
      options.onDelivery(delivery);
      return;
    }
    const code = raw.headers?.code ?? 0;
    if (code === 100 || code === 0) return;
    const ended = Number(raw.headers?.get('Nats-Pending-Messages') ?? '');
    if (code === 408 && ended > 0) {
      asked = Math.max(0, asked - ended);
      ask();
      return;
    }
    if (code === 408 || code === 404) {
      askAgain();
      return;
    }
    // 409: the consumer is gone or full of requests; 503: JetStream has not recovered its consumers yet.
    failed(raw.headers?.description ?? `status ${code}`);
  }

  function failed(reason: string): void {
    if (stopped || pause !== null) return;
    options.onFailure(
      new FramegateError('bus-unavailable', `pulling from ${options.durable}: ${reason}`, {
        retryable: true,
      }),
    );
    pause = setTimeout(() => {
      pause = null;
      askAgain();
    }, FAILURE_PAUSE_MS);
  }

  function askAgain(): void {
    asked = 0;
    ask();
  }

  function ask(): void {
    if (stopped || pause !== null || bus.status().state !== 'connected') return;
    const batch = wanted - asked;
    if (batch > 0) {
      asked = wanted;
      const request = {
        batch,
        expires: nanosFromMs(EXPIRES_MS),
        idle_heartbeat: nanosFromMs(HEARTBEAT_MS),
      };
      connection.publish(requestSubject, JSON.stringify(request), { reply: inbox });
    }
    watch();
  }

  function watch(): void {
    if (watchdog !== null) clearTimeout(watchdog);
    watchdog = asked > 0 && !stopped ? setTimeout(askAgain, LOST_AFTER_MS) : null;
  }

  return {
    want: (count) => {
      wanted += count;
      ask();
    },
    stop: async () => {
      if (stopped) return;
      stopped = true;
      unlisten();
      if (watchdog !== null) clearTimeout(watchdog);
      if (pause !== null) clearTimeout(pause);
      if (bus.status().state !== 'connected') {
        subscription.unsubscribe();
        return;
      }
      try {
        await subscription.drain();
      } catch {
        // The connection went away: what was on its way will be delivered again.
      }
      await forgetDeadRequests();
    },
  };
}
