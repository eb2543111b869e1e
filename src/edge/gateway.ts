import { App, type HttpRequest, type HttpResponse, type us_socket_context_t } from 'uWebSockets.js';
import { clientAddress } from '../http/client-address.ts';
import { errorReply } from '../http/error-reply.ts';
import { listenExclusively } from '../http/listen-exclusively.ts';
import { onlyOnThisDevice } from '../http/only-on-this-device.ts';
import type { Route } from '../http/route.ts';
import { mountRoutes } from '../http/router.ts';
import { type HealthDeps, healthRoutes } from '../http/routes/health.ts';
import { type MetricsSource, metricsRoute } from '../http/routes/metrics.ts';
import { writeReply } from '../http/write-reply.ts';
import { closeCodeOf } from '../protocol/close-codes.ts';
import { FramegateError, toFramegateError } from '../protocol/framegate-error.ts';
import { STREAM_PATH, SUBPROTOCOL } from '../protocol/limits.ts';
import { DEFAULT_GATEWAY_SETTINGS, type GatewaySettings } from './gateway/gateway-settings.ts';
import type { RateLimit } from './gateway/rate-limit.ts';
import {
  createSocketConnection,
  type SocketConnection,
  type SocketObserver,
} from './gateway/socket-connection.ts';
import { createSocketGate } from './gateway/socket-gate.ts';
import { createUpgradeGate } from './gateway/upgrade-gate.ts';
import { createRound } from './round.ts';
import type { SessionHost } from './session-host.ts';

export interface GatewayObserver extends SocketObserver {
  connectionOpened(): void;
  /** 0 for a code that is neither framegate's nor a common one. */
  connectionClosed(code: number): void;
  upgradeRefused(errorCode: string): void;
  /** A TCP connection was closed on arrival. */
  socketRefused(): void;
}

export interface GatewayLogger {
  info(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}

export interface GatewayDeps {
  readonly host: Pick<SessionHost, 'accept'>;
  /** Merged over DEFAULT_GATEWAY_SETTINGS. */
  readonly settings?: Partial<GatewaySettings>;
  /** Whether sessions without a token are taken; told to the host with each connection. */
  readonly anonymous: boolean;
  /** For /livez and /readyz. `draining` is added here. */
  readonly health: Omit<HealthDeps, 'draining'>;
  readonly metrics: MetricsSource;
  /** Beside health and metrics: the landing page, the client's files, the HTTP contracts. */
  readonly routes?: readonly Route[];
  readonly observer?: GatewayObserver;
  readonly logger: GatewayLogger;
}

export interface Gateway {
  /** Port 0 takes a free one. Rejects with port-in-use. */
  listen(host: string, port: number): Promise<{ port: number }>;
  readonly connections: number;
  /**
   * From now on upgrades are refused and /readyz says draining, while HTTP goes on. Resolves when the last
   * WebSocket has gone; those still there after `drainTimeoutMs` are closed as draining. The host's own drain
   * tells the clients.
   */
  drain(): Promise<void>;
  /** Ends every connection and the listening at once. */
  close(): Promise<void>;
}

/** What a connection may send at once, in seconds of what it may send over time. */
const MESSAGE_BURST_SECONDS = 10;
/** How much larger than allowed a message may be and still be answered with its own close code; beyond, the socket is just closed. */
const MAX_EXCESS_BYTES = 1024 * 1024;
/** The socket is gone, and no close frame was sent. */
const ABNORMAL_CLOSURE = 1006;
const PLAIN_CLOSE_CODES = [1000, 1001, 1005, ABNORMAL_CLOSURE];

/** The node's one port: WebSockets of framegate.v1 at /v1/stream, health and metrics beside them. */
export function createGateway(deps: GatewayDeps): Gateway {
  const settings = { ...DEFAULT_GATEWAY_SETTINGS, ...deps.settings };
  const { logger } = deps;
  const observer = deps.observer ?? SILENT_OBSERVER;
  const gate = createUpgradeGate(settings, deps.anonymous);
  const socketGate = createSocketGate(settings, () => performance.now());
  const maxPayloadLength = settings.maxMessageBytes + Math.min(settings.maxMessageBytes, MAX_EXCESS_BYTES);
  const messages = burstOf(settings.messagesPerSecond);
  const messageBytes = burstOf(settings.messageBytesPerSecond, maxPayloadLength);
  const sockets = createRound<SocketConnection>({
    periodMs: settings.heartbeatMs,
    setTimer: unheldTimer,
    visit: (socket) => socket.beat(),
  });
  let draining = false;
  let closed = false;
  let onEmpty: () => void = () => {};

  function addressOf(response: HttpResponse, request: HttpRequest): string {
    const forwardedFor = request.getHeader('x-forwarded-for');
    return clientAddress(socketAddress(response), forwardedFor, settings.trustedProxies);
  }

  function upgrade(response: HttpResponse, request: HttpRequest, context: us_socket_context_t): void {
    const address = addressOf(response, request);
    try {
      socketGate.upgradeAsked(address);
      const seat = gate.admit({
        address,
        subprotocols: request.getHeader('sec-websocket-protocol'),
        version: request.getHeader('sec-websocket-version'),
        origin: request.getHeader('origin'),
        host: request.getHeader('host'),
      });
      const userData: SocketData = {
        address,
        token: bearerToken(request.getHeader('authorization')),
        socket: createSocketConnection({
          seat,
          maxMessageBytes: settings.maxMessageBytes,
          idleTimeoutMs: settings.idleTimeoutMs,
          messages,
          messageBytes,
          nowMs: () => performance.now(),
          observer,
          onFault: (thrown) => logger.error({ err: toFramegateError(thrown) }, 'session host threw'),
        }),
      };
      const key = request.getHeader('sec-websocket-key');
      response.upgrade(userData, key, SUBPROTOCOL, request.getHeader('sec-websocket-extensions'), context);
    } catch (thrown) {
      const error = toFramegateError(thrown);
      if (error.code === 'internal') logger.error({ err: error }, 'upgrade failed');
      observer.upgradeRefused(error.code);
      writeReply(response, errorReply(error, upgradeHeaders(error)), {
        withBody: true,
        closeConnection: true,
      });
    }
  }

  const app = App();
  const watchSockets = (response: HttpResponse, change: number) => {
    if (change < 0) return socketGate.left();
    if (socketGate.arrived(socketAddress(response))) return;
    observer.socketRefused();
    response.close();
  };
  app.filter(watchSockets);
  app.ws<SocketData>(STREAM_PATH, {
    // Off (uWebSockets.js's DISABLED): images don't shrink, and a bomb has nothing to unpack it.
    compression: 0,
    maxPayloadLength,
    maxBackpressure: settings.maxBackpressureBytes,
    // The heartbeat below decides; this ends sockets that have been closed but are never read empty.
    idleTimeout: idleBackstopSeconds(settings),
    sendPingsAutomatically: false,
    upgrade,
    open(socket) {
      const data = socket.getUserData();
      sockets.add(data.socket);
      observer.connectionOpened();
      data.socket.opened(socket, (connection) =>
        deps.host.accept(connection, {
          remoteAddress: data.address,
          anonymous: deps.anonymous,
          ...(data.token === undefined ? {} : { token: data.token }),
        }),
      );
    },
    message: (socket, message, isBinary) => socket.getUserData().socket.received(message, isBinary),
    drain: (socket) => socket.getUserData().socket.drained(),
    ping: (socket) => socket.getUserData().socket.pinged(),
    pong: (socket, message) => socket.getUserData().socket.ponged(message),
    close(socket, code) {
      const data = socket.getUserData();
      // The filter is not told when a socket ends that became a WebSocket.
      socketGate.webSocketLeft(code !== ABNORMAL_CLOSURE);
      sockets.remove(data.socket);
      data.socket.closed();
      const known = PLAIN_CLOSE_CODES.includes(code) || closeCodeOf(code) !== null;
      observer.connectionClosed(known ? code : 0);
      if (sockets.size === 0) onEmpty();
    },
  });
  const operations = [
    ...healthRoutes({ ...deps.health, draining: () => draining }),
    metricsRoute(deps.metrics),
  ].map((route) => (deps.anonymous ? onlyOnThisDevice(route, settings.allowedOrigins) : route));
  mountRoutes(app, [...operations, UPGRADE_ONLY, ...(deps.routes ?? [])], logger, {
    admit: (response, request) => socketGate.requested(addressOf(response, request)),
  });

  return {
    get connections() {
      return sockets.size;
    },
    listen: (host, port) => listenExclusively(app, host, port),
    async drain() {
      draining = true;
      gate.shut();
      if (sockets.size === 0) return;
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        onEmpty = resolve;
        timer = setTimeout(() => {
          for (const socket of [...sockets]) socket.close('draining');
          resolve();
        }, settings.drainTimeoutMs);
      });
      clearTimeout(timer);
    },
    async close() {
      if (closed) return;
      closed = true;
      draining = true;
      gate.shut();
      sockets.close();
      app.close();
    },
  };
}

