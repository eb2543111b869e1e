import type { Effect } from '../../src/edge/session/effects.ts';
import type { SessionEvent } from '../../src/edge/session/events.ts';
import { DEFAULT_SESSION_SETTINGS, type SessionSettings } from '../../src/edge/session/settings.ts';
import type { SessionState } from '../../src/edge/session/state.ts';
import { initialSessionState, step } from '../../src/edge/session/step.ts';
import type { ClientMessage, Hello, ServerMessage } from '../../src/protocol/messages.ts';
import { type Look, resultOf, stubCoach } from './stub-coach.ts';

export const TEST_SETTINGS: SessionSettings = {
  ...DEFAULT_SESSION_SETTINGS,
  node: 'node-a',
  models: { face: [{ name: 'mesh', version: '1', sha256: '00' }], body: [], card: [] },
  coach: stubCoach,
};

export const HELLO: Hello = {
  type: 'hello',
  token: 'a-token',
  profile: 'face-skin',
  consent: { store: false, training: false },
  locale: 'en',
  client: { sdk: 'test', camera: 'none', screen: 'none' },
};

/** One pure session, driven by events; time is the script's own. */
export interface SessionScript {
  nowMs: number;
  state(): SessionState;
  /** Effects of this event. */
  on(event: SessionEvent): readonly Effect[];
  receive(message: ClientMessage, messageBytes?: number): readonly Effect[];
  frame(seq: number, dataBytes?: number): readonly Effect[];
  /** Accepts, starts and answers a frame. */
  judge(seq: number, look: Look, quality?: number): readonly Effect[];
  still(captureId: string, dataBytes?: number): readonly Effect[];
  /** Everything sent so far. */
  readonly sent: ServerMessage[];
  readonly effects: Effect[];
}

export function createSessionScript(settings: SessionSettings = TEST_SETTINGS): SessionScript {
  let state = initialSessionState;
  let captures = 0;
  const script: SessionScript = {
    nowMs: 1_000_000,
    state: () => state,
    sent: [],
    effects: [],
    on(event) {
      captures += 1;
      const surroundings = { atMs: script.nowMs, freshCaptureId: () => `capture-${captures}`, settings };
      const stepped = step(state, event, surroundings);
      state = stepped.state;
      script.effects.push(...stepped.effects);
      script.sent.push(...messagesOf(stepped.effects));
      return stepped.effects;
    },
    receive: (message, messageBytes = 100) => script.on({ type: 'message', message, messageBytes }),
    frame(seq, dataBytes = 10) {
      const data = new Uint8Array(dataBytes).fill(seq);
      const shape = { width: 100, height: 80, format: 'jpeg', data } as const;
      return script.receive({ type: 'frame', seq, capturedAtMs: 5000 + seq, ...shape });
    },
    judge(seq, look, quality) {
      const accepted = script.frame(seq);
      const started = script.on({ type: 'slot-granted' });
      const judged = script.on({ type: 'frame-analysed', seq, result: resultOf(look, quality) });
      return [...accepted, ...started, ...judged];
    },
    still(captureId, dataBytes = 20) {
      const shape = { width: 1000, height: 800, format: 'jpeg', data: new Uint8Array(dataBytes) } as const;
      return script.receive({ type: 'still', captureId, seq: 1, ...shape });
    },
  };
  return script;
}

/** A session that has had its welcome. */
export function openSession(settings: SessionSettings = TEST_SETTINGS): SessionScript {
  const script = createSessionScript(settings);
  script.receive(HELLO);
  script.on({
    type: 'authenticated',
    subject: 'sam',
    expiresAtMs: null,
    sessionId: 'session-1',
    resumeToken: 'resume-1',
  });
  return script;
}

/** A session that has just asked for a still after a dwell of frames 1 to 3. */
export function requestedCapture(settings: SessionSettings = TEST_SETTINGS): {
  script: SessionScript;
  captureId: string;
} {
  const script = openSession(settings);
  script.judge(1, 'pass', 50);
  script.judge(2, 'pass', 90);
  script.judge(3, 'pass', 70);
  const request = script.sent.findLast((message) => message.type === 'capture-request')!;
  return { script, captureId: request.captureId };
}

export function messagesOf(effects: readonly Effect[]): ServerMessage[] {
  return effects.flatMap((effect) => (effect.type === 'send' ? [effect.message] : []));
}

export function effectsOf<Type extends Effect['type']>(
  effects: readonly Effect[],
  type: Type,
): Extract<Effect, { type: Type }>[] {
  return effects.filter((effect): effect is Extract<Effect, { type: Type }> => effect.type === type);
}

/** `error seq-not-increasing`, `feedback 3 skipped`: what a message says, for short expectations. */
export function brief(message: ServerMessage): string {
  switch (message.type) {
    case 'feedback':
      return `feedback ${message.seq} ${message.verdict}`;
    case 'error':
      return `error ${message.code}`;
    case 'capture-request':
    case 'captured':
    case 'rejected':
      return `${message.type} ${message.captureId}`;
    case 'result':
      return `result ${message.captureId}/${message.kind}`;
    default:
      return message.type;
  }
}

export function briefs(effects: readonly Effect[]): string[] {
  return messagesOf(effects).map(brief);
}
