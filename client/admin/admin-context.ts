import type { AdminActions } from './admin-actions.ts';
import type { AdminState } from './admin-state.ts';

/** What every view of the page may use. */
export interface AdminContext {
  readonly state: AdminState;
  readonly actions: AdminActions;
  readonly nowMs: number;
}
