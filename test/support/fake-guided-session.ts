import { createNanoEvents } from 'nanoevents';
import type {
  GuidedSession,
  GuidedSessionEvents,
  SessionSettings,
  SessionState,
} from '../../client/sdk/guided-session.ts';
import type { Picture } from '../../client/sdk/picture.ts';
import type { FramegateError } from '../../src/protocol/framegate-error.ts';

export interface FakeGuidedSession<P extends Picture> extends GuidedSession<P> {
  readonly calls: string[];
  readonly isPaused: boolean;
  emit<Name extends keyof GuidedSessionEvents>(
    name: Name,
    ...args: Parameters<GuidedSessionEvents[Name]>
  ): void;
  /** What connect() waits for. */
  open(): void;
  refuse(error: FramegateError): void;
  /** The node knows the session no more: from now on it is another. */
  replace(): void;
}

const SETTINGS: SessionSettings = {
  sessionId: 'session-1',
  node: 'fake',
  profile: 'face-skin:moderate',
  thresholds: { 'face-ratio': { min: 0.36, max: 0.8 } },
  models: [],
};

/** A session that does what its test says, and notes what it is asked to do. Works in browsers too. */
export function fakeGuidedSession<P extends Picture>(): FakeGuidedSession<P> {
  const events = createNanoEvents<GuidedSessionEvents>();
  const connected = Promise.withResolvers<SessionSettings>();
  const calls: string[] = [];
  let state: SessionState = 'idle';
  let isPaused = false;
  let settings = SETTINGS;

  function change(next: SessionState, error: FramegateError | null): void {
    state = next;
    events.emit('state', next, error);
  }

  return {
    calls,
    get state() {
      return state;
    },
    get isPaused() {
      return isPaused;
    },
    get settings() {
      return state === 'idle' || state === 'connecting' ? null : settings;
    },
    on: (name, handler) => events.on(name, handler),
    connect() {
      calls.push('connect');
      change('connecting', null);
      return connected.promise;
    },
    wantsPicture: () => state === 'live' && !isPaused,
    offer: (picture) => picture.close(),
    capture: () => calls.push('capture'),
    pause() {
      isPaused = true;
    },
    resume() {
      isPaused = false;
    },
    close() {
      calls.push('close');
      state = 'closed';
      events.events = {};
    },
    emit(name, ...args) {
      if (name === 'state') state = args[0] as SessionState;
      events.emit(name, ...args);
    },
    open() {
      change('live', null);
      connected.resolve(SETTINGS);
    },
    replace() {
      settings = { ...SETTINGS, sessionId: 'session-2' };
      change('live', null);
    },
    refuse(error) {
      change('closed', error);
      connected.reject(error);
    },
  };
}
