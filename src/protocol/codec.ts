import { Packr } from 'msgpackr';
import { FramegateError } from './framegate-error.ts';
import { CLIENT_STRUCTURE_LIMITS, type StructureLimits } from './limits.ts';
import { checkMessageStructure } from './message-structure.ts';
import type { ClientMessage, ServerMessage } from './messages.ts';

export interface Codec {
  /** One MessagePack map. The bytes are the caller's to keep. */
  encode(message: ClientMessage | ServerMessage): Uint8Array;
  /**
   * The map that the bytes hold, not yet checked against any schema; `bin` values are views of `bytes`.
   * Throws message-malformed.
   */
  decode(bytes: Uint8Array): Record<string, unknown>;
}

/**
 * MessagePack with plain maps only, so that any language's library reads it.
 * `received` bounds what decode accepts: CLIENT_STRUCTURE_LIMITS in a node, SERVER_STRUCTURE_LIMITS in a client.
 */
export function createCodec(received: StructureLimits = CLIENT_STRUCTURE_LIMITS): Codec {
  // int64AsType: a 64-bit integer from another language arrives as a number, not as a bigint that no schema takes.
  const packr = new Packr({
    useRecords: false,
    mapsAsObjects: true,
    int64AsType: 'number',
    encodeUndefinedAsNil: false,
  });
  return {
    encode(message) {
      return packr.pack(holdsUndefined(message) ? withoutUndefined(message) : message);
    },
    decode(bytes) {
      checkMessageStructure(bytes, received);
      try {
        // Of a plain array its views are plain arrays too: a Buffer's slice() would not copy.
        const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        return packr.unpack(plain) as Record<string, unknown>;
      } catch (cause) {
        throw new FramegateError('message-malformed', 'the message is not valid MessagePack', { cause });
      }
    },
  };
}

/** Looking costs a tenth of copying, and hardly any message has one. */
function holdsUndefined(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value === undefined;
  if (value instanceof Uint8Array) return false;
  if (Array.isArray(value)) return value.some(holdsUndefined);
  for (const key in value) if (holdsUndefined((value as Record<string, unknown>)[key])) return true;
  return false;
}

/** msgpackr writes undefined as an extension type, which the protocol does not have. */
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutUndefined(item)]));
}
