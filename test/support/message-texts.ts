/** The texts of a tree of messages by their path: `failures.internal.title`. */
export function textsOf(messages: object, prefix = ''): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [key, value] of Object.entries(messages)) {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    if (typeof value === 'string') texts.set(path, value);
    else for (const [below, text] of textsOf(value as object, path)) texts.set(below, text);
  }
  return texts;
}

/** The `{name}` places of a text, sorted. */
export function placesOf(text: string): string[] {
  return [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();
}
