import { addressKey } from '../../http/client-address.ts';
import { FramegateError } from '../../protocol/framegate-error.ts';
import { createAddressBudgets } from './address-budgets.ts';
import type { GatewaySettings } from './gateway-settings.ts';

/**
 * Counts TCP connections before anything is known of them. uWebSockets.js ends a handshake that is not complete after
 * 12 s, however its bytes drip, and a kept connection 12 s after its last answer; but it tells nobody which socket it was
 * that ended. So what one address holds is bounded by how fast it may open and use connections, not by a count.
 */
export interface SocketGate {
  /** A connection was accepted. False: it has to be closed at once. */
  arrived(socketAddress: string): boolean;
  /** One ended that never was a WebSocket. */
  left(): void;
  /** A WebSocket ended. `politely`: with a close frame, after which the client may hold its end for a while. */
  webSocketLeft(politely: boolean): void;
  /** A WebSocket is asked for. Throws rate-limited. */
  upgradeAsked(clientAddress: string): void;
  /** Anything else is asked for. Throws rate-limited. */
  requested(clientAddress: string): void;
  /** Sockets that the node has, those that linger included. */
  readonly open: number;
}

type SocketGateSettings = Pick<
  GatewaySettings,
  'maxConnections' | 'maxPlainSockets' | 'connectsPerAddressPerMinute' | 'trustedProxies'
>;

/** Of a minute's connections this part may come at once: a crowd behind one address that a node has just lost. */
const BURST_SHARE = 1 / 5;
/** uWebSockets.js waits this long for the other side after a close frame, and says that the socket is gone beforehand. */
const LINGER_MS = 16_000;
const RETRY_AFTER_MS = 1000;

export function createSocketGate(settings: SocketGateSettings, nowMs: () => number): SocketGate {
  const { maxConnections, maxPlainSockets, connectsPerAddressPerMinute, trustedProxies } = settings;
  const budgets = createAddressBudgets(
    {
      perSecond: connectsPerAddressPerMinute / 60,
      burst: Math.max(1, connectsPerAddressPerMinute * BURST_SHARE),
    },
    nowMs,
  );
  // Behind proxies a socket's address is a proxy's, and whose request it brings is known only then.
  const socketsHaveAddresses = trustedProxies === 0;
  let open = 0;

  function charge(clientAddress: string): void {
    if (budgets.take(addressKey(clientAddress))) return;
    throw new FramegateError('rate-limited', 'too many connections and requests from this address', {
      retryable: true,
      retryAfterMs: RETRY_AFTER_MS,
    });
  }

  return {
    get open() {
      return open;
    },
    arrived(socketAddress) {
      open += 1;
      if (open > maxConnections + maxPlainSockets) return false;
      return !socketsHaveAddresses || budgets.take(addressKey(socketAddress));
    },
    left() {
      open -= 1;
    },
    webSocketLeft(politely) {
      if (!politely) {
        open -= 1;
        return;
      }
      setTimeout(() => {
        open -= 1;
      }, LINGER_MS).unref();
    },
    upgradeAsked(clientAddress) {
      // Otherwise its connection has been paid for.
      if (!socketsHaveAddresses) charge(clientAddress);
    },
    requested: charge,
  };
}
