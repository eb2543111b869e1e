import { describe, expect, it } from 'vitest';
import {
  type AdminEvent,
  type AdminState,
  draftOf,
  nextState,
  problemOf,
  START,
} from '../../client/admin/admin-state.ts';
import type { Reviewer } from '../../client/admin/api/admin-answers.ts';
import type { CaptureRow, Review } from '../../client/admin/api/review.ts';
import { EMPTY_LIST } from '../../client/admin/review/capture-list.ts';

const ADA: Reviewer = {
  id: 'ada',
  email: 'ada@example.org',
  display_name: null,
  role: 'admin',
  consent_flags: { store_images: false, training: false },
};

function row(captureId: string, changes: Partial<CaptureRow> = {}): CaptureRow {
  return {
    captureId,
    customer: null,
    status: 'done',
    source: 'web',
    createdAt: '2026-01-01T00:00:00.000Z',
    confidence: 0.8,
    waits: false,
    ...changes,
  };
}

function review(captureId: string, changes: Partial<CaptureRow> = {}): Review {
  return {
    row: row(captureId, changes),
    ownerId: 'ann',
    measures: null,
    error: null,
    adjustments: [],
    dataSet: null,
  };
}

function play(...events: AdminEvent[]): AdminState {
  return events.reduce(nextState, START);
}

const SIGNED_IN: AdminEvent = { type: 'signed-in', reviewer: ADA };
const page = (rows: readonly CaptureRow[], isFirst = true): AdminEvent => ({
  type: 'page',
  page: { rows, nextBefore: null },
  filter: EMPTY_LIST.filter,
  isFirst,
});
const open = (captureId: string | null): AdminEvent => ({ type: 'open', captureId });
const typed: AdminEvent = {
  type: 'draft',
  captureId: 'c1',
  draft: { values: { waist_circumference_cm: '75' }, notes: 'tape' },
};

describe('who may come in', () => {
  it.each([
    ['admin', 'reviewing'],
    ['labeler', 'reviewing'],
    ['partner', 'reviewing'],
    ['user', 'refused'],
  ] as const)('%s: %s', (role, access) => {
    expect(play({ type: 'signed-in', reviewer: { ...ADA, role } }).access).toBe(access);
  });

  it('a node without an HTTP interface is told', () => {
    expect(play({ type: 'settled', hasApi: false }).access).toBe('no-api');
    expect(play({ type: 'settled', hasApi: true }).access).toBe('signed-out');
  });

  it('a sign-in that has run out leaves all that was open and typed for the same person', () => {
    const out = play(SIGNED_IN, page([row('c1')]), open('c1'), typed, {
      type: 'signed-out',
      code: 'refresh-token-invalid',
    });
    expect(out.access).toBe('signed-out');
    expect(problemOf(out, 'sign-in')).toBe('refresh-token-invalid');
    const again = nextState(out, SIGNED_IN);
    expect(again).toMatchObject({ access: 'reviewing', openId: 'c1', problem: null });
    expect(draftOf(again).notes).toBe('tape');
  });

  it('and nothing for another one, but for the address', () => {
    const again = play(
      SIGNED_IN,
      page([row('c1')]),
      open('c1'),
      { type: 'reviewed', review: review('c1') },
      typed,
      { type: 'signed-out', code: 'token-expired' },
      { type: 'signed-in', reviewer: { ...ADA, id: 'abe' } },
    );
    expect(again).toMatchObject({ openId: 'c1', review: null, drafts: {}, list: EMPTY_LIST });
  });

  it('nor for whoever signs out', () => {
    const out = play(SIGNED_IN, page([row('c1')]), open('c1'), typed, { type: 'signed-out', code: null });
    expect(out).toEqual({ ...START, access: 'signed-out' });
    // What was on its way comes too late.
    expect(nextState(out, page([row('c1')]))).toBe(out);
    expect(nextState(out, { type: 'reviewed', review: review('c1') })).toBe(out);
  });
});

