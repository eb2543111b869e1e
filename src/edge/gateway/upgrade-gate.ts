import { FramegateError } from '../../protocol/framegate-error.ts';
import { SUBPROTOCOL } from '../../protocol/limits.ts';
import { addressKey } from './client-address.ts';
import type { GatewaySettings } from './gateway-settings.ts';

/** What the gate looks at of an upgrade request. */
export interface UpgradeFacts {
  readonly address: string;
  readonly subprotocols: string;
  readonly version: string;
  /** Empty where the client is not a browser. */
  readonly origin: string;
}

/** The place that an admitted connection takes until `leave`. */
export interface Seat {
  /** Its hello was accepted. */
  settle(): void;
  leave(): void;
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

export function createUpgradeGate(settings: GateSettings): UpgradeGate {
  const perAddress = new Map<string, number>();
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
    if (origins.size > 0 && facts.origin !== '' && !origins.has(facts.origin.toLowerCase())) {
      throw new FramegateError('origin-refused', 'pages of this origin may not open a WebSocket here');
    }
  }

  function refuseCrowd(key: string): void {
    const later = { retryable: true, retryAfterMs: RETRY_AFTER_MS };
    if (isShut) throw new FramegateError('server-draining', 'this node is stopping; use another one', later);
    if ((perAddress.get(key) ?? 0) >= settings.maxConnectionsPerAddress) {
      throw new FramegateError('rate-limited', 'too many connections from this address', later);
    }
    if (connections >= settings.maxConnections || pending >= settings.maxPendingConnections) {
      throw new FramegateError('server-busy', 'this node has as many connections as it takes', later);
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
      perAddress.set(key, (perAddress.get(key) ?? 0) + 1);
      connections += 1;
      pending += 1;
      let state: 'pending' | 'settled' | 'left' = 'pending';
      return {
        settle() {
          if (state !== 'pending') return;
          state = 'settled';
          pending -= 1;
        },
        leave() {
          if (state === 'left') return;
          if (state === 'pending') pending -= 1;
          state = 'left';
          connections -= 1;
          const others = (perAddress.get(key) as number) - 1;
          if (others === 0) perAddress.delete(key);
          else perAddress.set(key, others);
        },
      };
    },
  };
}
