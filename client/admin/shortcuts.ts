export type Shortcut = 'next' | 'previous' | 'approve' | 'refuse' | 'cancel' | 'help';

export interface PressedKey {
  readonly key: string;
  readonly hasModifier: boolean;
  /** Text goes in where the focus is. */
  readonly isTyping: boolean;
  /** The focus is in the list. */
  readonly isInList: boolean;
}

/** Letters that mean something by themselves; the page can switch them off for people who speak or mistype. */
const LETTERS: Readonly<Record<string, Shortcut>> = {
  j: 'next',
  k: 'previous',
  a: 'approve',
  r: 'refuse',
  '?': 'help',
};
const LIST_KEYS: Readonly<Record<string, Shortcut>> = { ArrowDown: 'next', ArrowUp: 'previous' };

/** What a key means; null: nothing, the browser has it. Pure. */
export function shortcutOf(
  { key, hasModifier, isTyping, isInList }: PressedKey,
  lettersAllowed: boolean,
): Shortcut | null {
  if (hasModifier) return null;
  if (key === 'Escape') return 'cancel';
  if (isTyping) return null;
  if (isInList && Object.hasOwn(LIST_KEYS, key)) return LIST_KEYS[key] ?? null;
  return lettersAllowed && Object.hasOwn(LETTERS, key) ? (LETTERS[key] ?? null) : null;
}
