import { createHash } from 'node:crypto';
import type { MeasuredPerson } from './read-ansur.ts';

const TEST_SHARE = 0.2;
const SALT = 'framegate';

export const FOLDS = 10;

export interface SplitPeople {
  /** By fold: what is chosen and calibrated is judged on the fold that a fit has not seen. */
  readonly folds: readonly (readonly MeasuredPerson[])[];
  /** Nothing is chosen by these. */
  readonly test: readonly MeasuredPerson[];
}

/** By a hash of the id: the same people whatever the order, and whoever else is there. */
export function splitPeople(people: readonly MeasuredPerson[]): SplitPeople {
  const folds: MeasuredPerson[][] = Array.from({ length: FOLDS }, () => []);
  const test: MeasuredPerson[] = [];
  for (const person of people) {
    const digest = createHash('sha256').update(`${SALT}:${person.id}`).digest();
    if (digest.readUInt32BE(0) / 2 ** 32 < TEST_SHARE) test.push(person);
    else folds[digest.readUInt32BE(4) % FOLDS]!.push(person);
  }
  return { folds, test };
}
