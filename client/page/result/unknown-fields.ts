/** Reads what came over the wire without trusting its shape: what is not as expected is null. */

export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

export function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

export function oneOf<Choice>(choices: readonly Choice[], value: unknown): Choice | null {
  return choices.find((choice) => choice === value) ?? null;
}

/** The elements that `read` understands. */
export function listOf<Item>(value: unknown, read: (item: unknown) => Item | null): readonly Item[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown) => {
    const understood = read(item);
    return understood === null ? [] : [understood];
  });
}

/** Numbers of a flat list or typed array; null where one of them is none. */
export function numbersOf(value: unknown): readonly number[] | null {
  if (!Array.isArray(value) && !ArrayBuffer.isView(value)) return null;
  const items = Array.from(value as ArrayLike<unknown>);
  return items.every((item) => numberOf(item) !== null) ? (items as number[]) : null;
}
