import type { AdminActions } from './admin-actions.ts';
import type { AdminState } from './admin-state.ts';
import { neighbour } from './review/capture-list.ts';
import { decisionBar } from './review/decision-bar.ts';
import { shortcutOf } from './shortcuts.ts';

/** Listens for the page's shortcuts. j and k move through the list, Enter opens: reading a capture is logged. */
export function createKeyboard(
  root: HTMLElement,
  state: () => AdminState,
  actions: Pick<AdminActions, 'ask' | 'cancel' | 'closePicture'>,
): (event: KeyboardEvent) => void {
  function move(step: 1 | -1): void {
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.row : null;
    const captureId = neighbour(state().list, focused ?? state().openId, step);
    if (captureId === null) return;
    root.querySelector<HTMLElement>(`[data-row="${CSS.escape(captureId)}"]`)?.focus();
  }

  function decide(approve: boolean): void {
    const { review, reviewer } = state();
    if (review === null || reviewer === null) return;
    const latest = review.measures?.latestAdjustmentId ?? null;
    const open = review.adjustments.find((one) => decisionBar(one, latest, reviewer) === null);
    if (open !== undefined) actions.ask({ what: 'decision', adjustmentId: open.adjustment_id, approve });
  }

  function cancel(): boolean {
    if (state().asked !== null) actions.cancel();
    else if (state().picture !== null) actions.closePicture();
    else return false;
    return true;
  }

  return (event) => {
    if (state().access !== 'reviewing' || event.defaultPrevented) return;
    const target = event.target instanceof Element ? event.target : null;
    const shortcut = shortcutOf(
      {
        key: event.key,
        hasModifier: event.ctrlKey || event.metaKey || event.altKey,
        isTyping: target?.closest('input:not([type="checkbox"]), select, textarea') != null,
        isInList: target?.closest('[data-row]') != null,
      },
      state().letters,
    );
    if (shortcut === null) return;
    if (shortcut === 'next') move(1);
    else if (shortcut === 'previous') move(-1);
    else if (shortcut === 'approve') decide(true);
    else if (shortcut === 'refuse') decide(false);
    else if (shortcut === 'help') root.querySelector<HTMLElement>('#shortcuts > summary')?.click();
    else if (!cancel()) return;
    event.preventDefault();
  };
}
