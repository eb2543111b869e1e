import { addressKey } from '../../http/client-address.ts';
import { FramegateError } from '../../protocol/framegate-error.ts';
import { isOnThisDevice } from '../../protocol/is-on-this-device.ts';
import { SUBPROTOCOL } from '../../protocol/limits.ts';
import type { GatewaySettings } from './gateway-settings.ts';

/** What the gate looks at of an upgrade request. */
export interface UpgradeFacts {
  readonly address: string;
  readonly subprotocols: string;
  readonly version: string;
  /** Empty where the client is not a browser. */
  readonly origin: string;
  /** The Host header: what the client takes this node to be called. */
  readonly host: string;
}

/** The place that an admitted connection takes until `leave`. */
export interface Seat {
  /** The WebSocket is open. While it has said nothing, `makeWay` may be called, when others want in and all places are taken. */
  opened(makeWay: () => void): void;
  /** Its first message has come. */
  spoke(): void;
  /** Its hello was accepted. */
  settle(): void;
  leave(): void;
}

/** What one address has. */
interface Crowd {
  connections: number;
  pending: number;
}

export interface UpgradeGate {
  /** Takes a place. Throws subprotocol-required, upgrade-required, origin-refused, server-draining, server-busy or rate-limited. */
  admit(facts: UpgradeFacts): Seat;
  /** From now on nobody is admitted. */
  shut(): void;
  readonly connections: number;
}

type GateSettings = Pick<
  GatewaySettings,
  'maxConnections' | 'maxConnectionsPerAddress' | 'maxPendingConnections' | 'allowedOrigins'
>;

const RETRY_AFTER_MS = 1000;
/** A hello is sent with the first breath; who has said nothing for this long is asked to make way first. */
const SILENCE_MS = 500;
/**
 * What one address may have of the places before hello: all of them would shut everybody else out, and each may hold a
 * message that is still arriving.
 */
const PENDING_SHARE = 1 / 2;

/** `anonymous`: sessions need no token here, so that only pages of this machine may open one unasked. */
export function createUpgradeGate(
  settings: GateSettings,
  anonymous: boolean,
  nowMs: () => number = () => performance.now(),
): UpgradeGate {
  const perAddress = new Map<string, Crowd>();
  /** Oldest first. */
  const silent = new Set<{ readonly key: string; readonly sinceMs: number; readonly makeWay: () => void }>();
  const pendingPerAddress = Math.ceil(settings.maxPendingConnections * PENDING_SHARE);
  const origins = new Set(settings.allowedOrigins.map((origin) => origin.toLowerCase()));
  let connections = 0;
  let pending = 0;
  let isShut = false;

  function refuseForm(facts: UpgradeFacts): void {
    if (facts.version !== '13') {
      throw new FramegateError('upgrade-required', 'WebSocket version 13 is spoken here');
    }
    const offered = facts.subprotocols.split(',').map((name) => name.trim());
    if (!offered.includes(SUBPROTOCOL)) {
      throw new FramegateError('subprotocol-required', `ask for the subprotocol ${SUBPROTOCOL}`);
    }
    if (!mayConnect(facts)) {
      throw new FramegateError('origin-refused', 'pages of this origin may not open a WebSocket here');
    }
  }

  function mayConnect(facts: UpgradeFacts): boolean {
    if (facts.origin === '' || origins.has(facts.origin.toLowerCase())) return true;
    // Any page that the person visits can reach this machine, and with DNS rebinding under a name of its own.
    if (anonymous && !isOnThisDevice(facts.origin)) return false;
    return origins.size === 0 || isOwnPage(facts);
  }

  /** The places before hello would otherwise belong to whoever connects most often and says nothing. */
  function sendSilentAway(key?: string): void {
    const latestMs = nowMs() - SILENCE_MS;
    for (const one of silent) {
      if (one.sinceMs > latestMs) return;
      if (key !== undefined && one.key !== key) continue;
      one.makeWay();
      return;
    }
  }

  function refuseCrowd(key: string): void {
    const later = { retryable: true, retryAfterMs: RETRY_AFTER_MS };
    if (isShut) throw new FramegateError('server-draining', 'this node is stopping; use another one', later);
    if ((perAddress.get(key)?.pending ?? 0) >= pendingPerAddress) sendSilentAway(key);
    if (pending >= settings.maxPendingConnections) sendSilentAway();
    if (connections >= settings.maxConnections || pending >= settings.maxPendingConnections) {
      throw new FramegateError('server-busy', 'this node has as many connections as it takes', later);
    }
    const crowd = perAddress.get(key);
    if (crowd !== undefined && crowd.connections >= settings.maxConnectionsPerAddress) {
      throw new FramegateError('rate-limited', 'too many connections from this address', later);
    }
    if (crowd !== undefined && crowd.pending >= pendingPerAddress) {
      throw new FramegateError(
        'rate-limited',
        'too many connections from this address await their hello',
        later,
      );
    }
  }

  return {
    get connections() {
      return connections;
    },
    shut() {
      isShut = true;
    },
    admit(facts) {
      refuseForm(facts);
      const key = addressKey(facts.address);
      refuseCrowd(key);
      const crowd = perAddress.get(key) ?? { connections: 0, pending: 0 };
      perAddress.set(key, crowd);
      crowd.connections += 1;
      crowd.pending += 1;
      connections += 1;
      pending += 1;
      let state: 'pending' | 'settled' | 'left' = 'pending';
      let stopWaiting = () => {};
      const settle = () => {
        stopWaiting();
        if (state !== 'pending') return;
        state = 'settled';
        crowd.pending -= 1;
        pending -= 1;
      };
      return {
        settle,
        opened(makeWay) {
          const entry = { key, sinceMs: nowMs(), makeWay };
          silent.add(entry);
          stopWaiting = () => silent.delete(entry);
        },
        spoke: () => stopWaiting(),
        leave() {
          if (state === 'left') return;
          settle();
          state = 'left';
          crowd.connections -= 1;
          connections -= 1;
          if (crowd.connections === 0) perAddress.delete(key);
        },
      };
    },
  };
}

/**
 * Whether the page came from this node itself. Hosts only: behind a proxy that ends TLS the schemes differ. That a page
 * can't forge: browsers write both headers, and nothing here is given to a browser for its cookies.
 */
function isOwnPage({ origin, host }: Pick<UpgradeFacts, 'origin' | 'host'>): boolean {
  return host !== '' && URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}
