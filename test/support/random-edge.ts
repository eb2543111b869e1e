import fc from 'fast-check';
import type { SessionHost } from '../../src/edge/session-host.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import { DEFAULT_SESSION_LIMITS } from '../../src/protocol/limits.ts';
import type { ClientMessage, ServerMessage } from '../../src/protocol/messages.ts';
import type { ResultRecord } from '../../src/protocol/records.ts';
import { type BenchClient, createBench, settled } from './edge-bench.ts';
import { HELLO } from './session-script.ts';

/** What may happen; numbers choose among what there is at that moment. */
export type Happening =
  | { readonly kind: 'frame'; readonly person: number; readonly step: number }
  /** Three good frames, answered one after the other: without help chance seldom comes to a capture. */
  | { readonly kind: 'dwell'; readonly person: number }
  | { readonly kind: 'still'; readonly person: number; readonly known: boolean }
  | { readonly kind: 'press' | 'garbage' | 'dark' | 'lose' | 'bye'; readonly person: number }
  | { readonly kind: 'connect'; readonly person: number; readonly node: number }
  | {
      readonly kind: 'analysed';
      readonly which: number;
      readonly outcome: 'pass' | 'adjust' | 'fail' | 'broken';
    }
  | {
      readonly kind: 'published';
      readonly which: number;
      readonly outcome: 'ack' | 'lose' | 'retry' | 'refuse';
    }
  | { readonly kind: 'result'; readonly which: number; readonly analyzer: 'quality' | 'skin' }
  | { readonly kind: 'time'; readonly ms: number }
  | { readonly kind: 'stop'; readonly node: number };

const PEOPLE = 3;
const NODES = 2;
const STILL_MARK = 255;

const person = fc.nat(PEOPLE - 1);
const which = fc.nat(9);

export const happenings: fc.Arbitrary<readonly Happening[]> = fc.array(
  fc.oneof(
    {
      weight: 30,
      arbitrary: fc.record({
        kind: fc.constant('frame' as const),
        person,
        step: fc.integer({ min: -1, max: 3 }),
      }),
    },
    {
      weight: 30,
      arbitrary: fc.record({
        kind: fc.constant('analysed' as const),
        which,
        // Mostly good views, or no dwell would ever be complete.
        outcome: fc.constantFrom('pass' as const, 'pass', 'pass', 'pass', 'pass', 'adjust', 'fail', 'broken'),
      }),
    },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('dwell' as const), person }) },
    { weight: 8, arbitrary: fc.record({ kind: fc.constant('still' as const), person, known: fc.boolean() }) },
    {
      weight: 10,
      arbitrary: fc.record({
        kind: fc.constant('published' as const),
        which,
        outcome: fc.constantFrom('ack' as const, 'ack', 'lose', 'retry', 'refuse'),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('result' as const),
        which,
        analyzer: fc.constantFrom('quality' as const, 'skin'),
      }),
    },
    {
      weight: 8,
      arbitrary: fc.record({ kind: fc.constant('connect' as const), person, node: fc.nat(NODES - 1) }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constantFrom('press' as const, 'garbage', 'dark', 'lose', 'bye'),
        person,
      }),
    },
    {
      weight: 10,
      arbitrary: fc.record({
        kind: fc.constant('time' as const),
        ms: fc.constantFrom(1, 100, 1000, 3000, 6000),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('stop' as const), node: fc.nat(NODES - 1) }) },
  ),
  { minLength: 20, maxLength: 150, size: 'max' },
);

/** One connection as its client sees it. */
interface Line {
  readonly client: BenchClient;
  readonly mark: number;
  readonly sent: Set<number>;
  readonly refused: Set<number>;
  readonly answered: number[];
  read: number;
}

interface Person {
  readonly index: number;
  line: Line | null;
  session: { sessionId: string; resumeToken: string } | null;
  lastSeq: number;
  lastAnswered: number;
  captureId: string | null;
  readonly results: Map<string, number>;
}

/** How often the interesting things happened: a property that never gets to a capture proves little about captures. */
export interface Tally {
  captured: number;
  resumed: number;
  skipped: number;
  results: number;
}

