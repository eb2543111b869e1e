import { FramegateError } from '../protocol/framegate-error.ts';

/** Names of fields whose values never reach a log. */
const HIDDEN_NAMES =
  /^(?:.*token|authorization|cookie|.*password|.*secret|credentials|data|image|pixels|landmarks|still|frame)$/i;
const TOKEN_IN_TEXT = /eyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g;
const CREDENTIALS_IN_URL = /\/\/[^/@\s]+@/g;
const MAX_DEPTH = 6;
const MAX_TEXT = 4000;

type Fields = Record<string, unknown>;

/** A copy of log fields without secrets, bytes and number arrays that could be pixels or landmarks. */
export function safeFields(fields: object): Fields {
  return safeObject(fields, 0);
}

/** Hides tokens and the credentials of URLs in a text. */
export function safeText(text: string): string {
  const cut = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
  return cut.replace(TOKEN_IN_TEXT, '(token)').replace(CREDENTIALS_IN_URL, '//(hidden)@');
}

function safeObject(source: object, depth: number): Fields {
  const safe: Fields = {};
  for (const [name, value] of Object.entries(source)) {
    const hide =
      HIDDEN_NAMES.test(name) && value !== null && value !== undefined && typeof value !== 'boolean';
    safe[name] = hide ? '(hidden)' : safeValue(value, depth + 1);
  }
  return safe;
}

function safeValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return safeText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `(${value.byteLength} bytes)`;
  if (value instanceof Date) return value.toISOString();
  if (depth > MAX_DEPTH) return '(too deep)';
  if (value instanceof Error) return safeError(value, depth);
  if (Array.isArray(value)) {
    const numbers = value.length > 16 && value.every((item) => typeof item === 'number');
    return numbers ? `(${value.length} numbers)` : value.map((item) => safeValue(item, depth + 1));
  }
  return safeObject(value, depth);
}

function safeError(error: Error, depth: number): Fields {
  const fields: Fields = { type: error.name, message: safeText(error.message) };
  if (error instanceof FramegateError) {
    fields.code = error.code;
    fields.retryable = error.retryable;
    if (error.details !== undefined) fields.details = safeObject(error.details, depth + 1);
  } else if ('code' in error && typeof error.code === 'string') {
    fields.code = error.code;
  }
  if (error.stack !== undefined) fields.stack = safeText(error.stack);
  if (error.cause !== undefined) fields.cause = safeValue(error.cause, depth + 1);
  return fields;
}
