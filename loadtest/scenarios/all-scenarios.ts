import { captures } from './captures.ts';
import { idle } from './idle.ts';
import { overload } from './overload.ts';
import type { Scenario } from './scenario.ts';
import { slowReaders } from './slow-readers.ts';
import { soak } from './soak.ts';
import { steady } from './steady.ts';
import { storm } from './storm.ts';

export const ALL_SCENARIOS: readonly Scenario[] = [
  steady,
  overload,
  storm,
  idle,
  captures,
  slowReaders,
  soak,
];
