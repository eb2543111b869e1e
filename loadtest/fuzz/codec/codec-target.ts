import { isDeepStrictEqual } from 'node:util';
import { type Codec, createCodec } from '../../../src/protocol/codec.ts';
import { FramegateError } from '../../../src/protocol/framegate-error.ts';
import {
  CLIENT_STRUCTURE_LIMITS,
  SERVER_STRUCTURE_LIMITS,
  type StructureLimits,
} from '../../../src/protocol/limits.ts';
import type { ClientMessage, ServerMessage } from '../../../src/protocol/messages.ts';
import { parseClientMessage, parseServerMessage } from '../../../src/protocol/parse-message.ts';
import { ensure, type FuzzTarget } from '../fuzz-target.ts';
import { shrinkList } from '../shrink-list.ts';
import { mutateMessage } from './mutate-message.ts';
import { ordinaryMessages } from './ordinary-messages.ts';

/** Who sent it: a client's messages are parsed by nodes, a node's by clients. */
export type Sender = 'client' | 'server';

interface Side {
  readonly codec: Codec;
  readonly parse: (codec: Codec, bytes: Uint8Array) => ClientMessage | ServerMessage;
  readonly limits: StructureLimits;
}

const PARSE_CODES: readonly string[] = ['message-malformed', 'message-unknown-type', 'message-invalid'];
/** What an error says goes back over the wire and into logs: it must not be as long as what caused it. */
const MAX_ERROR_TEXT = 500;
/** Quadratic shrinking of larger ones would take minutes. */
const MAX_SHRUNK_BYTES = 4096;

/** Bytes from a socket: they are parsed or refused with a message-* code, and nothing else happens. */
export function codecTarget(sender: Sender): FuzzTarget<Uint8Array> {
  const limits = sender === 'client' ? CLIENT_STRUCTURE_LIMITS : SERVER_STRUCTURE_LIMITS;
  const parse = sender === 'client' ? parseClientMessage : parseServerMessage;
  const side: Side = { codec: createCodec(limits), parse, limits };
  return {
    name: `codec of what a ${sender} sends`,
    watched: '/src/protocol/',
    batchInputs: 4000,
    ordinary: ordinaryMessages(sender),
    mutate: (random, corpus) => mutateMessage(random.pick(corpus), corpus, random),
    run(bytes) {
      checkMessage(side, bytes);
      return 1;
    },
    shrink: (bytes, fails) =>
      bytes.length > MAX_SHRUNK_BYTES
        ? bytes
        : Uint8Array.from(shrinkList([...bytes], (shorter) => fails(Uint8Array.from(shorter)))),
    print: (bytes) => Buffer.from(bytes.subarray(0, MAX_SHRUNK_BYTES)).toString('hex'),
  };
}

function checkMessage({ codec, parse, limits }: Side, bytes: Uint8Array): void {
  const before = bytes.slice();
  let message: ClientMessage | ServerMessage;
  try {
    message = parse(codec, bytes);
  } catch (thrown) {
    if (!(thrown instanceof FramegateError)) throw thrown;
    ensure(PARSE_CODES.includes(thrown.code), `refused with ${thrown.code}`);
    ensure(thrown.message.length <= MAX_ERROR_TEXT, () => `an error of ${thrown.message.length} characters`);
    ensureNoPollution();
    return;
  }
  ensureNoPollution();
  ensure(Buffer.compare(bytes, before) === 0, 'parsing changed the bytes');
  ensureOwnData(message, bytes);
  // Once written, a message is as any library would read it: −0 is 0, and text that was no UTF-8 has U+FFFD.
  const once = parse(codec, codec.encode(message));
  ensure(isDeepStrictEqual(parse(codec, codec.encode(once)), once), 'it does not come back as it was');
  ensure(countValues(message) <= limits.maxValues, 'more values than the limit');
}

function ensureNoPollution(): void {
  for (const key in {}) throw new Error(`Object.prototype has got ${key}`);
  ensure(
    Object.getOwnPropertyNames(Object.prototype).length === PROTOTYPE_NAMES,
    'Object.prototype has changed',
  );
}
const PROTOTYPE_NAMES = Object.getOwnPropertyNames(Object.prototype).length;

/** Images are views of the message and of nothing else, and no object has another prototype. */
function ensureOwnData(value: unknown, bytes: Uint8Array): void {
  if (value === null || typeof value !== 'object') return;
  if (value instanceof Uint8Array) {
    const isInside =
      value.buffer === bytes.buffer &&
      value.byteOffset >= bytes.byteOffset &&
      value.byteOffset + value.length <= bytes.byteOffset + bytes.length;
    ensure(isInside, 'a bin value is no view of its message');
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  ensure(prototype === Object.prototype || prototype === Array.prototype, 'an object of another prototype');
  for (const item of Object.values(value)) ensureOwnData(item, bytes);
}

function countValues(value: unknown): number {
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return 1;
  return Object.values(value).reduce<number>((sum, item) => sum + countValues(item), 1);
}
