import { CLOSE_CODES, type CloseReason } from '../protocol/close-codes.ts';
import type { Codec } from '../protocol/codec.ts';
import { HELLO_LIMITS } from '../protocol/limits.ts';
import type { ServerMessage } from '../protocol/messages.ts';
import { parseClientMessage } from '../protocol/parse-message.ts';
import type { StageTimings } from '../vision/types.ts';
import { createLagMeter, type LagMeter } from './lag-meter.ts';
import type { Connection, ConnectionContext, ConnectionHandler } from './ports.ts';
import { createResultSubscription, type ResultSubscription } from './result-subscription.ts';
import { createResumeSaver, type ResumeSaver } from './resume-saver.ts';
import type { FrameSource, Scheduler } from './scheduler.ts';
import type { Effect } from './session/effects.ts';
import type { Failure, SessionEvent, Surroundings } from './session/events.ts';
import { resumeStateOf } from './session/resume-state.ts';
import type { SessionState } from './session/state.ts';
import { initialSessionState, openingEffects, step } from './session/step.ts';
import { failureOf } from './session/turn.ts';
import type { SessionHostDeps } from './session-host-deps.ts';
import { createSessionTimers } from './session-timers.ts';
import type { SessionWarnings } from './session-warnings.ts';
import { analyseFrame, analyseStill, authenticate, claim, hashToken, publish } from './session-work.ts';

/** A session under its id, once it is open. */
export interface OpenSession {
  readonly sessionId: string;
  readonly generation: number;
  readonly tokenHash: string;
  readonly subject: string | null;
}

/** What the runner needs of the node and of the node's other sessions. */
export interface RunnerSurroundings {
  readonly deps: SessionHostDeps;
  readonly codec: Codec;
  readonly scheduler: Scheduler;
  readonly warnings: SessionWarnings;
  /** Whether the subject of a token may have one more session here; `resumed`: the id of the one that it comes back to. */
  admitSubject(runner: SessionRunner, subject: string | null, resumed: string | undefined): boolean;
  onOpened(runner: SessionRunner, open: OpenSession): void;
  onEnded(runner: SessionRunner): void;
  onFrameStarted(waitedMs: number): void;
  onFrameAnalysed(timings: StageTimings): void;
  /** Ends an older connection of this session on this node, if the claim is rightful, and waits for its state. */
  yieldSession(claim: { sessionId: string; tokenHash: string; subject: string | null }): Promise<void>;
}

export interface SessionRunner {
  readonly handler: ConnectionHandler;
  readonly lag: LagMeter;
  dispatch(event: SessionEvent): void;
  state(): SessionState;
  opened(): OpenSession | null;
  /** Resolves when all saves asked for so far have ended. */
  saved(): Promise<void>;
  /** Saves a live session that would expire in the store, or that is not there. */
  keepSaved(): void;
  /** Closes at once, saving nothing more. */
  abort(): void;
}

const TOO_LARGE: Failure = {
  code: 'payload-too-large',
  message: 'the first message is too large',
  retryable: false,
};
const TOO_MANY_SESSIONS: Failure = {
  code: 'rate-limited',
  message: 'as many sessions of this subject are open here as it may have',
  retryable: true,
  retryAfterMs: 5000,
};
const TEXT_FRAME: Failure = { code: 'text-frame', message: 'messages are binary', retryable: false };

