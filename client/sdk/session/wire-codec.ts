import { SERVER_STRUCTURE_LIMITS } from '../../../src/protocol/limits.ts';
import { checkMessageStructure } from '../../../src/protocol/message-structure.ts';
import type { ClientMessage, ServerMessage } from '../../../src/protocol/messages.ts';
import { packMessage, unpackMessage } from './message-pack.ts';

export interface WireCodec {
  encode(message: ClientMessage): Uint8Array<ArrayBuffer>;
  /** The node's message, by its structure only; `bin` values are views of `bytes`. Throws message-malformed. */
  decode(bytes: Uint8Array): ServerMessage;
}

/**
 * The client's side of src/protocol/codec.ts: small, and without the code from strings that a strict content security
 * policy forbids. It takes the node at its word where the node checks a client against schemas.
 */
export function createWireCodec(): WireCodec {
  return {
    encode: packMessage,
    decode(bytes) {
      checkMessageStructure(bytes, SERVER_STRUCTURE_LIMITS);
      return unpackMessage(bytes) as unknown as ServerMessage;
    },
  };
}
