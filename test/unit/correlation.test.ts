import { describe, expect, it, test } from 'vitest';
import { correlationOf } from '../../src/http/correlation.ts';
import { READ_HEADERS, type RequestHeaders } from '../../src/http/route.ts';

function headersWith(given: Partial<RequestHeaders>): RequestHeaders {
  const none = Object.fromEntries(READ_HEADERS.map((name) => [name, '']));
  return { ...none, ...given } as RequestHeaders;
}

describe('correlation', () => {
  it('is what the caller says', () => {
    const headers = headersWith({ 'x-request-id': 'r-1', 'x-analysis-session': 's:1', 'x-frame-seq': '7' });
    expect(correlationOf(headers)).toEqual({ requestId: 'r-1', analysisSessionId: 's:1', frameSeq: '7' });
  });

  it('has an id of its own for a request without one, the same for its error', () => {
    const headers = headersWith({});
    const { requestId, analysisSessionId, frameSeq } = correlationOf(headers);
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect([analysisSessionId, frameSeq]).toEqual([null, null]);
    expect(correlationOf(headers, 'lenient').requestId).toBe(requestId);
    expect(correlationOf(headersWith({})).requestId).not.toBe(requestId);
  });

  test.each([
    ['a line’s end', 'a\r\nset-cookie: x'],
    ['a space', 'a b'],
    ['129 letters', 'a'.repeat(129)],
    ['another alphabet', 'ünì'],
    ['a quote', 'a"b'],
  ])('refuses %s in an id, and leaves it out of the error', (_, id) => {
    for (const name of ['x-request-id', 'x-analysis-session', 'x-frame-seq'] as const) {
      const headers = headersWith({ [name]: id });
      expect(() => correlationOf(headers)).toThrow(expect.objectContaining({ code: 'request-invalid' }));
      const lenient = correlationOf(headers, 'lenient');
      expect(Object.values(lenient)).not.toContain(id);
      expect(lenient.requestId).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('takes 128 letters', () => {
    const id = 'a'.repeat(128);
    expect(correlationOf(headersWith({ 'x-request-id': id })).requestId).toBe(id);
  });
});
