import type { BodyState, Screen } from './body-state.ts';

/**
 * Where the keyboard goes on once what had the focus has gone: to a new step's heading, to what an edit was opened by, to
 * the heading else. Whoever still has the focus is left there, and who had none (`hadFocus`) is not given it; a button that
 * was disabled meanwhile has lost it before.
 */
export function keepFocus(root: HTMLElement, before: BodyState, state: BodyState, hadFocus: boolean): void {
  const isNew = before.screen.step !== state.screen.step;
  if (isNew) scrollTo(0, 0);
  else if (document.activeElement !== document.body) return;
  const place = isNew ? null : placeAfter(before.screen, state.screen);
  if (!isNew && place === null && !hadFocus) return;
  const found = place === null ? null : root.querySelector<HTMLElement>(place);
  if (found !== null) found.focus();
  else root.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true });
}

function placeAfter(before: Screen, now: Screen): string | null {
  if (before.step !== 'result' || now.step !== 'result') return null;
  if (before.editing !== null) return `#edit-${before.editing}`;
  if (before.joints === null && now.joints !== null) return '#joints-form input';
  return before.joints !== null && now.joints === null ? '#correct-joints' : null;
}
