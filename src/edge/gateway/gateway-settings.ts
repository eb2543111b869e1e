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
  /** Sockets that are no open WebSockets: handshakes, HTTP, and those that are being closed. */
  readonly maxPlainSockets: number;
  /** New connections and HTTP requests; a fifth of them may come at once. */
  readonly connectsPerAddressPerMinute: number;
  /** Of one WebSocket, pings and pongs included, over ten seconds; beyond it the connection is closed. */
  readonly messagesPerSecond: number;
  readonly messageBytesPerSecond: number;
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
  maxPlainSockets: 4096,
  connectsPerAddressPerMinute: 3000,
  messagesPerSecond: 500,
  messageBytesPerSecond: DEFAULT_SESSION_LIMITS.maxFps * DEFAULT_SESSION_LIMITS.maxFrameBytes,
  trustedProxies: 0,
  allowedOrigins: [],
  idleTimeoutMs: 32_000,
  heartbeatMs: 5_000,
  maxBackpressureBytes: 4 * 1024 * 1024,
  drainTimeoutMs: 10_000,
};
