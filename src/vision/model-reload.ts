import type { ModelIdentity } from '../protocol/records.ts';
import type { ModelWatch } from './model-watch.ts';

/** What keeps models loaded is given this, to notice that others are in use and to tell what became of it. */
export interface ModelReload extends ModelWatch {
  onReloaded(models: readonly ModelIdentity[]): void;
  /** What was loaded before stays in use. */
  onFailure(thrown: unknown): void;
}

/** For those who live too short a time, or test something else. */
export const NO_RELOAD: ModelReload = {
  onChange: () => () => {},
  onReloaded: () => {},
  onFailure: () => {},
};

/** Before what could not be loaded is tried again, where nothing changes meanwhile. */
export const RELOAD_RETRY_MS = 30_000;
