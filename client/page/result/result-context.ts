import type { Result } from '../../../src/protocol/messages.ts';
import type { AppState } from '../app-state.ts';
import type { PageContext } from '../views/page-context.ts';
import type { ShownContours } from './read-contours.ts';
import type { ShownResult } from './read-result.ts';
import type { ShownSkin } from './read-skin.ts';
import type { ValueFormat } from './value-format.ts';

export type ResultState = Extract<AppState, { step: 'result' }>;

export interface ResultResources {
  readonly pictureUrl: string | null;
  /** Vertex indices of the mesh; null until they are there. */
  readonly triangles: readonly number[] | null;
}

/** All that the cards of the result share. */
export interface ResultContext extends PageContext {
  readonly state: ResultState;
  /** The one that stands for all: that of the picture's quality, else the first that came. */
  readonly main: Result;
  readonly shown: ShownResult;
  /** null where none came, or it failed. */
  readonly skin: ShownSkin | null;
  readonly contours: ShownContours | null;
  readonly format: ValueFormat;
}
