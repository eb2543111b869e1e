import { describe, expect, test } from 'vitest';
import type { Coach } from '../../src/edge/session/coach-port.ts';
import type { SessionSettings } from '../../src/edge/session/settings.ts';
import type { ProfileName } from '../../src/protocol/checks.ts';
import type { Feedback } from '../../src/protocol/messages.ts';
import type { BodyAnalysis, FrameAnalysis, FrameResult, FrameTrack } from '../../src/vision/types.ts';
import {
  effectsOf,
  openSession,
  requestedCapture,
  type SessionScript,
  TEST_SETTINGS,
} from '../support/session-script.ts';
import { resultOf, stubCoach } from '../support/stub-coach.ts';

const MODELS: SessionSettings['models'] = {
  face: [{ name: 'mesh', version: '1', sha256: '00' }],
  body: [{ name: 'pose', version: '1', sha256: '11' }],
  card: [],
};
const TRACK: FrameTrack = {
  subject: 'body',
  region: { centerX: 50, centerY: 40, sizePx: 80, rotationRad: 0 },
  framesSinceDetect: 3,
  bodyCount: 1,
  secondBodyRatio: 0,
};
const SUBJECTS = [
  ['face-skin', 'face'],
  ['portrait', 'face'],
  ['body-front', 'body'],
  ['body-side', 'body'],
  ['reference-card', 'card'],
] as const;

/** The stub's guidance under another profile's name. */
function settingsFor(name: ProfileName): SessionSettings {
  const coach: Coach = {
    ...stubCoach,
    profile: (selector, overrides) => ({ ...stubCoach.profile(selector, overrides), name }),
  };
  return { ...TEST_SETTINGS, coach, models: MODELS };
}

function resultWith(found: Partial<FrameAnalysis>, track: FrameTrack | null = null): FrameResult {
  const { analysis, timings } = resultOf('pass');
  return { analysis: { ...analysis, face: null, faceCount: 0, ...found }, track, timings };
}

function feedbackOf(script: SessionScript, result: FrameResult): Feedback {
  const seq =
    1 + Math.max(0, ...script.sent.map((message) => (message.type === 'feedback' ? message.seq : 0)));
  script.frame(seq);
  script.on({ type: 'slot-granted' });
  script.on({ type: 'frame-analysed', seq, result });
  return script.sent.findLast((message) => message.type === 'feedback')!;
}

const BODY = { box: { x: 10, y: 20.04, width: 30, height: 60 } } as BodyAnalysis;
const CARD = {
  corners: [
    [1, 2],
    [11, 2],
    [11, 8],
    [1, 8.26],
  ],
  lengthPx: 10,
  tiltDeg: 0,
  lightProblem: null,
} as const;

describe('what a session looks for', () => {
  test.each(SUBJECTS)('FR7 %s: frames and stills are searched for a %s', (profile, subject) => {
    const { script, captureId } = requestedCapture(settingsFor(profile));
    const frames = effectsOf(script.effects, 'analyse-frame');
    expect(frames.map(({ job }) => job.subject)).toEqual([subject, subject, subject]);
    const [still] = effectsOf(script.still(captureId), 'analyse-still');
    expect(still!.job).toMatchObject({ subject, track: null });
  });

  test('a body’s track goes from frame to frame', () => {
    const script = openSession(settingsFor('body-front'));
    feedbackOf(script, resultWith({ body: BODY, bodyCount: 1 }, TRACK));
    script.frame(2);
    const [next] = effectsOf(script.on({ type: 'slot-granted' }), 'analyse-frame');
    expect(next!.job.track).toEqual(TRACK);
  });

  test('FB5 FB6 a body’s box is told in the sender’s pixels, and no face', () => {
    const script = openSession(settingsFor('body-front'));
    const { face, body, card } = feedbackOf(script, resultWith({ width: 50, body: BODY, bodyCount: 1 }));
    expect(body).toEqual({ box: { x: 20, y: 40.1, width: 60, height: 120 } });
    expect([face, card]).toEqual([undefined, undefined]);
  });

  test('FB5 FB6 a card’s corners are told in the sender’s pixels', () => {
    const script = openSession(settingsFor('reference-card'));
    const { face, body, card } = feedbackOf(script, resultWith({ width: 50, card: CARD }));
    expect(card).toEqual({
      corners: [
        [2, 4],
        [22, 4],
        [22, 16],
        [2, 16.5],
      ],
    });
    expect([face, body]).toEqual([undefined, undefined]);
  });

  test.each([
    ['body-front', { body: null, bodyCount: 0 }],
    ['reference-card', { card: null }],
  ] as const)('FB6 %s: nothing is told of what was not found', (profile, found) => {
    const feedback = feedbackOf(openSession(settingsFor(profile)), resultWith(found));
    expect(feedback).not.toHaveProperty('face');
    expect(feedback).not.toHaveProperty('body');
    expect(feedback).not.toHaveProperty('card');
  });

  test.each([
    ['a body', 'body-front', { body: BODY, bodyCount: 1 }, 'capture-request'],
    ['a card', 'reference-card', { card: CARD }, 'capture-request'],
    ['nobody', 'body-front', { body: null, bodyCount: 0 }, 'error'],
    ['no card', 'reference-card', { card: null }, 'error'],
  ] as const)('CA9 with %s in view, the button of %s is answered rightly', (_, profile, found, answer) => {
    const script = openSession(settingsFor(profile));
    feedbackOf(script, resultWith(found));
    script.receive({ type: 'capture', seq: 1 });
    expect(script.sent.at(-1)!.type).toBe(answer);
  });

  test('HS6 the models named are those that look for the subject', () => {
    const named = (profile: ProfileName) => {
      const script = openSession(settingsFor(profile));
      feedbackOf(script, resultWith({ body: BODY, bodyCount: 1 }));
      const welcome = script.sent.find((message) => message.type === 'welcome')!;
      const [record] = effectsOf(script.effects, 'record-frame');
      expect(record!.record.models).toEqual(welcome.models);
      return welcome.models;
    };
    expect(named('body-side')).toEqual(MODELS.body);
    expect(named('portrait')).toEqual(MODELS.face);
    expect(named('reference-card')).toEqual([]);
  });
});
