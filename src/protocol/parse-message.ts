import type { ZodError } from 'zod';
import type { Codec } from './codec.ts';
import { FramegateError } from './framegate-error.ts';
import {
  byeSchema,
  type ClientMessage,
  captureSchema,
  frameSchema,
  helloSchema,
  type ServerMessage,
  serverMessageSchema,
  stillSchema,
} from './messages.ts';

const MAX_REASON_LENGTH = 200;

const CLIENT_SCHEMAS = {
  hello: helloSchema,
  frame: frameSchema,
  still: stillSchema,
  capture: captureSchema,
  bye: byeSchema,
} as const;

/**
 * A client's message from its bytes. Throws message-malformed, message-unknown-type or message-invalid;
 * the last two name the type and the field, never the value.
 */
export function parseClientMessage(codec: Codec, bytes: Uint8Array): ClientMessage {
  const map = codec.decode(bytes);
  const type = map.type;
  if (typeof type !== 'string' || !Object.hasOwn(CLIENT_SCHEMAS, type)) {
    throw new FramegateError('message-unknown-type', 'the type of the message is not known');
  }
  const parsed = CLIENT_SCHEMAS[type as keyof typeof CLIENT_SCHEMAS].safeParse(map);
  if (parsed.success) return parsed.data;
  throw invalid(`${type}.`, parsed.error);
}

/** A node's message from its bytes, for clients that check what they receive. Throws like parseClientMessage. */
export function parseServerMessage(codec: Codec, bytes: Uint8Array): ServerMessage {
  const parsed = serverMessageSchema.safeParse(codec.decode(bytes));
  if (parsed.success) return parsed.data;
  throw invalid('', parsed.error);
}

/** Keys are the sender's own words, and may be as long as a message: the text goes back to it, and into logs. */
function invalid(prefix: string, { issues }: ZodError): FramegateError {
  const text = `${prefix}${issues[0]?.path.join('.') ?? ''}: ${issues[0]?.message ?? 'invalid'}`;
  const isShort = text.length <= MAX_REASON_LENGTH;
  return new FramegateError('message-invalid', isShort ? text : `${text.slice(0, MAX_REASON_LENGTH - 1)}…`);
}
