import type { Caller } from '../protocol/accounts.ts';
import type { AuditAction } from '../protocol/audit.ts';
import type { BodyCapture, Label } from '../protocol/body-captures.ts';
import { FramegateError } from '../protocol/framegate-error.ts';
import { noSuchCapture } from './capture-rights.ts';
import { changeCapture } from './change-capture.ts';
import type { CaptureDeskDeps } from './desk-deps.ts';
import { settleTraining } from './for-training.ts';
import { labeled, markedForTraining } from './labeled-capture.ts';

/** For admins and labelers, which whoever asks has made sure of. All reject with not-found. */
export interface CaptureLabels {
  /** Adds ground truth. Rejects with request-invalid where there are too many labels. */
  label(
    caller: Caller,
    captureId: string,
    given: Pick<Label, 'measurements' | 'approved' | 'notes'>,
  ): Promise<Label>;
  /** Rejects with consent-missing where the owner does not allow training now. */
  markForTraining(caller: Caller, captureId: string, forTraining: boolean): Promise<BodyCapture>;
}

export function createLabels(deps: CaptureDeskDeps): CaptureLabels {
  function tell(
    caller: Caller,
    captureId: string,
    action: AuditAction,
    metadata: Record<string, unknown>,
  ): void {
    deps.audit.record({
      actorId: caller.userId,
      action,
      resourceType: 'capture',
      resourceId: captureId,
      metadata: { role: caller.role, ...metadata },
    });
  }

  return {
    async label(caller, captureId, given) {
      const label: Label = {
        labelId: deps.newId(),
        captureId,
        labelerId: caller.userId,
        ...given,
        createdAtMs: deps.nowMs(),
      };
      const after = await changeCapture(deps, captureId, (capture) => labeled(capture, label));
      if (after === null) throw noSuchCapture();
      tell(caller, captureId, 'capture.labeled', { labelId: label.labelId });
      return label;
    },
    async markForTraining(caller, captureId, forTraining) {
      const found = await deps.store.read(captureId);
      if (found === null) throw noSuchCapture();
      if (forTraining) {
        const owner = await deps.accounts.read(found.userId);
        if (owner?.consent.training !== true) throw trainingNotAllowed();
      }
      const after = await changeCapture(deps, captureId, (capture) =>
        markedForTraining(capture, forTraining, deps.nowMs()),
      );
      if (after === null) throw noSuchCapture();
      tell(caller, captureId, 'capture.marked', { forTraining });
      const settled = await settleTraining(deps, after);
      if (forTraining && !settled.forTraining) throw trainingNotAllowed();
      return settled;
    },
  };
}

function trainingNotAllowed(): FramegateError {
  return new FramegateError('consent-missing', 'the owner of the capture does not allow training');
}
