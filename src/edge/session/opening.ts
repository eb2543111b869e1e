import { createHash } from 'node:crypto';
import type { CloseReason } from '../../protocol/close-codes.ts';
import { HELLO_LIMITS } from '../../protocol/limits.ts';
import type { Hello } from '../../protocol/messages.ts';
import { requestCapture } from './capture.ts';
import { CLOSED, pushSave, refuse } from './ending.ts';
import type { Failure, SessionEvent } from './events.ts';
import { capturedMessage } from './publishing.ts';
import { parseResumeState, type ResumeState } from './resume-state.ts';
import { sessionModels } from './settings.ts';
import type {
  Authenticating,
  AwaitingHello,
  Claiming,
  Counts,
  Live,
  Request,
  SessionFacts,
  SessionState,
} from './state.ts';
import { failureOf, type Turn } from './turn.ts';

type Opening = AwaitingHello | Authenticating | Claiming;

export function stepAwaitingHello(state: AwaitingHello, event: SessionEvent, turn: Turn): SessionState {
  if (event.type === 'message' || event.type === 'bad-message') {
    if (event.messageBytes > HELLO_LIMITS.maxBytes) {
      return refuse(
        turn,
        failure('payload-too-large', 'the first message is too large'),
        'message-too-large',
      );
    }
    if (event.type === 'bad-message') return refuse(turn, event.failure, 'bad-messages');
    if (event.message.type === 'hello') return acceptHello(event.message, turn);
  }
  return stepOpening(state, event, turn);
}

function acceptHello(message: Hello, turn: Turn): SessionState {
  const { token, collect, ...hello } = message;
  try {
    const profile = turn.settings.coach.profile(hello.profile, hello.thresholds);
    turn.effects.push({ type: 'authenticate', token, profile: profile.name });
    return { phase: 'authenticating', request: { hello, profile, collect: collect && kept(collect) } };
  } catch (thrown) {
    return refuse(turn, failureOf(thrown), 'profile-refused');
  }
}

/** The ticket is a secret that lets its holder add views: whoever checks it compares hashes. */
function kept({ captureId, ticket }: NonNullable<Hello['collect']>): SessionFacts['collect'] {
  return { captureId, ticketHash: createHash('sha256').update(ticket).digest('hex') };
}

