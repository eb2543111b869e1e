import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createAuthenticator } from '../../auth/authenticator.ts';
import { type CapturePublisher, createCapturePublisher } from '../../bus/capture-publisher.ts';
import type { Bus } from '../../bus/create-bus.ts';
import { createEventLog } from '../../bus/event-log.ts';
import { createFrameLog } from '../../bus/frame-log.ts';
import { createResultFeed } from '../../bus/result-feed.ts';
import type { Config } from '../../config/parse-config.ts';
import { createGateway } from '../../edge/gateway.ts';
import { guidanceCoach } from '../../edge/guidance-coach.ts';
import {
  DEFAULT_SESSION_SETTINGS,
  DEFAULT_SESSION_TIMING,
  type SessionSettings,
} from '../../edge/session/settings.ts';
import { createSessionHost } from '../../edge/session-host.ts';
import { systemClock } from '../../edge/system-clock.ts';
import { systemIds } from '../../edge/system-ids.ts';
import { createWallTime, onWallTime } from '../../edge/wall-time.ts';
import { createKeptFiles } from '../../http/files/kept-files.ts';
import { onlyOnThisDevice } from '../../http/only-on-this-device.ts';
import type { Route } from '../../http/route.ts';
import { type ClientSettings, clientFileRoutes } from '../../http/routes/client-files.ts';
import type { DependencyCheck } from '../../http/routes/health.ts';
import { modelFileRoutes } from '../../http/routes/model-files.ts';
import { validateFaceRoutes } from '../../http/routes/validate-face.ts';
import type { PipelineMetrics } from '../../observability/metrics/pipeline-metrics.ts';
import { MESSAGE_OVERHEAD_BYTES } from '../../protocol/limits.ts';
import type { RedisState } from '../../state/create-redis-state.ts';
import { browserModels } from '../client/browser-models.ts';
import { internalAccess } from './api-endpoints.ts';
import { openFaceValidator } from './open-face-validator.ts';
import { openInferencePool } from './open-inference-pool.ts';
import { openFilesLimit, plainSocketRoom } from './plain-socket-room.ts';
import { busCheck, type RoleContext, type RunningRole, redisCheck, roomCheck } from './role.ts';

export interface EdgeRole extends RunningRole {
  readonly url: string;
}

/** More than a build weighs with all its encodings, so that nothing is read twice. */
const CLIENT_FILES_BYTES = 160 * 1024 * 1024;
/** Headers and envelope that a capture has in NATS beside its image. */
const CAPTURE_HEADER_BYTES = 64 * 1024;