describe('the list', () => {
  it('has edits that wait first, and keeps the order of what it adds', () => {
    const { list } = play(
      SIGNED_IN,
      page([row('c1'), row('c2', { waits: true })]),
      page([row('c2', { waits: true }), row('c3'), row('c4', { waits: true })], false),
    );
    expect(list.rows?.map(({ captureId }) => captureId)).toEqual(['c2', 'c4', 'c1', 'c3']);
  });

  it('takes no page of a filter that is not chosen any more', () => {
    const before = play(SIGNED_IN, { type: 'filter', filter: { openOnly: true } });
    expect(nextState(before, page([row('c1')]))).toBe(before);
    expect(before.list.rows).toBeNull();
  });

  it('shows in its place what has become of a capture, with what only the list knows', () => {
    const { list } = play(
      SIGNED_IN,
      page([row('c1', { waits: true, customer: 'Carl' }), row('c2')]),
      open('c1'),
      { type: 'reviewed', review: review('c1', { waits: false, createdAt: '' }) },
    );
    expect(list.rows?.[0]).toEqual(row('c1', { customer: 'Carl' }));
  });
});

describe('the open capture', () => {
  it('is not taken for another that was asked for earlier', () => {
    const state = play(SIGNED_IN, open('c1'), open('c2'), { type: 'reviewed', review: review('c1') });
    expect(state.review).toBeNull();
  });

  it('takes its question, its picture and its problem with it when another one is opened', () => {
    const state = play(
      SIGNED_IN,
      open('c1'),
      { type: 'ask', asked: { what: 'decision', adjustmentId: 'e1', approve: true } },
      { type: 'failed', task: 'mark', code: 'consent-missing' },
      {
        type: 'picture',
        captureId: 'c1',
        picture: { artifactId: 'a1', view: 'front', url: 'blob:1', width: 1, height: 2 },
      },
    );
    expect(state.picture).not.toBeNull();
    expect(nextState(state, open('c2'))).toMatchObject({ asked: null, picture: null, problem: null });
    expect(
      nextState(nextState(state, open('c2')), {
        type: 'picture',
        captureId: 'c1',
        picture: { artifactId: 'a1', view: 'front', url: 'blob:1', width: 1, height: 2 },
      }).picture,
    ).toBeNull();
  });

  it('keeps what is typed for it while others are looked at, and lets go of it when it is kept', () => {
    const back = play(SIGNED_IN, open('c1'), typed, open('c2'), open('c1'));
    expect(draftOf(back).notes).toBe('tape');
    expect(draftOf(nextState(back, open('c2'))).notes).toBe('');
    expect(draftOf(nextState(back, { type: 'labelled', captureId: 'c1' })).notes).toBe('');
  });
});

describe('what is asked of the service', () => {
  it('what was done stays told until something else is begun', () => {
    const done = play(
      SIGNED_IN,
      { type: 'begun', task: 'mark' },
      { type: 'begun', task: 'list' },
      { type: 'done', task: 'mark', notice: 'Marked.' },
      { type: 'done', task: 'list', notice: null },
    );
    expect(done).toMatchObject({ notice: 'Marked.', busy: [] });
    expect(nextState(done, { type: 'begun', task: 'sheet' }).notice).toBeNull();
  });

  it('says what it is at, and what went wrong where it was asked', () => {
    const busy = play(SIGNED_IN, { type: 'begun', task: 'label' }, { type: 'begun', task: 'list' });
    expect(busy.busy).toEqual(['label', 'list']);
    const failed = nextState(busy, { type: 'failed', task: 'label', code: 'device-offline' });
    expect(failed.busy).toEqual(['list']);
    expect([problemOf(failed, 'label'), problemOf(failed, 'list')]).toEqual(['device-offline', null]);
    // Another task leaves it to be read; the next try takes it away.
    expect(problemOf(nextState(failed, { type: 'begun', task: 'sheet' }), 'label')).toBe('device-offline');
    expect(problemOf(nextState(failed, { type: 'begun', task: 'label' }), 'label')).toBeNull();
  });

  it('a question is taken back by Escape, and by what goes wrong', () => {
    const asked = play(SIGNED_IN, open('c1'), {
      type: 'ask',
      asked: { what: 'decision', adjustmentId: 'e1', approve: false },
    });
    expect(nextState(asked, { type: 'cancel' }).asked).toBeNull();
    expect(nextState(asked, { type: 'failed', task: 'decide', code: 'adjustment-decided' }).asked).toBeNull();
    expect(nextState(asked, { type: 'failed', task: 'list', code: 'device-offline' }).asked).not.toBeNull();
    const none = nextState(asked, { type: 'cancel' });
    expect(nextState(none, { type: 'cancel' })).toBe(none);
  });
});
