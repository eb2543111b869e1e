/**
 * Where the focus goes when what had it is gone from the screen: to what is to be done next (`data-focus`), else to the
 * stage. Whoever was elsewhere on the page is left there.
 */
export function createFocusKeeper(root: ShadowRoot) {
  let hadFocus = false;
  return {
    /** Before the screen changes. */
    note(): void {
      hadFocus = root.activeElement !== null;
    },
    /** After it has; `next`: not only when the focus was lost, but because there is something new to answer. */
    restore(next: boolean): void {
      const { activeElement } = root;
      const stage = root.querySelector<HTMLElement>('.stage');
      if (!hadFocus || (activeElement !== null && activeElement !== stage && !next)) return;
      const target = root.querySelector<HTMLElement>('[data-focus]') ?? stage;
      if (target !== activeElement) target?.focus({ preventScroll: true });
    },
  };
}
