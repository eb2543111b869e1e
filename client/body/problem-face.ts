import type { ErrorCode } from '../../src/protocol/error-codes.ts';
import type { BodyMessages } from '../locales/body-messages.ts';
import { failureFace } from '../locales/failure-face.ts';
import type { ComponentMessages } from '../locales/messages.ts';
import { sentences } from '../locales/sentences.ts';

/** What this page tells of an error in words of its own; all else is told as <framegate-camera> tells it. */
const OWN: Partial<Record<ErrorCode, keyof BodyMessages['problems']>> = {
  'credentials-wrong': 'credentialsWrong',
  'account-exists': 'accountExists',
  'request-invalid': 'inputWrong',
  'consent-missing': 'consentMissing',
  'body-measure-implausible': 'implausible',
  'capture-not-measurable': 'notMeasurable',
  'views-missing': 'notMeasurable',
  'ticket-invalid': 'captureGone',
  'not-found': 'captureGone',
  'refresh-token-invalid': 'signedOut',
  'token-invalid': 'signedOut',
  'token-expired': 'signedOut',
  'token-missing': 'signedOut',
  'image-unsupported': 'imageUnusable',
  'image-corrupt': 'imageUnusable',
  'image-too-small': 'imageUnusable',
  'image-too-large': 'imageUnusable',
  'image-animated': 'imageUnusable',
  'payload-too-large': 'imageUnusable',
  'job-failed': 'measuringFailed',
  'job-lost': 'measuringFailed',
  'job-cancelled': 'measuringFailed',
  'analysis-failed': 'measuringFailed',
  'analysis-timeout': 'measuringFailed',
};

export function problemText(
  code: ErrorCode,
  { problems }: BodyMessages,
  { failures }: ComponentMessages,
): string {
  const own = OWN[code];
  if (own !== undefined) return problems[own];
  const { title, action } = failures[failureFace(code)];
  return sentences(title, action);
}
