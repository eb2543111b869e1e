import type { Role } from '../../../src/protocol/accounts.ts';
import type { BodyCapture, BodyCaptureStatus } from '../../../src/protocol/body-captures.ts';
import type { BodyView } from '../../../src/protocol/body-vocabulary.ts';
import type { ReviewedAdjustment } from '../api/admin-answers.ts';

export type CaptureSource = BodyCapture['source'];

export const STATUS_NAMES: Readonly<Record<BodyCaptureStatus, string>> = {
  collecting: 'Collecting views',
  queued: 'Queued',
  processing: 'Processing',
  done: 'Done',
  edited: 'Edited',
  failed: 'Failed',
};
export const CAPTURE_STATUSES = Object.keys(STATUS_NAMES) as readonly BodyCaptureStatus[];

export const SOURCE_NAMES: Readonly<Record<CaptureSource, string>> = {
  web: 'Web',
  mobile: 'Mobile',
  partner: 'Partner',
};
export const CAPTURE_SOURCES = Object.keys(SOURCE_NAMES) as readonly CaptureSource[];

export const ROLE_NAMES: Readonly<Record<Role, string>> = {
  user: 'user',
  labeler: 'labeler',
  partner: 'partner',
  admin: 'admin',
};
export const ALL_ROLES = Object.keys(ROLE_NAMES) as readonly Role[];
/** Whom this page is for. */
export const REVIEWING_ROLES: readonly Role[] = ['admin', 'labeler', 'partner'];

export const VIEW_NAMES: Readonly<Record<BodyView, string>> = {
  front: 'Front',
  side: 'Side',
  portrait: 'Portrait',
  ref: 'Card',
};

export const EDITOR_NAMES: Readonly<Record<ReviewedAdjustment['source'], string>> = {
  user: 'the person',
  tailor: 'a tailor',
  admin: 'an admin',
};
