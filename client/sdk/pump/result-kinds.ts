const MAX_KINDS = 16;
const MAX_KIND_LENGTH = 64;

/** The `resultKinds` of a `captured` message, each once; undefined where a node does not name any. */
export function resultKindsOf(message: object): readonly string[] | undefined {
  const named: unknown = Reflect.get(message, 'resultKinds');
  if (!Array.isArray(named)) return undefined;
  const kinds = new Set(named.slice(0, MAX_KINDS).filter(isKind));
  return kinds.size === 0 ? undefined : [...kinds];
}

function isKind(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_KIND_LENGTH;
}