interface SocketData {
  readonly address: string;
  readonly token: string | undefined;
  readonly socket: SocketConnection;
}

const UPGRADE_ONLY: Route = {
  method: 'GET',
  path: STREAM_PATH,
  handle() {
    const error = new FramegateError('upgrade-required', 'this address takes WebSocket upgrades only');
    return errorReply(error, upgradeHeaders(error));
  },
};

/** Heartbeats alone keep no process alive. */
function unheldTimer(delayMs: number, fire: () => void): () => void {
  const timer = setTimeout(fire, delayMs).unref();
  return () => clearTimeout(timer);
}

function socketAddress(response: HttpResponse): string {
  return Buffer.from(response.getRemoteAddressAsText()).toString();
}

/** `leastBurst`: the largest single message. */
function burstOf(perSecond: number, leastBurst = 0): RateLimit {
  return { perSecond, burst: Math.max(perSecond * MESSAGE_BURST_SECONDS, leastBurst) };
}

function upgradeHeaders(error: FramegateError): Record<string, string> {
  return error.code === 'upgrade-required' ? { upgrade: 'websocket', 'sec-websocket-version': '13' } : {};
}

function bearerToken(header: string): string | undefined {
  return /^Bearer +(\S+)$/i.exec(header)?.[1];
}

/** uWebSockets.js counts in steps of 4 s, takes 8 to 960. */
function idleBackstopSeconds(settings: GatewaySettings): number {
  const seconds = Math.ceil((settings.idleTimeoutMs + 2 * settings.heartbeatMs) / 4000) * 4;
  return Math.min(960, Math.max(8, seconds));
}

const SILENT_OBSERVER: GatewayObserver = {
  bytesReceived() {},
  bytesSent() {},
  roundTrip() {},
  errorSent() {},
  connectionOpened() {},
  connectionClosed() {},
  upgradeRefused() {},
  socketRefused() {},
};
