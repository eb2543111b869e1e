import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  captureSubject,
  captureSubjects,
  deadSubject,
  eventSubject,
  frameMetricsSubject,
  matchesFilter,
  nameOfToken,
  type ParsedSubject,
  parseSubject,
  resultSubject,
  sessionResultsSubject,
  subjectToken,
} from '../../src/bus/subjects.ts';

const name = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => text.isWellFormed());

describe('subjects', () => {
  it('stay readable for plain names', () => {
    expect(captureSubject('face-skin', 'a1-B_2')).toBe('framegate.captures.face-skin.a1-B_2');
    expect(resultSubject('face-quality', 's1')).toBe('framegate.results.face-quality.s1');
    expect(sessionResultsSubject('s1')).toBe('framegate.results.*.s1');
    expect(frameMetricsSubject('edge-1.example.org')).toBe('framegate.metrics.frames.edge-1%2eexample%2eorg');
    expect(eventSubject('session', 'started')).toBe('framegate.events.session.started');
    expect(deadSubject('CAPTURES')).toBe('framegate.dead.CAPTURES');
  });

  it('of a profile are let through by its filter, and no others', () => {
    const filter = captureSubjects('face-skin');
    expect(filter).toBe('framegate.captures.face-skin.*');
    expect(matchesFilter(filter, captureSubject('face-skin', 's.1'))).toBe(true);
    for (const other of [
      captureSubject('face-contour', 's1'),
      'framegate.captures.face-skin',
      'framegate.captures.face-skin.s1.more',
      resultSubject('face-skin', 's1'),
    ])
      expect(matchesFilter(filter, other), other).toBe(false);
  });

  it('no name adds a token, a wildcard or a blank, and every name comes back', () => {
    fc.assert(
      fc.property(name, (text) => {
        const token = subjectToken(text);
        expect(token).toMatch(/^[A-Za-z0-9_%-]+$/);
        expect(nameOfToken(token)).toBe(text);
      }),
    );
  });

  it('different names give different subjects', () => {
    fc.assert(
      fc.property(name, name, (first, second) => {
        expect(subjectToken(first) === subjectToken(second)).toBe(first === second);
      }),
    );
  });

  it('are parsed into what they were built of', () => {
    fc.assert(
      fc.property(name, name, (first, second) => {
        const cases: [string, ParsedSubject][] = [
          [captureSubject(first, second), { type: 'capture', profile: first, sessionId: second }],
          [resultSubject(first, second), { type: 'result', kind: first, sessionId: second }],
          [frameMetricsSubject(first), { type: 'frame-metrics', node: first }],
          [eventSubject(first, second), { type: 'event', entity: first, event: second }],
          [deadSubject(first), { type: 'dead', stream: first }],
        ];
        for (const [subject, parsed] of cases) expect(parseSubject(subject)).toEqual(parsed);
      }),
    );
  });

  test.each([
    '',
    'framegate',
    'framegate.captures.a',
    'framegate.captures.a.b.c',
    'framegate.captures.a.*',
    'framegate.captures.a.%2',
    'framegate.metrics.other.a',
    'other.captures.a.b',
    'framegate.dead.a.b',
  ])('%j is not one of ours', (subject) => {
    expect(() => parseSubject(subject)).toThrowError(
      expect.objectContaining({ code: 'message-malformed' }) as Error,
    );
  });

  it('an empty name is a mistake of the caller', () => {
    expect(() => subjectToken('')).toThrowError();
  });
});
