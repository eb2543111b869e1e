import type { Effect, TimerName } from '../../../src/edge/session/effects.ts';
import type { SessionEvent } from '../../../src/edge/session/events.ts';
import { unansweredFrames } from '../../../src/edge/session/frames.ts';
import { heldBytes } from '../../../src/edge/session/holdings.ts';
import { parseResumeState } from '../../../src/edge/session/resume-state.ts';
import type { SessionSettings } from '../../../src/edge/session/settings.ts';
import type { SessionState } from '../../../src/edge/session/state.ts';
import { type ServerMessage, serverMessageSchema } from '../../../src/protocol/messages.ts';
import { captureRecordSchema, frameRecordSchema } from '../../../src/protocol/records.ts';
import { ensure } from '../fuzz-target.ts';

export interface SessionStep {
  readonly before: SessionState;
  readonly event: SessionEvent;
  readonly after: SessionState;
  readonly effects: readonly Effect[];
  readonly timers: ReadonlyMap<TimerName, number>;
}

export interface SessionChecks {
  /** Throws what does not hold after this step. */
  stepped(step: SessionStep): void;
  /** Captures that a step has asked the client for, newest last. */
  readonly requested: readonly string[];
  /** Frames that were accepted and have had neither feedback nor record. */
  readonly unanswered: ReadonlySet<number>;
}

type Phase = SessionState['phase'];

const NEXT_PHASES: Readonly<Record<Phase, readonly Phase[]>> = {
  'awaiting-hello': ['authenticating', 'closed'],
  authenticating: ['claiming', 'live', 'closed'],
  claiming: ['live', 'closed'],
  live: ['detached', 'closed'],
  detached: ['closed'],
  closed: [],
};
const TIMERS: Readonly<Record<Phase, readonly TimerName[]>> = {
  'awaiting-hello': ['hello'],
  authenticating: ['hello'],
  claiming: ['hello', 'token'],
  live: ['token', 'still', 'publish', 'slow', 'leave'],
  detached: ['publish'],
  closed: [],
};
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** As many results as a session remembers to have delivered. */
const REMEMBERED_RESULTS = 32;
const draftSchema = captureRecordSchema.omit({ imageSha256: true });

