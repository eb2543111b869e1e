import type { AdminState } from './admin-state.ts';

/** After what was drawn has changed: the focus is where the reader goes on, and never lost with what is gone. */
export function moveFocus(root: HTMLElement, before: AdminState, state: AdminState): void {
  const to = targetOf(before, state);
  if (to === null) return;
  const target = root.querySelector<HTMLElement>(to);
  target?.focus({ preventScroll: to.startsWith('h1') });
}

/** A selector; null: it stays. */
function targetOf(before: AdminState, state: AdminState): string | null {
  if (before.access !== state.access) return 'h1';
  if (state.access !== 'reviewing') return null;
  if (before.openId !== state.openId) {
    return state.openId === null ? rowSelector(before.openId) : '#review-heading';
  }
  if (state.showsWrong && !before.showsWrong) return '.label-form [aria-invalid="true"]';
  if (state.asked !== null && before.asked !== state.asked) return '[data-confirm]';
  if (before.asked !== null && state.asked === null && before.picture === state.picture) {
    const { asked } = before;
    const id = asked.what === 'decision' ? asked.adjustmentId : asked.artifactId;
    return `[data-asked="${CSS.escape(id)}"]`;
  }
  if (before.picture !== state.picture) return state.picture === null ? '#figure' : '[data-close-picture]';
  return null;
}

function rowSelector(captureId: string | null): string {
  return captureId === null ? '#list-heading' : `[data-row="${CSS.escape(captureId)}"]`;
}
