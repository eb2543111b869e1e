import type { ProfileName, Thresholds } from '../../../src/protocol/checks.ts';
import type { Hello } from '../../../src/protocol/messages.ts';
import type { OpenSocket } from './connection.ts';
import type { Network } from './network.ts';

export interface SessionClientOptions {
  /** Edge nodes, `http(s)://` or `ws(s)://`; the next one is tried when one does not answer or drains. */
  readonly urls: readonly string[];
  readonly profile: ProfileName | `${ProfileName}:${string}`;
  readonly thresholds?: Thresholds;
  /** A token, or what fetches a fresh one before each connection. */
  readonly token?: string | (() => Promise<string>);
  readonly consent?: Hello['consent'];
  readonly locale?: string;
  readonly client?: Hello['client'];
  /** The body capture whose views this session takes, and the ticket that its creation gave. */
  readonly collect?: Hello['collect'];
  /** Attempts to come back before the session counts as lost; default 8. Without a network none is made. */
  readonly maxAttempts?: number;
  /** Further attempts to open the session when the first finds nobody; default as `maxAttempts`. */
  readonly connectAttempts?: number;
  /** Default: what the browser says. */
  readonly network?: Network;
  readonly openSocket?: OpenSocket;
  readonly now?: () => number;
  readonly random?: () => number;
}
