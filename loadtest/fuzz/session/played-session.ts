import type { Effect, TimerName } from '../../../src/edge/session/effects.ts';
import type { SessionEvent } from '../../../src/edge/session/events.ts';
import type { ResumeState } from '../../../src/edge/session/resume-state.ts';
import { DEFAULT_SESSION_SETTINGS, type SessionSettings } from '../../../src/edge/session/settings.ts';
import type { SessionState } from '../../../src/edge/session/state.ts';
import { initialSessionState, openingEffects, step } from '../../../src/edge/session/step.ts';
import { stubCoach } from '../../../test/support/stub-coach.ts';
import { createSessionChecks, type SessionChecks } from './session-checks.ts';

/** Small limits, so that an image beyond them is small too. */
export const FUZZED_SETTINGS: SessionSettings = {
  ...DEFAULT_SESSION_SETTINGS,
  node: 'node-a',
  models: { face: [{ name: 'mesh', version: '1', sha256: '00' }], body: [], card: [] },
  coach: stubCoach,
  limits: { maxFps: 30, maxFrameBytes: 500, maxStillBytes: 2000, maxInFlight: 3 },
  maxBufferedBytes: 1000,
};

/** One pure session with the host's part played by the script: what it asked for and has not been answered. */
export interface PlayedSession {
  readonly nowMs: number;
  /** The wall clock only: timers go by another, as the system's do. */
  setClockBack(ms: number): void;
  readonly checks: SessionChecks;
  state(): SessionState;
  on(event: SessionEvent): void;
  /** Fires what is due on the way, in order. */
  advance(ms: number): void;
  /** Frames and stills with the analyser, captures with the bus. */
  readonly frameInWork: number | null;
  readonly stillInWork: string | null;
  readonly publishing: string | null;
  readonly finalSaves: number;
  readonly lastSaved: ResumeState | null;
  readonly ended: boolean;
  readonly connected: boolean;
}

export function playSession(): PlayedSession {
  const settings = FUZZED_SETTINGS;
  const timers = new Map<TimerName, number>();
  const checks = createSessionChecks(settings);
  let state: SessionState = initialSessionState;
  let steps = 0;
  let elapsedMs = 0;
  let startMs = 1_700_000_000_000;
  const wallMs = () => startMs + elapsedMs;
  const asked = {
    frame: null as number | null,
    still: null as string | null,
    publish: null as string | null,
    finalSaves: 0,
    saved: null as ResumeState | null,
    ended: false,
    connected: true,
  };

  function perform(effect: Effect): void {
    switch (effect.type) {
      case 'set-timer':
        timers.set(effect.name, elapsedMs + effect.delayMs);
        break;
      case 'clear-timer':
        timers.delete(effect.name);
        break;
      case 'analyse-frame':
        asked.frame = effect.seq;
        break;
      case 'analyse-still':
        asked.still = effect.captureId;
        break;
      case 'publish':
        asked.publish = effect.draft.captureId;
        break;
      case 'save':
        asked.saved = effect.state;
        if (effect.final) asked.finalSaves += 1;
        break;
      case 'close':
        asked.connected = false;
        break;
      case 'end':
        asked.ended = true;
        timers.clear();
        break;
    }
  }

  /** What an answer answers is no longer asked for, whatever the session makes of it. */
  function settle(event: SessionEvent): void {
    if ((event.type === 'frame-analysed' || event.type === 'frame-failed') && event.seq === asked.frame) {
      asked.frame = null;
    }
    if (event.type === 'still-analysed' || event.type === 'still-failed') {
      if (event.captureId === asked.still) asked.still = null;
    }
    if (event.type === 'publish-acked' || event.type === 'publish-failed') {
      if (event.captureId === asked.publish) asked.publish = null;
    }
    if (event.type === 'save-ended') asked.finalSaves = Math.max(0, asked.finalSaves - 1);
    if (event.type === 'connection-closed') asked.connected = false;
  }

  const session: PlayedSession = {
    get nowMs() {
      return wallMs();
    },
    setClockBack(ms) {
      startMs -= ms;
    },
    checks,
    state: () => state,
    on(event) {
      steps += 1;
      settle(event);
      const before = state;
      const surroundings = { atMs: wallMs(), freshCaptureId: () => `capture-${steps}`, settings };
      const stepped = step(before, event, surroundings);
      state = stepped.state;
      for (const effect of stepped.effects) perform(effect);
      checks.stepped({ before, event, after: state, effects: stepped.effects, timers });
    },
    advance(ms) {
      const endMs = elapsedMs + ms;
      for (;;) {
        const due = [...timers].filter(([, atMs]) => atMs <= endMs).sort((a, b) => a[1] - b[1])[0];
        if (due === undefined) break;
        timers.delete(due[0]);
        elapsedMs = Math.max(elapsedMs, due[1]);
        session.on({ type: 'timer', name: due[0] });
      }
      elapsedMs = endMs;
    },
    get frameInWork() {
      return asked.frame;
    },
    get stillInWork() {
      return asked.still;
    },
    get publishing() {
      return asked.publish;
    },
    get finalSaves() {
      return asked.finalSaves;
    },
    get lastSaved() {
      return asked.saved;
    },
    get ended() {
      return asked.ended;
    },
    get connected() {
      return asked.connected;
    },
  };
  for (const effect of openingEffects({ atMs: wallMs(), freshCaptureId: () => 'capture-0', settings }))
    perform(effect);
  return session;
}