/** Runs one connection's session: events in, one step at a time, effects out in their order. */
export function createSessionRunner(
  surroundings: RunnerSurroundings,
  connection: Connection,
  context: ConnectionContext,
): SessionRunner {
  const { deps, codec, scheduler, warnings } = surroundings;
  const { clock, ids, logger, settings } = deps;
  const timers = createSessionTimers(clock, (name) => dispatch({ type: 'timer', name }));
  const lag = createLagMeter();
  const queue: SessionEvent[] = [];
  let state: SessionState = initialSessionState;
  let stepping = false;
  let connected = true;
  let ended = false;
  let openSession: OpenSession | null = null;
  let saver: ResumeSaver | null = null;
  let results: ResultSubscription | null = null;
  let startedFrame: Promise<void> | null = null;

  const source: FrameSource = {
    start() {
      startedFrame = null;
      dispatch({ type: 'slot-granted' });
      return startedFrame;
    },
  };

  function stepSurroundings(): Surroundings {
    return { atMs: clock.nowMs(), freshCaptureId: ids.captureId, settings };
  }

  /** Never throws. Events that effects cause wait their turn, so that order is decided here alone. */
  function dispatch(event: SessionEvent): void {
    if (ended) return;
    queue.push(event);
    if (stepping) return;
    stepping = true;
    try {
      for (let next = queue.shift(); next !== undefined && !ended; next = queue.shift()) {
        const stepped = step(state, next, stepSurroundings());
        state = stepped.state;
        for (const effect of stepped.effects) perform(effect);
      }
    } catch (error) {
      logger.error({ err: error, sessionId: openSession?.sessionId }, 'a session failed and was closed');
      close('internal');
      end('internal');
    } finally {
      stepping = false;
    }
  }

  async function follow(work: Promise<SessionEvent>): Promise<void> {
    dispatch(await work);
  }

  async function followFrame(work: Promise<SessionEvent>): Promise<void> {
    const event = await work;
    if (event.type === 'frame-analysed') surroundings.onFrameAnalysed(event.result.timings);
    dispatch(event);
  }

  function admitted(event: SessionEvent): SessionEvent {
    // The client may have gone, or the time run out, meanwhile.
    if (ended || event.type !== 'authenticated' || state.phase !== 'authenticating') return event;
    const resumed = state.request.hello.resume?.sessionId;
    return surroundings.admitSubject(runner, event.subject, resumed)
      ? event
      : { type: 'auth-failed', failure: TOO_MANY_SESSIONS };
  }

  function perform(effect: Effect): void {
    switch (effect.type) {
      case 'send':
        send(effect.message);
        break;
      case 'close':
        close(effect.reason);
        break;
      case 'authenticate':
        void follow(authenticate(effect, deps, context).then(admitted));
        break;
      case 'claim':
        void follow(claim(effect, deps, surroundings.yieldSession));
        break;
      case 'opened':
        open(effect);
        break;
      case 'offer-frame':
        scheduler.offer(source);
        break;
      case 'analyse-frame':
        surroundings.onFrameStarted(effect.waitedMs);
        startedFrame = followFrame(analyseFrame(effect, deps));
        break;
      case 'analyse-still':
        scheduler.submitStill(async () => {
          if (!ended) await follow(analyseStill(effect, deps));
        });
        break;
      case 'publish':
        results?.expect(effect.draft.captureId);
        void follow(publish(effect, deps));
        break;
      case 'subscribe-results':
        subscribe(effect.captureIds);
        break;
      case 'unsubscribe-results':
        unsubscribe();
        break;
      case 'save':
        save(effect);
        break;
      case 'forget':
        void forget();
        break;
      case 'set-timer':
        timers.set(effect.name, effect.delayMs);
        break;
      case 'clear-timer':
        timers.clear(effect.name);
        break;
      case 'record-frame':
        deps.observer?.frameAnswered(effect.record.verdict, effect.record.timing);
        deps.frameLog.record(effect.record);
        break;
      case 'record-event':
        record(effect);
        break;
      case 'count-capture':
        deps.observer?.captureEnded(effect.outcome);
        break;
      case 'end':
        end(effect.reason);
        break;
    }
  }

  function send(message: ServerMessage): void {
    if (!connected) return;
    observeSent(message);
    const outcome = connection.send(codec.encode(message));
    if (outcome === 'buffered') {
      queue.push({ type: 'backpressure', bufferedBytes: connection.bufferedBytes() });
    }
    if (outcome === 'dropped') queue.push({ type: 'send-dropped' });
  }

  function observeSent(message: ServerMessage): void {
    const { observer } = deps;
    if (message.type === 'pace') observer?.paceSent(message.maxFps);
    if (message.type === 'welcome' && message.resumed) observer?.resumeEnded('resumed');
    if (message.type !== 'error') return;
    observer?.errorSent(message.code);
    if (message.code === 'resume-failed' || message.code === 'state-unavailable') {
      observer?.resumeEnded(message.code);
    }
  }

  function close(reason: CloseReason): void {
    if (!connected) return;
    connected = false;
    connection.close(CLOSE_CODES[reason].code, CLOSE_CODES[reason].name);
  }

  function open({ sessionId, generation, resumeToken, subject }: Effect & { type: 'opened' }): void {
    openSession = { sessionId, generation, tokenHash: hashToken(resumeToken), subject };
    saver = createResumeSaver({
      store: deps.resume,
      generation,
      ttlMs: settings.timing.resumeWindowMs,
      nowMs: clock.nowMs,
      onSuperseded: () => dispatch({ type: 'superseded', flush: false }),
      onFailed: (error) => warnings.notSaved({ err: error, sessionId }),
    });
    surroundings.onOpened(runner, openSession);
  }

  function unsubscribe(): void {
    results?.close();
    results = null;
  }

  function subscribe(captureIds: readonly string[]): void {
    const { sessionId } = openSession!;
    results = createResultSubscription({
      feed: deps.results,
      clock,
      sessionId,
      captureIds,
      onResult: (result) => dispatch({ type: 'result', record: result }),
      onFailed: (error) => warnings.noResults({ err: error, sessionId }),
    });
  }

  function save({ state: saved, final }: Effect & { type: 'save' }): void {
    const { sessionId, tokenHash, subject } = openSession!;
    saver!.save({ sessionId, tokenHash, subject, node: settings.node, state: saved }, final);
    if (final) void follow(saver!.idle().then(() => ({ type: 'save-ended' })));
  }

  async function forget(): Promise<void> {
    const { sessionId, generation } = openSession!;
    try {
      // A save that is still on its way would bring the session back.
      await saver!.idle();
      await deps.resume.remove(sessionId, generation);
    } catch (error) {
      warnings.notRemoved({ err: error, sessionId });
    }
  }

  function record({ event }: Effect & { type: 'record-event' }): void {
    deps.eventLog.record({
      ...event,
      eventId: ids.eventId(),
      atMs: Math.round(clock.nowMs()),
      node: settings.node,
      actor: openSession?.subject ?? 'anonymous',
    });
  }

  function end(reason: string): void {
    if (ended) return;
    ended = true;
    state = { phase: 'closed' };
    queue.length = 0;
    timers.close();
    unsubscribe();
    scheduler.withdraw(source);
    deps.observer?.sessionClosed(reason);
    surroundings.onEnded(runner);
  }

  function receive(bytes: Uint8Array): void {
    const messageBytes = bytes.length;
    if (state.phase === 'awaiting-hello' && messageBytes > HELLO_LIMITS.maxBytes) {
      dispatch({ type: 'bad-message', failure: TOO_LARGE, messageBytes });
      return;
    }
    try {
      const message = parseClientMessage(codec, bytes);
      if (message.type === 'frame') lag.frameReceived(message.capturedAtMs, clock.nowMs());
      dispatch({ type: 'message', message, messageBytes });
    } catch (error) {
      dispatch({ type: 'bad-message', failure: failureOf(error, 'message-malformed'), messageBytes });
    }
  }

  const runner: SessionRunner = {
    lag,
    dispatch,
    state: () => state,
    opened: () => openSession,
    saved: () => saver?.idle() ?? Promise.resolve(),
    keepSaved() {
      if (state.phase !== 'live' || state.leaving !== null || !saver!.isDue()) return;
      save({ type: 'save', state: resumeStateOf(state), final: false });
    },
    abort() {
      close('draining');
      end('draining');
    },
    handler: {
      onMessage(bytes) {
        if (connected) receive(bytes);
      },
      onText() {
        if (connected) dispatch({ type: 'bad-message', failure: TEXT_FRAME, messageBytes: 0 });
      },
      onDrain: () => dispatch({ type: 'drained' }),
      onClose() {
        connected = false;
        dispatch({ type: 'connection-closed' });
      },
      onRoundTrip: (roundTripMs) => lag.roundTrip(roundTripMs, clock.nowMs()),
    },
  };
  for (const effect of openingEffects(stepSurroundings())) perform(effect);
  return runner;
}
