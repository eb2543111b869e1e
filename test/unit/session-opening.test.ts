import { describe, expect, test } from 'vitest';
import type { Failure } from '../../src/edge/session/events.ts';
import { openingEffects } from '../../src/edge/session/step.ts';
import type { ClientMessage } from '../../src/protocol/messages.ts';
import {
  brief,
  briefs,
  createSessionScript,
  effectsOf,
  HELLO,
  openSession,
  TEST_SETTINGS,
} from '../support/session-script.ts';

const FAILURE: Failure = { code: 'message-malformed', message: 'no', retryable: false };

describe('opening a session', () => {
  const others: ClientMessage[] = [
    { type: 'frame', seq: 1, capturedAtMs: 0, width: 1, height: 1, format: 'jpeg', data: new Uint8Array(1) },
    { type: 'capture', seq: 1 },
  ];
  test.each(others.map((message) => [message.type, message] as const))(
    'HS1 %s before hello is refused and closes',
    (_type, message) => {
      const script = createSessionScript();
      const effects = script.receive(message);
      expect(briefs(effects)).toEqual(['error message-unexpected']);
      expect(effectsOf(effects, 'close')).toEqual([{ type: 'close', reason: 'bad-messages' }]);
      expect(script.state()).toEqual({ phase: 'closed' });
    },
  );

  test('HS1 bytes that are no message close before hello', () => {
    const effects = createSessionScript().on({ type: 'bad-message', failure: FAILURE, messageBytes: 5 });
    expect(briefs(effects)).toEqual(['error message-malformed']);
    expect(effectsOf(effects, 'close')).toHaveLength(1);
  });

  test('HS2 the time runs from the connection until welcome', () => {
    const surroundings = { atMs: 0, freshCaptureId: () => 'x', settings: TEST_SETTINGS };
    expect(openingEffects(surroundings)).toEqual([{ type: 'set-timer', name: 'hello', delayMs: 5000 }]);
    for (const hellos of [[], [HELLO]]) {
      const script = createSessionScript();
      for (const hello of hellos) script.receive(hello);
      const effects = script.on({ type: 'timer', name: 'hello' });
      expect(briefs(effects)).toEqual(['error hello-timeout']);
      expect(effectsOf(effects, 'close')).toEqual([{ type: 'close', reason: 'hello-timeout' }]);
    }
    expect(effectsOf(openSession().effects, 'clear-timer')).toContainEqual({
      type: 'clear-timer',
      name: 'hello',
    });
  });

  test('HS3 a first message above the limit closes, whatever it is', () => {
    const script = createSessionScript();
    const effects = script.receive(HELLO, 16 * 1024 + 1);
    expect(briefs(effects)).toEqual(['error payload-too-large']);
    expect(effectsOf(effects, 'close')).toEqual([{ type: 'close', reason: 'message-too-large' }]);
  });

  test('HS3 a second message before welcome closes', () => {
    const script = createSessionScript();
    script.receive(HELLO);
    expect(effectsOf(script.receive(HELLO), 'close')).toEqual([{ type: 'close', reason: 'bad-messages' }]);
  });

  test.each([
    ['token-missing', 'unauthorized', false],
    ['token-invalid', 'unauthorized', false],
    ['token-expired', 'unauthorized', false],
    ['token-out-of-scope', 'forbidden', false],
    ['dependency-unavailable', 'internal', true],
  ] as const)('HS4 %s closes as %s', (code, reason, retryable) => {
    const script = createSessionScript();
    script.receive(HELLO);
    const effects = script.on({ type: 'auth-failed', failure: { code, message: 'no', retryable } });
    expect(briefs(effects)).toEqual([`error ${code}`]);
    expect(effectsOf(effects, 'close')).toEqual([{ type: 'close', reason }]);
    expect(script.state()).toEqual({ phase: 'closed' });
  });

  test.each([
    [{ profile: 'nose-only' }, 'profile-unknown'],
    [{ thresholds: { yaw: { max: 90 } } }, 'thresholds-invalid'],
  ])('HS5 %j is refused', (change, code) => {
    const effects = createSessionScript().receive({ ...HELLO, ...change });
    expect(briefs(effects)).toEqual([`error ${code}`]);
    expect(effectsOf(effects, 'close')).toEqual([{ type: 'close', reason: 'profile-refused' }]);
    expect(effectsOf(effects, 'authenticate')).toEqual([]);
  });

  test('HS6 welcome says what is in force', () => {
    const script = openSession();
    expect(script.sent).toEqual([
      {
        type: 'welcome',
        sessionId: 'session-1',
        resumeToken: 'resume-1',
        node: 'node-a',
        profile: 'face-skin:moderate',
        thresholds: { yaw: { min: -10, max: 10 } },
        limits: TEST_SETTINGS.limits,
        models: TEST_SETTINGS.models.face,
        resumed: false,
        lastSeq: 0,
      },
    ]);
    const [started] = effectsOf(script.effects, 'record-event');
    expect(started!.event).toMatchObject({ entity: 'session', entityId: 'session-1', event: 'started' });
    expect(JSON.stringify(script.effects)).not.toContain('"token":"a-token","state"');
  });

  test('HS7 a second hello changes nothing', () => {
    const script = openSession();
    const before = script.state();
    expect(script.receive(HELLO).length).toBe(1);
    expect(script.sent.map(brief)).toEqual(['welcome', 'error hello-repeated']);
    expect(script.state()).toEqual({ ...before, badMessages: 1 });
  });

  test('CL3 bye is taken at any time', () => {
    const early = createSessionScript();
    expect(effectsOf(early.receive({ type: 'bye', reason: '' }), 'close')).toEqual([
      { type: 'close', reason: 'bye' },
    ]);
    const live = openSession();
    const effects = live.receive({ type: 'bye', reason: '' });
    expect(effectsOf(effects, 'close')).toEqual([{ type: 'close', reason: 'bye' }]);
    expect(effectsOf(effects, 'forget')).toHaveLength(1);
    expect(live.state()).toEqual({ phase: 'closed' });
  });
});

describe('bad messages', () => {
  test('ER1 one is answered and the session goes on', () => {
    const script = openSession();
    const effects = script.on({ type: 'bad-message', failure: FAILURE, messageBytes: 5 });
    expect(briefs(effects)).toEqual(['error message-malformed']);
    expect(script.judge(1, 'adjust')).not.toEqual([]);
    expect(script.sent.map(brief)).toContain('feedback 1 adjust');
  });

  test('ER2 the tenth closes', () => {
    const script = openSession();
    for (let count = 1; count < 10; count++) {
      script.on({ type: 'bad-message', failure: FAILURE, messageBytes: 5 });
      expect(script.state().phase).toBe('live');
    }
    const effects = script.on({ type: 'bad-message', failure: FAILURE, messageBytes: 5 });
    expect(briefs(effects)).toEqual(['error message-malformed', 'error too-many-errors']);
    expect(effectsOf(effects, 'close')).toEqual([{ type: 'close', reason: 'bad-messages' }]);
  });
});
