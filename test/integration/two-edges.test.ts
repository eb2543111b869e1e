import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Feedback } from '../../src/protocol/messages.ts';
import { type EdgeFixture, startEdges } from '../support/edge-fixture.ts';
import { natsServerMissing } from '../support/nats-server.ts';
import { type RecordedSession, recordSession } from '../support/recorded-session.ts';
import { redisServerMissing } from '../support/redis-server.ts';
import { type EncodedFrame, renderedFrames } from '../support/rendered-frames.ts';
import { until } from '../support/until.ts';

const missing = natsServerMissing ?? redisServerMissing;
const SESSIONS = 24;
/** A dwell bridges 600 ms without a frame; a machine that takes longer says nothing about the move. */
const LONGEST_GAP_MS = 500;

interface Moving {
  readonly recorded: RecordedSession;
  /** One entry a feedback. */
  readonly answeredAtMs: readonly number[];
  readonly closes: readonly { readonly code: number; readonly reason: string | undefined }[];
  readonly liveAtMs: readonly number[];
}

describe.skipIf(missing !== null)(`two edges that share their sessions ${missing ?? ''}`, () => {
  let edges: EdgeFixture;
  let moving: Moving[];

  beforeAll(async () => {
    const settings = { FRAMEGATE_DWELL_MS: '10000', FRAMEGATE_THREADS: '1' };
    edges = await startEdges(settings, settings);
    const [face] = await renderedFrames(1);
    const urls = edges.edges.map(({ url }) => url);
    moving = await Promise.all(Array.from({ length: SESSIONS }, () => streamTo(urls, face!)));
  });

  afterAll(async () => {
    for (const { recorded } of moving ?? []) recorded.close();
    await edges?.close();
  });

  test('SIGTERM of one moves its sessions to the other as they are', { timeout: 60_000 }, async () => {
    const [asking, ...rest] = moving;
    await Promise.all(moving.map(({ recorded }) => recorded.until(() => lastDwell(recorded) > 0.02)));
    // Half of them with a capture behind them, one in the midst of one.
    const captured = rest.slice(0, SESSIONS / 2);
    for (const { recorded } of captured) recorded.client.capture();
    await Promise.all(captured.map(({ recorded }) => recorded.until(() => recorded.captured.length === 1)));
    asking!.recorded.client.capture();

    const startMs = performance.now();
    const [exitCode] = await Promise.all([
      edges.edges[0]!.process.kill('SIGTERM'),
      until(() => moving.every(({ liveAtMs }) => liveAtMs.length === 2), 30_000),
    ]);
    const moves = moving.map(({ liveAtMs }) => liveAtMs[1]! - startMs).sort((a, b) => a - b);
    const [median, last] = [moves[SESSIONS / 2]!, moves.at(-1)!];
    console.info(
      `of ${SESSIONS} sessions half moved after ${median.toFixed(0)} ms, the last after ${last.toFixed(0)} ms`,
    );
    expect(exitCode).toBe(0);

    await Promise.all(
      moving.map(({ recorded }) => {
        const answered = recorded.feedbacks.length;
        return recorded.until(() => recorded.feedbacks.length > answered + 2);
      }),
    );
    for (const { recorded, closes } of moving) {
      expect(closes).toEqual([{ code: 4503, reason: 'server-draining' }]);
      const [first, second] = recorded.welcomes;
      expect(second).toMatchObject({ resumed: true, sessionId: first!.sessionId, node: 'edge-2' });
      expect(recorded.welcomes).toHaveLength(2);
      expect(unaccounted(recorded)).toEqual([]);
    }
    // RS5: told again, or asked for again under the same id; in neither case lost, nor another one.
    for (const { recorded } of captured) expect(recorded.captured).toHaveLength(1);
    await asking!.recorded.until(() => asking!.recorded.captured.length === 1);
    const cut = moving.filter(
      (session) => !captured.includes(session) && session !== asking && losesDwell(session),
    );
    expect(cut).toEqual([]);
  });
});

async function streamTo(urls: readonly string[], face: EncodedFrame): Promise<Moving> {
  const answeredAtMs: number[] = [];
  const closes: Moving['closes'][number][] = [];
  const liveAtMs: number[] = [];
  const recorded = await recordSession({ urls }, face, 5);
  liveAtMs.push(performance.now());
  recorded.client.on('feedback', () => answeredAtMs.push(performance.now()));
  recorded.client.on('state', (state, close) => {
    if (state === 'live') liveAtMs.push(performance.now());
    else if (close !== null) closes.push({ code: close.code, reason: close.error?.code });
  });
  return { recorded, answeredAtMs, closes, liveAtMs };
}

const lastDwell = ({ feedbacks }: RecordedSession): number => feedbacks.at(-1)?.dwell ?? 0;

/** Frames that are neither answered once nor refused, those aside that are still under way or were cut off in flight. */
function unaccounted({ sent, feedbacks, errors, client, welcomes }: RecordedSession): string[] {
  const answers = feedbacks.map(({ seq }) => seq);
  const wrong = answers.filter((seq, i) => i > 0 && seq <= answers[i - 1]!).map((seq) => `${seq} came late`);
  const told = new Set([...answers, ...errors.map(({ seq }) => seq)]);
  const movedAtSeq = welcomes[1]!.lastSeq;
  const open = sent.filter((seq) => !told.has(seq));
  // What was sent into a connection that was just being closed has met nobody.
  const cutOff = open.filter((seq) => seq > movedAtSeq && sent.indexOf(seq) < sent.length - client.inFlight);
  if (cutOff.length > 1) wrong.push(`${cutOff.join()} were never answered`);
  return [
    ...wrong,
    ...open.filter((seq) => seq <= movedAtSeq).map((seq) => `${seq} was accepted and not answered`),
  ];
}

function losesDwell({ recorded: { feedbacks, welcomes }, answeredAtMs }: Moving): boolean {
  const isNew = ({ seq }: Feedback): boolean => seq > welcomes[1]!.lastSeq;
  const first = feedbacks.findIndex(isNew);
  const gapMs = answeredAtMs[first]! - answeredAtMs[first - 1]!;
  return gapMs < LONGEST_GAP_MS && feedbacks[first]!.dwell < feedbacks[first - 1]!.dwell;
}
