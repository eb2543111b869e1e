import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Milliseconds as seconds, as Prometheus wants them: 0.5 ms to 5 s. */
const LATENCY_SECONDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 0.6, 1.2, 2.5, 5];

export interface FrameTiming {
  readonly queueMs: number;
  readonly decodeMs: number;
  readonly inferMs: number;
  readonly totalMs: number;
}

/** What the node's sessions hold now. */
export interface SessionFigures {
  readonly connections: number;
  readonly sessions: number;
  readonly framesInWork: number;
  readonly framesWaiting: number;
  readonly heldBytes: number;
  /** 0..1. */
  readonly utilisation: number;
  readonly queueWaitMs: number;
}

/** Counters and timings of live sessions and their sockets. Cheap, and never throws. */
export interface EdgeMetrics {
  frameAnswered(verdict: string, timing: FrameTiming): void;
  captureEnded(outcome: string): void;
  sessionClosed(reason: string): void;
  errorSent(code: string): void;
  paceSent(maxFps: number): void;
  resumeEnded(outcome: string): void;
  connectionOpened(): void;
  /** 0: a code of the client's own invention, which must not become a label. */
  connectionClosed(code: number): void;
  /** An upgrade that was answered with an error. */
  upgradeRefused(code: string): void;
  /** A TCP connection that was closed on arrival. */
  socketRefused(): void;
  bytesReceived(bytes: number): void;
  bytesSent(bytes: number): void;
  roundTrip(roundTripMs: number): void;
  /** Where the gauges of the sessions are read from at each scrape. */
  watchSessions(figures: () => SessionFigures): void;
}

export function createEdgeMetrics(registry: Registry): EdgeMetrics {
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, labelNames: L[] = []) =>
    new Counter({ name: `framegate_${name}`, help, labelNames, registers });

  const frames = counter('frames_total', 'Frames answered, by verdict', ['verdict']);
  const captures = counter('captures_total', 'Captures ended, by outcome', ['outcome']);
  const sessionsClosed = counter('sessions_closed_total', 'Sessions ended, by reason', ['reason']);
  const errors = counter('errors_sent_total', 'Error messages sent to clients, by code', ['code']);
  const paces = counter('pace_messages_total', 'Pace messages sent');
  const resumes = counter('resumes_total', 'Sessions that asked to be resumed, by outcome', ['outcome']);
  const opened = counter('connections_opened_total', 'WebSockets opened');
  const closed = counter('connections_closed_total', 'WebSockets closed, by close code', ['code']);
  const refused = counter('upgrades_refused_total', 'WebSocket upgrades refused, by error code', ['code']);
  const socketsRefused = counter('sockets_refused_total', 'TCP connections closed on arrival');
  const received = counter('received_bytes_total', 'Bytes of WebSocket messages received');
  const sent = counter('sent_bytes_total', 'Bytes of WebSocket messages sent');
  const paceFps = new Gauge({
    name: 'framegate_pace_max_fps',
    help: 'Frame rate that the last pace message asked for',
    registers,
  });
  const stages = new Histogram({
    name: 'framegate_feedback_seconds',
    help: 'From the arrival of a frame to its feedback, by stage',
    labelNames: ['stage'],
    buckets: LATENCY_SECONDS,
    registers,
  });
  const roundTrips = new Histogram({
    name: 'framegate_round_trip_seconds',
    help: 'Heartbeats to clients and back',
    buckets: LATENCY_SECONDS,
    registers,
  });

  return {
    frameAnswered(verdict, timing) {
      frames.inc({ verdict });
      // A frame that was overtaken had no stages: its zeros would flatter them.
      if (verdict === 'skipped') return;
      stages.observe({ stage: 'queue' }, timing.queueMs / 1000);
      stages.observe({ stage: 'decode' }, timing.decodeMs / 1000);
      stages.observe({ stage: 'infer' }, timing.inferMs / 1000);
      stages.observe({ stage: 'total' }, timing.totalMs / 1000);
    },
    captureEnded: (outcome) => captures.inc({ outcome }),
    sessionClosed: (reason) => sessionsClosed.inc({ reason }),
    errorSent: (code) => errors.inc({ code }),
    paceSent(maxFps) {
      paces.inc();
      paceFps.set(maxFps);
    },
    resumeEnded: (outcome) => resumes.inc({ outcome }),
    connectionOpened: () => opened.inc(),
    connectionClosed: (code) => closed.inc({ code: code === 0 ? 'other' : String(code) }),
    upgradeRefused: (code) => refused.inc({ code }),
    socketRefused: () => socketsRefused.inc(),
    bytesReceived: (bytes) => received.inc(bytes),
    bytesSent: (bytes) => sent.inc(bytes),
    roundTrip: (roundTripMs) => roundTrips.observe(roundTripMs / 1000),
    watchSessions: (figures) => addSessionGauges(registry, figures),
  };
}

function addSessionGauges(registry: Registry, figures: () => SessionFigures): void {
  const gauges: [string, string, (now: SessionFigures) => number][] = [
    ['connections', 'WebSockets open', (now) => now.connections],
    ['sessions', 'Sessions past their welcome', (now) => now.sessions],
    ['frames_in_work', 'Frames that are being analysed', (now) => now.framesInWork],
    ['frames_waiting', 'Frames that wait for a thread', (now) => now.framesWaiting],
    ['held_bytes', 'Bytes of frames and stills held', (now) => now.heldBytes],
    ['analyser_utilisation_ratio', "Share of the analyser's slots in use, 0 to 1", (now) => now.utilisation],
    ['queue_wait_seconds', 'Smoothed wait of a frame for a thread', (now) => now.queueWaitMs / 1000],
  ];
  for (const [name, help, read] of gauges) {
    new Gauge({
      name: `framegate_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(read(figures()));
      },
    });
  }
}
