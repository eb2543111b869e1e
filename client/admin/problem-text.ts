import { ERROR_CODES, type ErrorCode } from '../../src/protocol/error-codes.ts';

/** What this page tells of an error, with what to do next; of all others it tells what the code means. */
const OWN: Partial<Record<ErrorCode, string>> = {
  'credentials-wrong': 'The e-mail address or the password is wrong.',
  'rate-limited': 'Too many tries. Wait a minute, then try again.',
  'refresh-token-invalid': 'You were signed out. Sign in again: what you typed is still here.',
  'token-invalid': 'You were signed out. Sign in again: what you typed is still here.',
  'token-expired': 'You were signed out. Sign in again: what you typed is still here.',
  'token-missing': 'You were signed out. Sign in again: what you typed is still here.',
  'role-refused': 'Your role does not allow this. Ask an admin.',
  'own-approval': 'Nobody decides on what they entered themselves. Ask a colleague.',
  'adjustment-decided': 'Somebody else has decided, or a newer edit has come. This is how it stands now.',
  'consent-missing': 'The owner of this capture does not allow training.',
  'body-measure-implausible': 'A number is not within what humans have. Look at the ranges.',
  'request-invalid': 'The service does not take this as it is. Look at what you entered.',
  'not-found': 'There is nothing of this id, or it has been removed.',
  'object-missing': 'The picture has been removed meanwhile.',
  'capture-not-ready': 'The capture has no numbers yet. Try again later.',
  'job-failed': 'The capture could not be measured, so it has no numbers.',
  'device-offline': 'This device has no network. Try again when it is back.',
  'dependency-unavailable': 'The service does not answer. Try again in a moment.',
  'state-unavailable': 'The service cannot reach its records now. Try again in a moment.',
  'storage-unavailable': 'The picture store does not answer. Try again in a moment.',
};

export function problemText(code: ErrorCode): string {
  const own = OWN[code];
  if (own !== undefined) return own;
  const meaning = ERROR_CODES[code];
  return `${meaning[0]?.toUpperCase()}${meaning.slice(1)}. Try again; the code is ${code}.`;
}
