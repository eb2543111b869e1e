import type { Caller } from '../protocol/accounts.ts';
import type { Adjustment, BodyCapture } from '../protocol/body-captures.ts';
import type { BodyMetrics, KeypointCorrection } from '../protocol/body-measurement.ts';
import { FramegateError } from '../protocol/framegate-error.ts';
import { type Correlation, FINAL_JOB_STATES } from '../protocol/jobs.ts';
import { changeable, isPartnerOf, noSuchCapture, sourceOf } from './capture-rights.ts';
import { writeCaptureRows } from './capture-rows.ts';
import { changeCapture } from './change-capture.ts';
import { decided } from './decided-adjustment.ts';
import { auditOthers, type CaptureDeskDeps } from './desk-deps.ts';
import { edited, metricsOf } from './edited-capture.ts';
import { settleTraining } from './for-training.ts';
import { correctionAsked, waitsForMeasurement } from './remeasured-capture.ts';
import type { BodyJobParams } from './types.ts';

export interface EditOfMetrics {
  readonly adjusted: Partial<BodyMetrics>;
  readonly notes: string;
  /** Has to be the role's own word, where it is said. */
  readonly source: Adjustment['source'] | undefined;
}

/** All reject with not-found, role-refused, capture-not-ready or job-failed. */
export interface CaptureAdjustments {
  /** Rejects with request-invalid where there are too many edits. */
  edit(caller: Caller, captureId: string, edit: EditOfMetrics): Promise<BodyCapture>;
  /**
   * Has it measured again. Resolves with the adjustment's id when the job is durable; rejects with request-invalid,
   * capture-not-measurable where its pictures were never here, and as JobDesk.submit.
   */
  correct(
    caller: Caller,
    captureId: string,
    correction: {
      readonly keypoints: readonly KeypointCorrection[];
      readonly notes: string;
      readonly correlation: Correlation;
    },
  ): Promise<string>;
  /** For admins, and for partners of their own customers'. Rejects with own-approval or adjustment-decided. */
  decide(
    caller: Caller,
    captureId: string,
    decision: { readonly adjustmentId: string; readonly approverId: string; readonly approve: boolean },
  ): Promise<BodyCapture>;
}

export function createAdjustments(deps: CaptureDeskDeps): CaptureAdjustments {
  const { store, jobs } = deps;

  /** Throws request-invalid for a point that is none or outside of its picture. */
  async function checkPoints(captureId: string, keypoints: readonly KeypointCorrection[]): Promise<void> {
    const unknown = keypoints.find(({ point }) => !deps.pointNames.has(point));
    if (unknown !== undefined) throw invalid(`${JSON.stringify(unknown.point)} is no key point`);
    const pictures = await deps.evidence.all(captureId);
    for (const { view, point, x, y } of keypoints) {
      const picture = pictures.find((one) => one.view === view);
      if (picture === undefined) {
        throw new FramegateError('capture-not-measurable', `there was no picture ${view} to correct`, {
          details: { views: [view] },
        });
      }
      if (x < 0 || y < 0 || x > picture.width || y > picture.height) {
        throw invalid(`${point} is outside of the picture ${view}, ${picture.width} × ${picture.height}`);
      }
    }
  }

  async function refuseWhileMeasured({ adjustments, jobId, userId }: BodyCapture): Promise<void> {
    if (jobId === null || !adjustments.some(waitsForMeasurement)) return;
    const job = await jobs.status(jobId, userId);
    if (job === null || FINAL_JOB_STATES.includes(job.state)) return;
    throw new FramegateError('capture-not-ready', 'an earlier correction is being measured', {
      retryable: true,
      retryAfterMs: 1000,
    });
  }

  return {
    async edit(caller, captureId, { adjusted, notes, source }) {
      changeable(caller, await store.read(captureId));
      const as = sourceOf(caller, source);
      const adjustmentId = deps.newId();
      const after = await changeCapture(deps, captureId, (capture) =>
        edited(capture, {
          adjustmentId,
          userId: caller.userId,
          adjusted,
          keypoints: null,
          notes,
          source: as,
          nowMs: deps.nowMs(),
        }),
      );
      if (after === null) throw noSuchCapture();
      auditOthers(deps, caller, after, 'capture.edited', { adjustmentId });
      return after;
    },
    async correct(caller, captureId, { keypoints, notes, correlation }) {
      const found = changeable(caller, await store.read(captureId));
      metricsOf(found);
      await checkPoints(captureId, keypoints);
      await refuseWhileMeasured(found);
      const adjustmentId = deps.newId();
      let before = found;
      const asked = await store.change(captureId, (capture) => {
        before = capture;
        return correctionAsked(
          capture,
          {
            adjustmentId,
            userId: caller.userId,
            keypoints,
            notes,
            source: sourceOf(caller, undefined),
            nowMs: deps.nowMs(),
          },
          adjustmentId,
        );
      });
      if (asked === null) throw noSuchCapture();
      try {
        await store.enqueue(captureId, deps.nowMs());
        await jobs.submit({
          kind: 'body',
          owner: asked.userId,
          correlation,
          params: { captureId, adjustmentId } satisfies BodyJobParams,
          parts: [],
          subjectId: captureId,
          jobId: adjustmentId,
        });
      } catch (thrown) {
        await store.change(captureId, (one) => withoutCorrection(one, adjustmentId, before)).catch(() => {});
        await store.dequeue(captureId).catch(() => {});
        throw thrown;
      }
      writeCaptureRows(deps.records, before, asked);
      auditOthers(deps, caller, asked, 'capture.corrected', { adjustmentId });
      return adjustmentId;
    },
    async decide(caller, captureId, { adjustmentId, approverId, approve }) {
      const found = changeable(caller, await store.read(captureId));
      if (caller.role !== 'admin' && !isPartnerOf(caller, found)) {
        throw new FramegateError(
          'role-refused',
          'edits are decided on by admins and by the customer’s partner',
        );
      }
      if (approverId !== caller.userId) throw invalid('approver_id has to be the account that calls');
      // What the owner allows now, not when the capture was made.
      const owner = approve ? await deps.accounts.read(found.userId) : null;
      const after = await changeCapture(deps, captureId, (capture) =>
        decided(capture, {
          adjustmentId,
          approverId,
          approve,
          ownerAllowsTraining: owner?.consent.training ?? false,
          nowMs: deps.nowMs(),
        }),
      );
      if (after === null) throw noSuchCapture();
      deps.audit.record({
        actorId: caller.userId,
        action: approve ? 'adjustment.approved' : 'adjustment.refused',
        resourceType: 'capture',
        resourceId: captureId,
        metadata: { adjustmentId, role: caller.role },
      });
      return settleTraining(deps, after);
    },
  };
}

/** As it was, where the job of a correction could not be handed in. */
function withoutCorrection(capture: BodyCapture, adjustmentId: string, before: BodyCapture): BodyCapture {
  return {
    ...capture,
    adjustments: capture.adjustments.filter((one) => one.adjustmentId !== adjustmentId),
    jobId: before.jobId,
  };
}

function invalid(message: string): FramegateError {
  return new FramegateError('request-invalid', message);
}
