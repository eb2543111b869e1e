import type { SeededRandom } from '../seeded-random.ts';

/** Everything that may happen to a session. Numbers choose among what there is at that moment, so that any list makes sense. */
export const HAPPENINGS = {
  hello: 3,
  'hello-resume': 2,
  'hello-refused': 1,
  authenticated: 6,
  'auth-failed': 1,
  claimed: 4,
  'claim-failed': 1,
  frame: 40,
  still: 10,
  press: 5,
  bye: 1,
  garbage: 3,
  'slot-granted': 30,
  'frame-analysed': 40,
  'frame-failed': 3,
  'still-analysed': 12,
  'still-failed': 3,
  'publish-acked': 8,
  'publish-failed': 8,
  result: 5,
  'save-ended': 5,
  superseded: 1,
  'pace-changed': 2,
  backpressure: 3,
  drained: 3,
  'send-dropped': 1,
  drain: 1,
  time: 15,
  'clock-set-back': 1,
  'connection-closed': 2,
} as const;

export type HappeningKind = keyof typeof HAPPENINGS;

export interface Happening {
  readonly kind: HappeningKind;
  /** Which one, how long, how good. */
  readonly a: number;
  readonly b: number;
}

const KINDS: readonly HappeningKind[] = Object.entries(HAPPENINGS).flatMap(([kind, weight]) =>
  Array.from({ length: weight }, () => kind as HappeningKind),
);
const LARGEST = 16;
const MAX_LENGTH = 120;

/** Without an open session most of what happens happens to nobody. */
const OPENING: readonly HappeningKind[] = ['hello', 'authenticated'];
const RESUMING: readonly HappeningKind[] = ['hello-resume', 'authenticated', 'claimed'];
/** A good frame from its arrival to its feedback; three of them are a dwell. */
const GOOD_FRAME: readonly HappeningKind[] = ['frame', 'slot-granted', 'frame-analysed'];

export function randomScript(random: SeededRandom): readonly Happening[] {
  const opening = random.chance(0.1) ? [] : random.chance(0.25) ? RESUMING : OPENING;
  const script = opening.map((kind) => ({ kind, a: 0, b: 0 }));
  const length = random.between(5, MAX_LENGTH);
  while (script.length < length) script.push(...randomPiece(random));
  return script;
}

/** Chance alone seldom comes to a capture: whole dwells are among the pieces. */
function randomPiece(random: SeededRandom): Happening[] {
  if (random.chance(0.05)) {
    const frames = random.between(1, 4) * GOOD_FRAME.length;
    return Array.from({ length: frames }, (_, i) => ({ kind: GOOD_FRAME[i % 3]!, a: 0, b: 0 }));
  }
  return [{ kind: random.pick(KINDS), a: random.int(LARGEST), b: random.int(LARGEST) }];
}

export function mutateScript(
  script: readonly Happening[],
  other: readonly Happening[],
  random: SeededRandom,
): readonly Happening[] {
  const changed = [...script];
  for (let change = random.between(1, 6); change > 0; change--) {
    const at = random.int(changed.length + 1);
    switch (random.int(6)) {
      case 0:
        changed.splice(at, random.between(1, 4));
        break;
      case 1:
        changed.splice(at, 0, ...randomPiece(random));
        break;
      case 2: {
        const from = random.int(other.length + 1);
        changed.splice(at, 0, ...other.slice(from, from + random.between(1, 12)));
        break;
      }
      case 3:
        changed.splice(at, 0, ...changed.slice(at, at + random.between(1, 9)));
        break;
      case 4: {
        const swapped = changed[at];
        if (swapped !== undefined) changed[at] = { ...swapped, a: random.int(LARGEST) };
        break;
      }
      default:
        if (at < changed.length) changed[at] = randomPiece(random)[0]!;
    }
  }
  return changed.slice(0, MAX_LENGTH * 2);
}