/** Plays the happenings on two nodes, and checks what a client may rely on after each of them. Throws what is broken. */
export async function playRandomEdge(script: readonly Happening[], tally: Tally): Promise<void> {
  const bench = createBench();
  const hosts = ['a', 'b'].map((node) => bench.host(node));
  const stopped: Promise<void>[] = [];
  const retired: SessionHost[] = [];
  const acked = new Set<string>();
  const published = new Map<string, string>();
  const stored: ResultRecord[] = [];
  const people = Array.from({ length: PEOPLE }, (_, index) => newPerson(index));
  const lines: { line: Line; wasDark: boolean }[] = [];
  let lastMark = 0;

  function ensure(holds: boolean, what: string): asserts holds {
    if (!holds) throw new Error(what);
  }

  function send(one: Person, message: ClientMessage): void {
    if (one.line !== null && one.line.client.closed === null) one.line.client.send(message);
  }

  async function connect(one: Person, node: number): Promise<void> {
    const client = bench.connect(hosts[node]!);
    lastMark = (lastMark + 1) % STILL_MARK;
    const line: Line = {
      client,
      mark: lastMark,
      sent: new Set(),
      refused: new Set(),
      answered: [],
      read: 0,
    };
    lines.push({ line, wasDark: false });
    const results = [...one.results.keys()].slice(-32);
    const resume =
      one.session === null ? {} : { resume: { ...one.session, lastSeq: one.lastAnswered, results } };
    one.line = line;
    client.send({ ...HELLO, token: `person-${one.index}`, ...resume });
    await settled();
  }

  function frame(one: Person, step: number): void {
    const { line } = one;
    if (line === null || line.client.closed !== null || one.session === null || line.read === 0) return;
    const repeated = one.lastSeq + step;
    // A repeat only on the same line: across lines the client is trusted to go on above all that it has sent (RS4).
    const seq = step > 0 || line.sent.has(repeated) ? repeated : one.lastSeq + 1;
    if (seq > one.lastSeq) line.sent.add(seq);
    // A refused seq may be used again (FR4), as long as none above it was accepted.
    const accepted = [...line.sent].filter((sent) => !line.refused.has(sent));
    if (accepted.every((other) => other < seq)) line.refused.delete(seq);
    one.lastSeq = Math.max(one.lastSeq, seq);
    const data = new Uint8Array(8).fill(line.mark);
    send(one, { type: 'frame', seq, capturedAtMs: seq * 50, width: 100, height: 80, format: 'jpeg', data });
  }

  async function dwell(one: Person): Promise<void> {
    for (let turn = 0; turn < 3; turn++) {
      frame(one, 1);
      await settled();
      bench.analyses.find(({ mark }) => mark === one.line?.mark)?.finish('pass', 50 + turn);
      await settled();
    }
  }

  function still(one: Person, known: boolean): void {
    const captureId = known ? one.captureId : 'made-up';
    const data = new Uint8Array(16).fill(STILL_MARK);
    if (captureId === null || one.line === null || one.line.read === 0) return;
    send(one, { type: 'still', captureId, seq: 1, width: 100, height: 80, format: 'jpeg', data });
  }

  async function happen(happening: Happening): Promise<void> {
    switch (happening.kind) {
      case 'frame':
        return frame(people[happening.person]!, happening.step);
      case 'dwell':
        return dwell(people[happening.person]!);
      case 'still':
        return still(people[happening.person]!, happening.known);
      case 'press':
        return send(people[happening.person]!, { type: 'capture', seq: 1 });
      case 'garbage':
        return people[happening.person]!.line?.client.handler.onText();
      case 'dark': {
        const { line } = people[happening.person]!;
        if (line === null) return;
        line.client.dark = true;
        lines.find((entry) => entry.line === line)!.wasDark = true;
        return;
      }
      case 'lose': {
        const one = people[happening.person]!;
        if (one.line !== null && one.line.client.closed === null) one.line.client.handler.onClose();
        one.line = null;
        return;
      }
      case 'bye': {
        const one = people[happening.person]!;
        if (one.line === null || one.line.read === 0) return;
        send(one, { type: 'bye', reason: '' });
        await settled();
        Object.assign(one, newPerson(one.index));
        return;
      }
      case 'connect':
        return connect(people[happening.person]!, happening.node);
      case 'analysed': {
        const analysis = bench.analyses[happening.which % Math.max(1, bench.analyses.length)];
        if (happening.outcome === 'broken') analysis?.fail(new FramegateError('image-corrupt', 'broken'));
        else analysis?.finish(happening.outcome, (happening.which * 37) % 100);
        return;
      }
      case 'published': {
        const publish = bench.publishes[happening.which % Math.max(1, bench.publishes.length)];
        if (publish === undefined) return;
        const { captureId, sessionId } = publish.record;
        if (happening.outcome === 'ack') {
          acked.add(captureId);
          publish.ack();
        } else if (happening.outcome === 'lose') publish.lose();
        else publish.fail(happening.outcome === 'retry');
        if (happening.outcome === 'ack' || happening.outcome === 'lose') published.set(captureId, sessionId);
        return;
      }
      case 'result': {
        const entry = [...published][happening.which % Math.max(1, published.size)];
        if (entry === undefined) return;
        const [captureId, sessionId] = entry;
        const { analyzer: kind } = happening;
        const result = {
          captureId,
          sessionId,
          kind,
          status: 'done',
          result: {},
          error: null,
        } as ResultRecord;
        stored.push(result);
        bench.deliver(result);
        return;
      }
      case 'time':
        return bench.clock.advance(happening.ms);
      case 'stop': {
        const host = hosts[happening.node]!;
        stopped.push(host.drain());
        retired.push(host);
        hosts[happening.node] = bench.host(happening.node === 0 ? 'a' : 'b');
      }
    }
  }

  function heard(one: Person, line: Line, message: ServerMessage): void {
    switch (message.type) {
      case 'welcome':
        ensure(!message.resumed || message.sessionId === one.session?.sessionId, 'resumed another session');
        if (message.resumed) tally.resumed += 1;
        one.session = { sessionId: message.sessionId, resumeToken: message.resumeToken };
        one.lastSeq = Math.max(one.lastSeq, message.lastSeq);
        return;
      case 'feedback': {
        const { seq, verdict } = message;
        ensure(line.sent.has(seq), `feedback for frame ${seq}, which was not sent here`);
        ensure(!line.refused.has(seq), `feedback for frame ${seq}, which was refused`);
        ensure(seq > (line.answered.at(-1) ?? 0), `feedback ${seq} after ${line.answered.at(-1)}`);
        line.answered.push(seq);
        one.lastAnswered = seq;
        if (verdict === 'skipped') tally.skipped += 1;
        return;
      }
      case 'error':
        if (message.seq !== undefined && message.code !== 'seq-not-increasing') line.refused.add(message.seq);
        if (message.code === 'resume-failed') one.session = null;
        return;
      case 'capture-request':
        one.captureId = message.captureId;
        return;
      case 'captured':
        ensure(acked.has(message.captureId), `captured ${message.captureId} without acknowledgement`);
        ensure(bench.stream.get(message.captureId) === message.streamSeq, 'captured with a wrong streamSeq');
        tally.captured += 1;
        return;
      case 'result': {
        const key = `${message.captureId}/${message.kind}`;
        ensure(!one.results.has(key), `result ${key} twice`);
        one.results.set(key, 1);
        tally.results += 1;
      }
    }
  }

  function check(): void {
    for (const one of people) {
      const { line } = one;
      if (line === null) continue;
      for (const message of line.client.received.slice(line.read)) heard(one, line, message);
      line.read = line.client.received.length;
      if (line.client.closed !== null) one.line = null;
      else if (!line.client.dark) {
        const unanswered = line.sent.size - line.refused.size - line.answered.length;
        ensure(unanswered <= DEFAULT_SESSION_LIMITS.maxInFlight, `${unanswered} frames unanswered`);
      }
    }
    for (const { line } of lines) {
      const inWork = bench.analyses.filter(({ mark }) => mark === line.mark).length;
      ensure(inWork <= 1, `${inWork} frames of one connection in work`);
    }
    const records = bench.frames.map(({ sessionId, seq }) => `${sessionId}/${seq}`);
    ensure(new Set(records).size === records.length, 'a frame was recorded twice');
  }

  /** Until nothing is asked of analyser and bus for longer than any pause of a session. */
  async function settleWork(): Promise<void> {
    let quietRounds = 0;
    for (let round = 0; round < 200; round++) {
      await bench.clock.advance(1000);
      check();
      quietRounds = bench.analyses.length + bench.publishes.length === 0 ? quietRounds + 1 : 0;
      if (quietRounds > 10) return;
      for (const analysis of [...bench.analyses]) analysis.finish('adjust');
      for (const publish of [...bench.publishes]) {
        acked.add(publish.record.captureId);
        published.set(publish.record.captureId, publish.record.sessionId);
        publish.ack();
      }
    }
    throw new Error('work never ends');
  }

  for (const happening of script) {
    await happen(happening);
    await settled();
    check();
  }

  await settleWork();
  for (const one of people) {
    const { line } = one;
    if (line === null || line.client.dark) continue;
    const open = [...line.sent].filter((seq) => !line.refused.has(seq) && !line.answered.includes(seq));
    ensure(open.length === 0, `frames ${open.join(', ')} have no feedback`);
  }

  // Everyone comes back once more, and then has every result exactly once (twice fails in `heard`).
  for (const one of people) {
    await connect(one, 1);
    check();
    await settleWork();
    const { sessionId } = one.session!;
    const missing = stored.filter(
      (result) => result.sessionId === sessionId && !one.results.has(`${result.captureId}/${result.kind}`),
    );
    ensure(missing.length === 0, `results missing: ${missing.map(({ captureId }) => captureId).join(', ')}`);
  }

  for (const one of people) one.line?.client.handler.onClose();
  await settleWork();
  // Connections that were lost in the dark: the node learns of them at last.
  for (const { line } of lines) if (line.client.closed === null) line.client.handler.onClose();
  await settleWork();
  await Promise.all(stopped);
  const recorded = new Set(bench.frames.map(({ seq, sessionId }) => `${sessionId}/${seq}`));
  ensure(recorded.size === bench.frames.length, 'a frame was recorded twice');
  for (const host of [...hosts, ...retired]) {
    const { connections, heldBytes, framesInWork, framesWaiting } = host.stats();
    ensure(connections + heldBytes + framesInWork + framesWaiting === 0, 'a node keeps something');
  }
  ensure(bench.clock.pendingTimers() === 0, `${bench.clock.pendingTimers()} timers are left`);
  ensure(bench.subscriptions() === 0, 'a subscription is left');
  ensure(bench.logged.length === 0, `logged: ${bench.logged.join(', ')}`);
}

function newPerson(index: number): Person {
  return {
    index,
    line: null,
    session: null,
    lastSeq: 0,
    lastAnswered: 0,
    captureId: null,
    results: new Map(),
  };
}
