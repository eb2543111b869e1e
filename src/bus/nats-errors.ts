import { JetStreamApiCodes, JetStreamApiError, JetStreamError } from '@nats-io/jetstream';
import { errors } from '@nats-io/transport-node';
import type { ErrorCode } from '../protocol/error-codes.ts';
import { FramegateError } from '../protocol/framegate-error.ts';

/** JetStream's own error codes that the bus acts on. */
export const JETSTREAM_CODES = {
  consumerNotFound: 10014,
  streamNotFound: 10059,
  streamNameInUse: 10058,
  messageTooLarge: 10054,
  wrongLastSequence: 10071,
  consumerExists: 10148,
  noSuitablePeers: 10005,
  replicasWithoutCluster: 10074,
} as const;

/** An account's limit, the server's, its disk's, the stream's own; and what a cluster says where no server has the room. */
const NO_ROOM_CODES: readonly (number | null)[] = [
  10002,
  10023,
  10047,
  10077,
  JETSTREAM_CODES.noSuitablePeers,
];

/** Whether JetStream refuses for want of room; there may be some again later. */
export function isNoRoom(code: number | null): boolean {
  return NO_ROOM_CODES.includes(code);
}

/** JetStream's answers for a message that is not there (any more). */
const MESSAGE_GONE_CODES: readonly (number | null)[] = [JetStreamApiCodes.NoMessageFound, 10043, 10057];

export function isMessageGone(thrown: unknown): boolean {
  return MESSAGE_GONE_CODES.includes(jetStreamCode(thrown));
}

export function jetStreamCode(thrown: unknown): number | null {
  return thrown instanceof JetStreamApiError ? thrown.code : null;
}

/** Speaks framegate's language for whatever the NATS client threw while it was `doing` something. */
export function natsError(thrown: unknown, doing: string): FramegateError {
  if (thrown instanceof FramegateError) return thrown;
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  const make = (code: ErrorCode, retryable: boolean) =>
    new FramegateError(code, `${doing}: ${detail}`, { retryable, cause: thrown });

  if (thrown instanceof errors.AuthorizationError || thrown instanceof errors.PermissionViolationError) {
    return make('bus-refused', false);
  }
  if (thrown instanceof errors.UserAuthenticationExpiredError) return make('bus-refused', false);
  if (thrown instanceof errors.InvalidSubjectError || thrown instanceof errors.InvalidArgumentError) {
    return make('internal', false);
  }
  if (thrown instanceof JetStreamApiError) {
    if (thrown.code === JETSTREAM_CODES.messageTooLarge) return make('payload-too-large', false);
    if (thrown.code === JETSTREAM_CODES.replicasWithoutCluster) return make('bus-refused', false);
    // Or the cluster still gathers, and too few of its servers are known.
    if (isNoRoom(thrown.code)) return make('bus-unavailable', true);
    // 5xx: no leader yet, no resources, or the server is still recovering its streams.
    return thrown.status >= 500 ? make('bus-unavailable', true) : make('bus-refused', false);
  }
  if (thrown instanceof JetStreamError) return make('bus-unavailable', true);
  return make('bus-unavailable', true);
}
