import { ensure, type FuzzTarget } from '../fuzz-target.ts';
import { shrinkList } from '../shrink-list.ts';
import { happen } from './happen.ts';
import { HAPPENINGS, type Happening, type HappeningKind, mutateScript, randomScript } from './happening.ts';
import { playSession } from './played-session.ts';

/** The pure session: any events in any order, with what must hold after each of them. */
export const sessionTarget: FuzzTarget<readonly Happening[]> = {
  name: 'session',
  watched: '/src/edge/session/',
  batchInputs: 200,
  ordinary: [
    scriptOf('hello authenticated frame slot-granted frame-analysed bye'),
    scriptOf(
      'hello authenticated frame slot-granted frame-analysed frame slot-granted frame-analysed frame slot-granted frame-analysed still still-analysed publish-acked result connection-closed',
    ),
    scriptOf('hello-resume authenticated claimed frame slot-granted drain frame-analysed save-ended'),
  ],
  mutate: (random, corpus) =>
    random.chance(0.3)
      ? randomScript(random)
      : mutateScript(random.pick(corpus), random.pick(corpus), random),
  run: (script) => {
    playScript(script);
    return script.length;
  },
  shrink: (script, fails) => shrinkList(script, fails),
  print: (script) => script.map(({ kind, a, b }) => `${kind}:${a}:${b}`).join(' '),
};

/** A printed script, as sessionTarget prints it; numbers may be left out. */
export function scriptOf(text: string): readonly Happening[] {
  return text.split(' ').map((word) => {
    const [kind = '', a = '0', b = '0'] = word.split(':');
    if (!Object.hasOwn(HAPPENINGS, kind)) throw new Error(`there is no happening ${kind}`);
    return { kind: kind as HappeningKind, a: Number(a), b: Number(b) };
  });
}

/** Plays it, and then to its end: work in hand is finished, the client leaves, the bus answers. */
export function playScript(script: readonly Happening[]): void {
  const session = playSession();
  for (const happening of script) {
    if (session.ended) break;
    happen(session, happening);
  }
  const again = (kind: HappeningKind) => happen(session, { kind, a: 0, b: 0 });
  for (let round = 0; round < 4 && session.state().phase === 'live'; round++) {
    again('slot-granted');
    again('frame-analysed');
  }
  if (session.state().phase === 'live') {
    ensure(
      session.checks.unanswered.size === 0,
      () => `frames ${[...session.checks.unanswered]} have no feedback`,
    );
  }
  if (!session.ended) session.on({ type: 'connection-closed' });
  for (let round = 0; round < 20 && !session.ended; round++) {
    session.advance(5000);
    again('publish-acked');
  }
  ensure(session.ended, () => `it never ends: ${session.state().phase}`);
  // Whatever still comes for a session that has ended does nothing.
  for (const kind of Object.keys(HAPPENINGS)) again(kind as HappeningKind);
  for (const name of ['hello', 'token', 'still', 'publish', 'slow', 'leave'] as const) {
    session.on({ type: 'timer', name });
  }
}
