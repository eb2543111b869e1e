import type { ClientMessage } from '../../protocol/messages.ts';
import { acceptCommand, acceptStill, stillAnalysed, stillDeadline, stillFailed } from './capture.ts';
import { endLive, pushSave } from './ending.ts';
import type { SessionEvent } from './events.ts';
import { fault } from './faults.ts';
import { answerOvertaken } from './frame-answers.ts';
import { acceptFrame, frameAnalysed, frameFailed, startFrame } from './frames.ts';
import { publishLive } from './publishing.ts';
import { deliverResult } from './results.ts';
import type { Live, SessionState } from './state.ts';
import type { Turn } from './turn.ts';

export function stepLive(live: Live, event: SessionEvent, turn: Turn): SessionState {
  const next = handle(live, event, turn);
  if (next.phase !== 'live' || next.leaving !== 'finishing' || hasWorkInHand(next)) return next;
  // Saved before the client is told: it may be on another node before this one has had an answer.
  pushSave(next, turn, true);
  return { ...next, leaving: 'saving' };
}

function handle(live: Live, event: SessionEvent, turn: Turn): SessionState {
  switch (event.type) {
    case 'message':
      return receive(live, event.message, turn);
    case 'bad-message':
      return fault(live, event.failure, turn);
    case 'slot-granted':
      return startFrame(live, turn);
    case 'frame-analysed':
      return frameAnalysed(live, event, turn);
    case 'frame-failed':
      return frameFailed(live, event, turn);
    case 'still-analysed':
      return stillAnalysed(live, event, turn);
    case 'still-failed':
      return stillFailed(live, event, turn);
    case 'publish-acked':
    case 'publish-failed':
      return publishLive(live, event, turn);
    case 'result':
      return deliverResult(live, event.record, turn);
    case 'save-ended':
      return live.leaving === 'saving' ? leave(live, turn) : live;
    case 'superseded':
      return endLive(live, turn, { reason: 'superseded', resumable: false, save: event.flush });
    case 'pace-changed':
      turn.effects.push({ type: 'send', message: { type: 'pace', ...event.pace } });
      return live;
    case 'backpressure':
      return heldUp(live, event.bufferedBytes, turn);
    case 'drained':
      if (live.congested) turn.effects.push({ type: 'clear-timer', name: 'slow' });
      return { ...live, congested: false };
    case 'send-dropped':
      return endLive(live, turn, { reason: 'too-slow', resumable: true, save: true });
    case 'drain':
      return beginLeaving(live, turn);
    case 'timer':
      return timer(live, event, turn);
    case 'connection-closed':
      return endLive(live, turn, { reason: 'connection-lost', resumable: true, save: true });
    default:
      return live;
  }
}

function receive(live: Live, message: ClientMessage, turn: Turn): SessionState {
  switch (message.type) {
    case 'hello':
      return fault(
        live,
        { code: 'hello-repeated', message: 'the session has had its hello', retryable: false },
        turn,
      );
    case 'frame':
      return acceptFrame(live, message, turn);
    case 'still':
      return acceptStill(live, message, turn);
    case 'capture':
      return acceptCommand(live, message.seq, turn);
    case 'bye':
      return endLive(live, turn, { reason: 'bye', resumable: false, save: false });
  }
}

function timer(live: Live, event: SessionEvent & { type: 'timer' }, turn: Turn): SessionState {
  switch (event.name) {
    case 'still':
      return stillDeadline(live, turn);
    case 'publish':
      return publishLive(live, event, turn);
    case 'slow':
      return endLive(live, turn, { reason: 'too-slow', resumable: true, save: true });
    case 'leave':
      return leave(live, turn);
    case 'token':
      return expire(live, turn);
    case 'hello':
      return live;
  }
}

function expire(live: Live, turn: Turn): SessionState {
  turn.effects.push({
    type: 'send',
    message: { type: 'error', code: 'token-expired', message: 'the token has expired', retryable: false },
  });
  return endLive(live, turn, { reason: 'unauthorized', resumable: true, save: true });
}

function heldUp(live: Live, bufferedBytes: number, turn: Turn): SessionState {
  if (bufferedBytes > turn.settings.maxBufferedBytes) {
    return endLive(live, turn, { reason: 'too-slow', resumable: true, save: true });
  }
  if (live.congested) return live;
  turn.effects.push({ type: 'set-timer', name: 'slow', delayMs: turn.settings.timing.slowClientMs });
  return { ...live, congested: true };
}

function beginLeaving(live: Live, turn: Turn): Live {
  if (live.leaving !== null) return live;
  turn.effects.push({ type: 'set-timer', name: 'leave', delayMs: turn.settings.timing.drainTimeoutMs });
  const { frames } = live;
  if (frames.waiting === null) return { ...live, leaving: 'finishing' };
  const overtaken = [...frames.overtaken, frames.waiting];
  const given: Live = { ...live, leaving: 'finishing', frames: { ...frames, waiting: null, overtaken } };
  return frames.inWork === null ? answerOvertaken(given, turn) : given;
}

/** A still that was asked for and has not come is not work in hand: the next node asks again. */
function hasWorkInHand({ frames, capture }: Live): boolean {
  return frames.inWork !== null || (capture.phase !== 'ready' && capture.phase !== 'requested');
}

function leave(live: Live, turn: Turn): SessionState {
  turn.effects.push({
    type: 'send',
    message: {
      type: 'error',
      code: 'server-draining',
      message: 'this node is stopping; resume on another one',
      retryable: true,
    },
  });
  // Whatever is still in hand after the time allowed is saved as it stands.
  const isSaved = live.leaving === 'saving';
  return endLive(live, turn, { reason: 'draining', resumable: true, save: !isSaved });
}
