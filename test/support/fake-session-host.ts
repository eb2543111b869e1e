import type { Connection, ConnectionContext } from '../../src/edge/ports.ts';
import type { ConnectionHandler, SessionHost } from '../../src/edge/session-host.ts';

export type HostEvent =
  | { readonly type: 'message'; readonly bytes: Uint8Array }
  | { readonly type: 'text' | 'drain' | 'close' }
  | { readonly type: 'round-trip'; readonly roundTripMs: number };

/** One accepted connection, as a test sees it. */
export interface Accepted {
  readonly connection: Connection;
  readonly context: ConnectionContext;
  readonly events: readonly HostEvent[];
  /** Resolves with the first event of the type, past ones included. */
  saw<T extends HostEvent['type']>(type: T): Promise<Extract<HostEvent, { type: T }>>;
}

export interface FakeSessionHost extends Pick<SessionHost, 'accept'> {
  /** Resolves with the n-th connection, counted from 0. */
  accepted(index: number): Promise<Accepted>;
}

/** Records what the gateway says; `onEvent` may answer. */
export function createFakeSessionHost(
  onEvent: (event: HostEvent, connection: Connection) => void = () => {},
): FakeSessionHost {
  const all: Accepted[] = [];
  const wanted = new Map<number, (accepted: Accepted) => void>();
  return {
    accepted: (index) => {
      const there = all[index];
      return there === undefined
        ? new Promise((resolve) => wanted.set(index, resolve))
        : Promise.resolve(there);
    },
    accept(connection, context) {
      const events: HostEvent[] = [];
      const waiting: { type: string; resolve: (event: HostEvent) => void }[] = [];
      const record = (event: HostEvent) => {
        events.push(event);
        for (const wait of waiting) if (wait.type === event.type) wait.resolve(event);
        onEvent(event, connection);
      };
      const accepted: Accepted = {
        connection,
        context,
        events,
        saw: (type) =>
          new Promise((resolve) => {
            const past = events.find((event) => event.type === type);
            const give = resolve as (event: HostEvent) => void;
            if (past === undefined) waiting.push({ type, resolve: give });
            else give(past);
          }),
      };
      wanted.get(all.length)?.(accepted);
      all.push(accepted);
      const handler: ConnectionHandler = {
        onMessage: (bytes) => record({ type: 'message', bytes }),
        onText: () => record({ type: 'text' }),
        onDrain: () => record({ type: 'drain' }),
        onClose: () => record({ type: 'close' }),
        onRoundTrip: (roundTripMs) => record({ type: 'round-trip', roundTripMs }),
      };
      return handler;
    },
  };
}
