/** Who may do what with a capture. What somebody may not see is not-found to them. */
import type { Caller } from '../protocol/accounts.ts';
import type { Adjustment, BodyCapture } from '../protocol/body-captures.ts';
import { FramegateError } from '../protocol/framegate-error.ts';

export function ownsCapture(caller: Caller, capture: BodyCapture): boolean {
  return capture.userId === caller.userId;
}

/** A partner sees its customers' captures, which name it, and no other person's; admins and labelers see all. */
function maySee(caller: Caller, capture: BodyCapture): boolean {
  return (
    ownsCapture(caller, capture) ||
    caller.role === 'admin' ||
    caller.role === 'labeler' ||
    isPartnerOf(caller, capture)
  );
}

/** Labelers look, and change nothing of others. */
function mayChange(caller: Caller, capture: BodyCapture): boolean {
  return ownsCapture(caller, capture) || caller.role === 'admin' || isPartnerOf(caller, capture);
}

export function isPartnerOf({ role, userId }: Caller, { partner }: BodyCapture): boolean {
  return role === 'partner' && partner?.partnerId === userId;
}

const SOURCES: Readonly<Record<Caller['role'], Adjustment['source']>> = {
  user: 'user',
  // A labeler's own captures are those of a person like any other.
  labeler: 'user',
  partner: 'tailor',
  admin: 'admin',
};

/** As whom somebody edits. Throws role-refused for another role's word. */
export function sourceOf({ role }: Caller, said: Adjustment['source'] | undefined): Adjustment['source'] {
  const source = SOURCES[role];
  if (said !== undefined && said !== source) {
    throw new FramegateError('role-refused', `with the role ${role} the source of an edit is ${source}`);
  }
  return source;
}

export function noSuchCapture(): FramegateError {
  return new FramegateError('not-found', 'no capture of this id');
}

/** Throws not-found. */
export function seen(caller: Caller, capture: BodyCapture | null): BodyCapture {
  if (capture === null || !maySee(caller, capture)) throw noSuchCapture();
  return capture;
}

/** Throws not-found, or role-refused where it may be seen only. */
export function changeable(caller: Caller, capture: BodyCapture | null): BodyCapture {
  const found = seen(caller, capture);
  if (!mayChange(caller, found)) {
    throw new FramegateError('role-refused', `the role ${caller.role} changes no captures of others`);
  }
  return found;
}
