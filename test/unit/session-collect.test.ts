import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { parseResumeState } from '../../src/edge/session/resume-state.ts';
import { type Hello, helloSchema } from '../../src/protocol/messages.ts';
import { captureRecordSchema } from '../../src/protocol/records.ts';
import { createSessionScript, effectsOf, HELLO, type SessionScript } from '../support/session-script.ts';
import { resultOf } from '../support/stub-coach.ts';

const TICKET = 'a-ticket-that-nobody-guesses';
const COLLECT = { captureId: 'body-capture-1', ticket: TICKET };
const KEPT = { captureId: 'body-capture-1', ticketHash: createHash('sha256').update(TICKET).digest('hex') };

function opened(hello: Partial<Hello>): SessionScript {
  const script = createSessionScript();
  script.receive({ ...HELLO, ...hello });
  script.on({
    type: 'authenticated',
    subject: 'sam',
    expiresAtMs: null,
    sessionId: 'session-1',
    resumeToken: 'resume-1',
  });
  return script;
}

function resumed(before: SessionScript, hello: Partial<Hello>): SessionScript {
  const saved = effectsOf(before.effects, 'save').at(-1)!.state;
  const resume = { sessionId: 'session-1', resumeToken: 'resume-1', lastSeq: 0 };
  const script = opened({ ...hello, resume });
  script.on({ type: 'claimed', generation: 2, state: JSON.parse(JSON.stringify(saved)) });
  return script;
}

/** The record of a capture that this session takes. */
function publishedDraft(script: SessionScript) {
  for (const seq of [1, 2, 3]) script.judge(seq, 'pass');
  const { captureId } = script.sent.findLast((message) => message.type === 'capture-request')!;
  script.still(captureId);
  script.on({ type: 'still-analysed', captureId, result: resultOf('pass') });
  return effectsOf(script.effects, 'publish').at(-1)!.draft;
}

describe('a session that collects views of a body capture', () => {
  test('CA16 the record names the body capture and the hash of the ticket', () => {
    const draft = publishedDraft(opened({ collect: COLLECT }));
    expect(draft.collect).toEqual(KEPT);
    const record = { ...draft, imageSha256: '00' };
    expect(captureRecordSchema.parse(JSON.parse(JSON.stringify(record))).collect).toEqual(KEPT);
  });

  test('CA16 the record of any other session names none', () => {
    expect(publishedDraft(opened({}))).not.toHaveProperty('collect');
  });

  test('CA16 it survives a resume, also where hello does not name it again', () => {
    expect(publishedDraft(resumed(opened({ collect: COLLECT }), {})).collect).toEqual(KEPT);
  });

  test.each([
    ['another one', { collect: COLLECT }],
    ['none', {}],
  ])('CA16 a resumed session that had %s does not take what hello names', (_, before) => {
    const draft = publishedDraft(
      resumed(opened(before), { collect: { captureId: 'other', ticket: 'other' } }),
    );
    expect(draft.collect).toEqual('collect' in before ? KEPT : undefined);
  });

  test('HS11 the ticket is in no state, no message, no record and nothing that is saved', () => {
    const script = createSessionScript();
    const states: unknown[] = [];
    const look = () => states.push(script.state());
    script.receive({ ...HELLO, collect: COLLECT });
    look();
    script.on({
      type: 'authenticated',
      subject: null,
      expiresAtMs: null,
      sessionId: 'session-1',
      resumeToken: 'resume-1',
    });
    look();
    publishedDraft(script);
    look();
    const all = JSON.stringify([states, script.effects, script.sent]);
    expect(all).toContain(KEPT.ticketHash);
    expect(all).not.toContain(TICKET);
  });

  test('HS11 it opens whatever the ticket is', () => {
    expect(opened({ collect: { captureId: 'unknown', ticket: 'x' } }).sent.at(0)!.type).toBe('welcome');
  });

  test.each([
    ['no ticket', { captureId: 'a' }],
    ['an empty ticket', { captureId: 'a', ticket: '' }],
    ['a ticket above 128 characters', { captureId: 'a', ticket: 'x'.repeat(129) }],
    ['an id above 64 characters', { captureId: 'x'.repeat(65), ticket: 'a' }],
    ['no id', { ticket: 'a' }],
  ])('HS11 %s is no hello', (_, collect) => {
    expect(helloSchema.safeParse({ ...HELLO, collect }).success).toBe(false);
    expect(helloSchema.safeParse({ ...HELLO, collect: COLLECT }).success).toBe(true);
  });

  test('a state that was saved without it is still a state', () => {
    const saved = effectsOf(opened({}).effects, 'save').at(-1)!.state;
    expect(parseResumeState(JSON.parse(JSON.stringify(saved)))!.collect).toBeUndefined();
  });
});
