import { DEFAULT_SESSION_LIMITS, MESSAGE_OVERHEAD_BYTES } from '../../protocol/limits.ts';

export interface GatewaySettings {
  /** Bytes of the largest message of an open session: a still and what surrounds it. */
  readonly maxMessageBytes: number;
  /** WebSockets in all. */
  readonly maxConnections: number;
  /** From one IPv4 address or IPv6 /64. */
  readonly maxConnectionsPerAddress: number;
  /** WebSockets whose hello has not been answered; one address may have half of them. */
  readonly maxPendingConnections: number;
  /** Proxies in front that append to X-Forwarded-For; 0 takes the socket's address. */
  readonly trustedProxies: number;
  /** Empty: every origin. */
  readonly allowedOrigins: readonly string[];
  readonly idleTimeoutMs: number;
  /** Every connection is pinged this often. */
  readonly heartbeatMs: number;
  /** What may wait for a client that does not read; a message beyond it is lost and the connection with it. */
  readonly maxBackpressureBytes: number;
  /** Longest wait of `drain` for clients to leave. */
  readonly drainTimeoutMs: number;
}

export const DEFAULT_GATEWAY_SETTINGS: GatewaySettings = {
  maxMessageBytes: DEFAULT_SESSION_LIMITS.maxStillBytes + MESSAGE_OVERHEAD_BYTES,
  maxConnections: 1024,
  maxConnectionsPerAddress: 64,
  maxPendingConnections: 64,
  trustedProxies: 0,
  allowedOrigins: [],
  idleTimeoutMs: 32_000,
  heartbeatMs: 5_000,
  maxBackpressureBytes: 4 * 1024 * 1024,
  drainTimeoutMs: 10_000,
};