/** What SPEC.md and the comments of state.ts say, watched from outside. */
export function createSessionChecks(settings: SessionSettings): SessionChecks {
  const unanswered = new Set<number>();
  const recorded = new Set<number>();
  const requested: string[] = [];
  const acknowledged = new Set<string>();
  const delivered: string[] = [];
  let lastFeedback = 0;
  let hasClosed = false;
  let hasEnded = false;

  function sent(message: ServerMessage): void {
    ensure(!hasClosed, () => `${message.type} was sent to a connection that is closed`);
    const parsed = serverMessageSchema.safeParse(message);
    ensure(
      parsed.success,
      () => `${message.type} breaks the schema: ${parsed.error?.issues[0]?.path.join('.')}`,
    );
    switch (message.type) {
      case 'feedback':
        ensure(unanswered.delete(message.seq), `feedback for frame ${message.seq}, which awaits none`);
        ensure(message.seq > lastFeedback, `feedback ${message.seq} after ${lastFeedback}`);
        lastFeedback = message.seq;
        return;
      case 'capture-request':
        requested.push(message.captureId);
        ensure(!acknowledged.has(message.captureId), 'a capture is asked for that JetStream has');
        return;
      case 'captured':
        ensure(acknowledged.has(message.captureId), 'captured without an acknowledgement');
        return;
      case 'result': {
        const key = `${message.captureId}/${message.kind}`;
        ensure(!delivered.slice(-REMEMBERED_RESULTS).includes(key), `result ${key} twice`);
        delivered.push(key);
      }
    }
  }

  function performed(effect: Effect): void {
    ensure(!hasEnded, () => `${effect.type} after the end`);
    switch (effect.type) {
      case 'send':
        sent(effect.message);
        break;
      case 'close':
        ensure(!hasClosed, 'closed twice');
        hasClosed = true;
        break;
      case 'end':
        hasEnded = true;
        break;
      case 'set-timer':
        ensure(effect.delayMs >= 0 && effect.delayMs <= LONGEST_TIMER_MS, `a timer of ${effect.delayMs} ms`);
        break;
      case 'publish': {
        const { captureId } = effect.draft;
        ensure(requested.includes(captureId), 'a capture is published that was not asked for');
        ensure(!acknowledged.has(captureId), 'a capture is published again after its acknowledgement');
        const parsed = draftSchema.safeParse(effect.draft);
        ensure(
          parsed.success,
          () => `the capture breaks its schema: ${parsed.error?.issues[0]?.path.join('.')}`,
        );
        ensure(effect.data.length === effect.draft.imageBytes, 'the capture is not its image');
        break;
      }
      case 'record-frame': {
        const { record } = effect;
        ensure(!recorded.has(record.seq), `frame ${record.seq} was recorded twice`);
        recorded.add(record.seq);
        const parsed = frameRecordSchema.safeParse(record);
        ensure(
          parsed.success,
          () => `a record breaks its schema: ${parsed.error?.issues[0]?.path.join('.')}`,
        );
        break;
      }
      case 'save': {
        const stored: unknown = JSON.parse(JSON.stringify(effect.state));
        ensure(parseResumeState(stored) !== null, 'a saved state cannot be resumed');
        break;
      }
    }
  }

  /** Accepted is what is not refused by an error that names it. */
  function received({ before, event, after, effects }: SessionStep): void {
    if (event.type === 'connection-closed') hasClosed = true;
    if (event.type === 'publish-acked') acknowledged.add(event.captureId);
    if (event.type === 'claimed' && after.phase === 'live' && after.captured !== null) {
      acknowledged.add(after.captured.captureId);
    }
    if (event.type === 'claimed' && after.phase === 'live') delivered.push(...after.results.delivered);
    if (event.type !== 'message' || event.message.type !== 'frame' || before.phase !== 'live') return;
    const { seq } = event.message;
    const isRefused = effects.some(
      (effect) => effect.type === 'send' && effect.message.type === 'error' && effect.message.seq === seq,
    );
    if (isRefused) return;
    ensure(seq > before.frames.lastSeq, `frame ${seq} was accepted after ${before.frames.lastSeq}`);
    unanswered.add(seq);
  }

  function holds({ before, after, timers }: SessionStep): void {
    if (before.phase !== after.phase) {
      ensure(NEXT_PHASES[before.phase].includes(after.phase), `${after.phase} after ${before.phase}`);
    }
    ensure(
      (after.phase === 'closed') === hasEnded,
      () => `${after.phase}, but the end was ${hasEnded ? '' : 'not '}told`,
    );
    for (const name of timers.keys()) {
      ensure(TIMERS[after.phase].includes(name), `timer ${name} runs in phase ${after.phase}`);
    }
    const { maxFrameBytes, maxStillBytes, maxInFlight } = settings.limits;
    const held = heldBytes(after);
    ensure(held <= 3 * maxFrameBytes + maxStillBytes, `${held} bytes are held`);
    if (after.phase !== 'live') return;
    const open = unansweredFrames(after.frames);
    ensure(open <= maxInFlight, `${open} frames are unanswered`);
    ensure(
      open === unanswered.size,
      `${open} frames are open in the state, ${unanswered.size} for the client`,
    );
    ensure(after.badMessages < settings.maxBadMessages, 'too many bad messages');
  }

  return {
    requested,
    unanswered,
    stepped(step) {
      received(step);
      for (const effect of step.effects) performed(effect);
      holds(step);
      // Those of a connection that is gone are recorded, not answered.
      if (step.after.phase !== 'live' && step.before.phase === 'live') {
        for (const seq of unanswered)
          ensure(recorded.has(seq), `frame ${seq} has neither feedback nor record`);
        unanswered.clear();
      }
    },
  };
}