/** What setTimeout takes; a token that holds for longer outlives any session. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export function stepAuthenticating(state: Authenticating, event: SessionEvent, turn: Turn): SessionState {
  if (event.type === 'auth-failed') return refuse(turn, event.failure, closeForAccess(event.failure));
  if (event.type !== 'authenticated') return stepOpening(state, event, turn);
  if (event.expiresAtMs !== null) {
    const delayMs = Math.min(Math.max(0, event.expiresAtMs - turn.atMs), LONGEST_TIMER_MS);
    turn.effects.push({ type: 'set-timer', name: 'token', delayMs });
  }
  const { hello } = state.request;
  if (hello.resume !== undefined) {
    const { sessionId, resumeToken } = hello.resume;
    turn.effects.push({ type: 'claim', sessionId, resumeToken, subject: event.subject });
    return { phase: 'claiming', request: state.request, subject: event.subject };
  }
  const facts = factsOf(state.request, {
    sessionId: event.sessionId,
    resumeToken: event.resumeToken,
    generation: 1,
    subject: event.subject,
    startedAtMs: turn.atMs,
  });
  return open(freshLive(facts, turn), turn, false);
}

export function stepClaiming(state: Claiming, event: SessionEvent, turn: Turn): SessionState {
  if (event.type === 'claim-failed') return refuse(turn, event.failure, 'resume-failed');
  if (event.type !== 'claimed') return stepOpening(state, event, turn);
  const saved = parseResumeState(event.state);
  const { resume, profile: selector } = state.request.hello;
  // The token was checked against the profile that hello names, so it has to be the session's own.
  if (saved === null || resume === undefined || saved.selector !== selector) {
    return refuse(turn, failure('resume-failed', 'the session cannot be resumed like this'), 'resume-failed');
  }
  return resumed(state, saved, event.generation, turn);
}

function resumed(state: Claiming, saved: ResumeState, generation: number, turn: Turn): SessionState {
  const resume = state.request.hello.resume!;
  const profile = savedProfile(state.request, saved, turn);
  const facts: SessionFacts = {
    sessionId: resume.sessionId,
    resumeToken: resume.resumeToken,
    generation,
    subject: state.subject,
    profile,
    selector: saved.selector,
    overrides: saved.overrides,
    consent: saved.consent,
    locale: saved.locale,
    client: saved.client,
    collect: saved.collect,
    startedAtMs: saved.startedAtMs,
  };
  const fresh = freshLive(facts, turn, saved);
  const live: Live = {
    ...fresh,
    // The client's word goes beyond the saved state, which may be a second old.
    frames: {
      ...fresh.frames,
      lastSeq: Math.max(saved.lastSeq, resume.lastSeq),
      lastDwell: saved.lastDwell,
    },
    coachMemory: saved.coachMemory,
    // On the clock of the node that saved it, which may be ahead of this one's.
    capture: {
      phase: 'ready',
      armedAtMs: Math.min(saved.armedAtMs, turn.atMs + turn.settings.timing.captureCooldownMs),
      kept: null,
    },
    captured: saved.captured,
    results: { captureIds: saved.captureIds, delivered: resume.results ?? saved.delivered },
  };
  const opened = open(live, turn, true);
  if (saved.captured !== null)
    turn.effects.push({ type: 'send', message: capturedMessage(opened, saved.captured) });
  if (saved.order === null) return opened;
  return requestCapture(opened, saved.order, null, turn);
}

function savedProfile(request: Request, saved: ResumeState, turn: Turn) {
  try {
    return turn.settings.coach.profile(saved.selector, saved.overrides);
  } catch {
    // A node with other presets than the one before: what hello asks for was accepted a moment ago.
    return request.profile;
  }
}

function factsOf(
  request: Request,
  rest: Pick<SessionFacts, 'sessionId' | 'resumeToken' | 'generation' | 'subject' | 'startedAtMs'>,
): SessionFacts {
  const { hello, profile, collect } = request;
  return {
    ...rest,
    profile,
    selector: hello.profile,
    overrides: hello.thresholds,
    consent: hello.consent,
    locale: hello.locale,
    client: hello.client,
    collect,
  };
}

function freshLive(facts: SessionFacts, turn: Turn, counts: Counts = { frames: 0, captures: 0 }): Live {
  return {
    phase: 'live',
    facts,
    frames: {
      lastSeq: 0,
      inWork: null,
      waiting: null,
      overtaken: [],
      nextDueAtMs: 0,
      track: null,
      lastDwell: 0,
      lastAllowsManual: false,
    },
    coachMemory: turn.settings.coach.initial,
    capture: { phase: 'ready', armedAtMs: 0, kept: null },
    captured: null,
    endedCaptureId: null,
    results: { captureIds: [], delivered: [] },
    counts: { frames: counts.frames, captures: counts.captures },
    badMessages: 0,
    congested: false,
    savedAtMs: turn.atMs,
    leaving: null,
  };
}

function open(live: Live, turn: Turn, isResumed: boolean): Live {
  const { facts } = live;
  const { settings } = turn;
  turn.effects.push(
    { type: 'clear-timer', name: 'hello' },
    {
      type: 'opened',
      sessionId: facts.sessionId,
      generation: facts.generation,
      resumeToken: facts.resumeToken,
      subject: facts.subject,
    },
    {
      type: 'send',
      message: {
        type: 'welcome',
        sessionId: facts.sessionId,
        resumeToken: facts.resumeToken,
        node: settings.node,
        profile: `${facts.profile.name}:${facts.profile.level}`,
        thresholds: facts.profile.thresholds,
        limits: settings.limits,
        models: sessionModels(settings, facts.profile.name),
        resumed: isResumed,
        lastSeq: live.frames.lastSeq,
      },
    },
    { type: 'subscribe-results', captureIds: live.results.captureIds },
    {
      type: 'record-event',
      event: {
        entity: 'session',
        entityId: facts.sessionId,
        event: isResumed ? 'resumed' : 'started',
        details: {
          profile: facts.profile.name,
          level: facts.profile.level,
          thresholds: facts.profile.thresholds,
          consent: facts.consent,
          locale: facts.locale,
          client: facts.client,
        },
      },
    },
  );
  pushSave(live, turn, false);
  return live;
}

/** What is the same in all three phases before `welcome`. */
function stepOpening(state: Opening, event: SessionEvent, turn: Turn): SessionState {
  switch (event.type) {
    case 'message':
      if (event.message.type === 'bye') return refuse(turn, null, 'bye');
      return refuse(
        turn,
        failure('message-unexpected', 'one hello, and nothing else before welcome'),
        'bad-messages',
      );
    case 'bad-message':
      return refuse(turn, event.failure, 'bad-messages');
    case 'timer':
      return event.name === 'hello'
        ? refuse(
            turn,
            { ...failure('hello-timeout', 'no session was opened in time'), retryable: true },
            'hello-timeout',
          )
        : state;
    case 'drain':
      return refuse(
        turn,
        { ...failure('server-draining', 'this node is stopping'), retryable: true },
        'draining',
      );
    case 'send-dropped':
      return refuse(turn, null, 'too-slow');
    case 'backpressure':
      return event.bufferedBytes > turn.settings.maxBufferedBytes ? refuse(turn, null, 'too-slow') : state;
    case 'connection-closed':
      turn.effects.push({ type: 'end', reason: 'connection-lost' });
      return CLOSED;
    default:
      return state;
  }
}

function failure(code: Failure['code'], message: string): Failure {
  return { code, message, retryable: false };
}

function closeForAccess({ code, retryable }: Failure): CloseReason {
  if (code === 'token-out-of-scope') return 'forbidden';
  if (code === 'rate-limited') return 'rate-limited';
  return retryable ? 'internal' : 'unauthorized';
}