/** WebSockets, live validation, health and metrics. Resolves when the models are warm and the port is open. */
export async function startEdge(
  context: RoleContext,
  {
    bus,
    redis,
    checks = [],
    apiUrl = null,
  }: {
    bus: Bus;
    redis: RedisState;
    checks?: readonly DependencyCheck[];
    /** Of the HTTP interface beside it, where no other is configured. */
    apiUrl?: string | null;
  },
): Promise<EdgeRole> {
  const { config, logger, metrics } = context;
  // Before the port is open, so that a wrong access configuration is an error at start.
  const authenticator = createAuthenticator({ host: config.edge.host, ...config.auth });
  const pool = await openInferencePool(context, {
    threads: config.edge.threads,
    poseModel: config.pose.liveModel,
  });
  const frameLog = createFrameLog(bus, {
    node: config.node.name,
    runId: randomUUID(),
    onDropped: (records) => logger.warn({ records }, 'frame records were dropped: NATS is away for too long'),
  });
  const eventLog = createEventLog(bus, {
    onDropped: (records) => logger.error({ records }, 'events were dropped: NATS is away for too long'),
  });
  const settings = sessionSettings(config, pool.models, bus.maxPayloadBytes);
  const host = createSessionHost({
    settings,
    analyser: pool,
    ...onWallTime(
      {
        authenticator,
        publisher: timedPublisher(createCapturePublisher(bus), metrics.pipeline),
        frameLog,
        eventLog,
      },
      createWallTime(systemClock),
    ),
    results: createResultFeed(bus, {
      onInvalid: (error) => logger.warn({ err: error }, 'a message in RESULTS is no result'),
    }),
    resume: redis.resume,
    clock: systemClock,
    ids: systemIds,
    logger,
    observer: metrics.edge,
  });
  metrics.edge.watchSessions(() => host.stats());
  let warm = true;
  const gateway = createGateway({
    host,
    settings: {
      maxMessageBytes: settings.limits.maxStillBytes + MESSAGE_OVERHEAD_BYTES,
      maxConnections: config.edge.maxConnections,
      maxConnectionsPerAddress: config.edge.maxConnectionsPerAddress,
      maxPendingConnections: config.edge.maxPendingConnections,
      maxPlainSockets: socketRoom(config, logger),
      connectsPerAddressPerMinute: config.edge.connectsPerAddressPerMinute,
      messagesPerSecond: config.edge.messagesPerSecond,
      messageBytesPerSecond: settings.limits.maxFps * settings.limits.maxFrameBytes,
      trustedProxies: config.edge.trustedProxies,
      allowedOrigins: config.edge.allowedOrigins,
      idleTimeoutMs: config.edge.idleTimeoutSeconds * 1000,
      maxBackpressureBytes: config.edge.maxBackpressureBytes,
      drainTimeoutMs: config.edge.drainTimeoutMs,
    },
    anonymous: authenticator.anonymous,
    health: {
      node: config.node.name,
      warm: () => warm,
      dependencies: [busCheck(bus), roomCheck(bus), redisCheck(redis), ...checks],
      detail: () => ({
        models: pool.models.face,
        sessions: host.stats().sessions,
        codeVersion: context.codeVersion,
      }),
    },
    metrics,
    routes: [
      ...validateFaceRoutes({
        access: internalAccess(config),
        maxUploadBytes: config.api.maxUploadBytes,
        validate: openFaceValidator(pool, config.edge.threads),
      }).map((route) =>
        authenticator.anonymous ? onlyOnThisDevice(route, config.edge.allowedOrigins) : route,
      ),
      ...modelFileRoutes(browserModels(config.folders.models)),
      ...clientRoutes(config, logger, {
        apiUrl: config.api.publicUrl ?? apiUrl,
        anonymous: authenticator.anonymous,
      }),
    ],
    observer: metrics.edge,
    logger,
  });
  const { port } = await gateway.listen(config.edge.host, config.edge.port).catch(async (error: unknown) => {
    await Promise.all([pool.close(), frameLog.close(), eventLog.close(), host.close()]);
    throw error;
  });
  const shownHost = config.edge.host.includes(':') ? `[${config.edge.host}]` : config.edge.host;
  const url = `http://${shownHost}:${port}`;
  return {
    name: 'edge',
    url,
    summary: `${url}, ${config.edge.threads} inference threads`,
    async stop() {
      warm = false;
      const gone = gateway.drain();
      await host.drain();
      await gone;
      await gateway.close();
      await host.close();
      await pool.close();
      // Last: the sessions' ends are records too.
      await Promise.all([frameLog.close(), eventLog.close()]);
    },
  };
}

function timedPublisher(publisher: CapturePublisher, metrics: PipelineMetrics): CapturePublisher {
  return {
    async publish(record, data) {
      const startMs = performance.now();
      const end = (outcome: string) => metrics.published('CAPTURES', outcome, performance.now() - startMs);
      try {
        const ack = await publisher.publish(record, data);
        end(ack.duplicate ? 'duplicate' : 'acknowledged');
        return ack;
      } catch (thrown) {
        end('failed');
        throw thrown;
      }
    },
  };
}

function sessionSettings(
  config: Config,
  models: SessionSettings['models'],
  maxPayloadBytes: number,
): SessionSettings {
  const { maxFps, maxFrameBytes, maxStillBytes, maxInFlight, maxSessions, drainTimeoutMs } = config.edge;
  return {
    ...DEFAULT_SESSION_SETTINGS,
    node: config.node.name,
    models,
    coach: {
      ...guidanceCoach,
      profile: (selector, overrides) => {
        const profile = guidanceCoach.profile(selector, overrides);
        return { ...profile, dwellMs: config.edge.dwellMs ?? profile.dwellMs };
      },
    },
    limits: {
      maxFps,
      maxFrameBytes,
      maxStillBytes: Math.min(maxStillBytes, maxPayloadBytes - CAPTURE_HEADER_BYTES),
      maxInFlight,
    },
    timing: { ...DEFAULT_SESSION_TIMING, drainTimeoutMs },
    maxConnections: maxSessions,
    maxSessionsPerSubject: config.edge.maxSessionsPerSubject,
    maxBufferedBytes: config.edge.maxBackpressureBytes,
  };
}

function socketRoom({ edge }: Config, logger: RoleContext['logger']): number {
  const filesLimit = openFilesLimit();
  const room = plainSocketRoom(edge.maxPlainSockets, edge.maxConnections, filesLimit);
  if (room < edge.maxPlainSockets) {
    logger.warn(
      { filesLimit, maxPlainSockets: room },
      'this process may open too few files for the sockets that its settings allow; raise its limit (ulimit -n)',
    );
  }
  return room;
}

function clientRoutes({ folders }: Config, logger: RoleContext['logger'], settings: ClientSettings): Route[] {
  if (!existsSync(join(folders.client, 'index.html'))) {
    logger.warn({ folder: folders.client }, 'the browser client is not built: npm run client');
  }
  return clientFileRoutes(createKeptFiles(folders.client, CLIENT_FILES_BYTES), settings);
}
