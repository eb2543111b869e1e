import type { AppState } from '../app-state.ts';
import type { PageContext } from '../views/page-context.ts';
import type { ShownResult } from './read-result.ts';
import type { ValueFormat } from './value-format.ts';

export type ResultState = Extract<AppState, { step: 'result' }>;

export interface ResultResources {
  readonly pictureUrl: string | null;
  readonly triangles: Promise<readonly number[] | null>;
}

/** All that the cards of the result share. */
export interface ResultContext extends PageContext {
  readonly state: ResultState;
  readonly shown: ShownResult;
  readonly format: ValueFormat;
}
