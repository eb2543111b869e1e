import { FramegateError } from '../../../src/protocol/framegate-error.ts';
import { SERVER_STRUCTURE_LIMITS } from '../../../src/protocol/limits.ts';
import { checkMessageStructure } from '../../../src/protocol/message-structure.ts';
import type { ClientMessage, ServerMessage } from '../../../src/protocol/messages.ts';
import { isUsableMessage } from './is-usable-message.ts';
import { packMessage, unpackMessage } from './message-pack.ts';

export interface WireCodec {
  encode(message: ClientMessage): Uint8Array<ArrayBuffer>;
  /** The node's message; `bin` values are views of `bytes`. Throws message-malformed for one that cannot be worked with. */
  decode(bytes: Uint8Array): ServerMessage;
}

/**
 * The client's side of src/protocol/codec.ts: small, and without the code from strings that a strict content security
 * policy forbids. The node checks a client against schemas; here is looked only at what would break this client.
 */
export function createWireCodec(): WireCodec {
  return {
    encode: packMessage,
    decode(bytes) {
      checkMessageStructure(bytes, SERVER_STRUCTURE_LIMITS);
      const message = unpackMessage(bytes) as unknown as ServerMessage;
      if (!isUsableMessage(message))
        throw new FramegateError('message-malformed', 'the message lacks what it is for');
      return message;
    },
  };
}
