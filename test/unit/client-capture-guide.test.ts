import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { User } from '../../client/body/api/capture-answers.ts';
import { DEFAULT_DETAILS } from '../../client/body/body-details.ts';
import { type BodyEvent, nextState, startOf } from '../../client/body/body-state.ts';
import { createCaptureGuide } from '../../client/body/capture-guide.ts';
import { messages } from '../../client/locales/en/body.ts';
import { messages as component } from '../../client/locales/en/component.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** The page's way to its first countdown of five seconds, and what is heard from there on. */
function standBeforeThePhone(details: Partial<typeof DEFAULT_DETAILS> = {}) {
  const heard: string[] = [];
  let speaks = false;
  let state = startOf({ ...DEFAULT_DETAILS, timerSeconds: 5, ...details });
  const guide = createCaptureGuide({
    announcer: {
      say: (text) => void heard.push(text ?? '-'),
      stop: () => void heard.push('silence'),
      vibrate: () => undefined,
      setLanguage: () => undefined,
      canSpeak: true,
      setSpeaks: (on) => {
        speaks = on;
      },
    },
    beeper: { allow: () => undefined, beep: (kind) => void heard.push(kind) },
    texts: () => ({ messages, component }),
    tick: () => send({ type: 'tick' }),
  });
  function send(event: BodyEvent): void {
    const before = state;
    state = nextState(state, event);
    if (state !== before) guide.follow(before, state);
  }
  send({ type: 'settled', hasApi: true });
  send({ type: 'signed-in', user: {} as User });
  send({ type: 'live', capture: { collect: { captureId: 'c', ticket: 't' }, views: ['front', 'side'] } });
  heard.length = 0;
  return {
    send,
    /** What was heard since the last time. */
    heard: () => heard.splice(0),
    speaks: () => speaks,
    state: () => state,
  };
}

it('the pose is said at once, the last seconds are counted, and the end is told apart', () => {
  const { send, heard, speaks } = standBeforeThePhone();
  send({ type: 'count' });
  expect(heard()).toEqual([messages.poses.front]);
  expect(speaks()).toBe(true);
  // Until the camera is allowed nothing counts.
  vi.advanceTimersByTime(60_000);
  expect(heard()).toEqual([]);
  send({ type: 'camera-on' });
  vi.advanceTimersByTime(5000);
  expect(heard()).toEqual(['second', 'second', 'second', 'end']);
  vi.advanceTimersByTime(60_000);
  expect(heard()).toEqual([]);
});

it('a picture that is taken is said with what comes next, and the last one with that it was the last', () => {
  const { send, heard } = standBeforeThePhone();
  send({ type: 'count' });
  send({ type: 'guide' });
  heard();
  send({ type: 'taken' });
  expect(heard()).toEqual([`Front: the picture is taken. ${messages.poses.side}`]);
  send({ type: 'guide' });
  heard();
  send({ type: 'taken' });
  expect(heard()).toEqual([messages.capture.allTaken]);
});

it('a picture that does not count is told with what to do, and the view is taken again', () => {
  const { send, heard, state } = standBeforeThePhone();
  send({ type: 'count' });
  send({ type: 'guide' });
  heard();
  send({ type: 'refused', refusal: 'arms-away' });
  expect(heard()).toEqual([`${component.hints['arms-away']}. ${messages.poses.front}`]);
  expect(state().screen).toMatchObject({ at: 0, run: 2, phase: { name: 'countdown', secondsLeft: 5 } });
  send({ type: 'guide' });
  heard();
  send({ type: 'taken' });
  expect(heard()).toEqual([`Front: the picture is taken. ${messages.poses.side}`]);
});

it('whoever gives the camera up hears nothing more', () => {
  const { send, heard, state } = standBeforeThePhone({ speak: false });
  send({ type: 'count' });
  send({ type: 'camera-on' });
  vi.advanceTimersByTime(2000);
  heard();
  send({ type: 'paused' });
  expect(heard()).toEqual(['silence']);
  vi.advanceTimersByTime(60_000);
  expect(heard()).toEqual([]);
  expect(state().screen).toMatchObject({ step: 'capture', phase: { name: 'ready' } });
});
