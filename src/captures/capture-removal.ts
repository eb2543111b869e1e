import type { Caller } from '../protocol/accounts.ts';
import type { Artifact } from '../protocol/body-captures.ts';
import { capturePages } from './capture-pages.ts';
import { changeable } from './capture-rights.ts';
import { changeCapture } from './change-capture.ts';
import type { CaptureDeskDeps } from './desk-deps.ts';
import { withoutTraining } from './for-training.ts';
import { forgetArtifacts } from './forget-artifacts.ts';
import { keepUntilMs } from './picture-retention.ts';

export interface CaptureRemoval {
  /** The capture with its jobs, its files and its history. Rejects with not-found or role-refused. */
  remove(caller: Caller, captureId: string): Promise<void>;
  /** Removes the pictures that may not be kept any more, and takes back from training what the account no longer allows. */
  consentWithdrawn(userId: string): Promise<void>;
}

export function createRemoval(deps: CaptureDeskDeps): CaptureRemoval {
  const { store, storage } = deps;

  async function removeFiles(artifacts: readonly Artifact[]): Promise<void> {
    if (artifacts.length === 0) return;
    await storage.remove(artifacts.map(({ bucketPath }) => bucketPath));
    await forgetArtifacts(deps, artifacts);
  }

  return {
    async remove(caller, captureId) {
      const { userId } = changeable(caller, await store.read(captureId));
      await deps.erase(captureId);
      deps.audit.record({
        actorId: caller.userId,
        action: 'capture.removed',
        resourceType: 'capture',
        resourceId: captureId,
        metadata: { role: caller.role, own: caller.userId === userId },
      });
    },
    async consentWithdrawn(userId) {
      const account = await deps.accounts.read(userId);
      const consent = account?.consent ?? null;
      let pictures = 0;
      let unmarked = 0;
      const captures = capturePages((page) => store.listOf(userId, page));
      for await (const { captureId, storeImages, artifacts } of captures) {
        if (keepUntilMs(deps.retention, storeImages, consent, deps.nowMs()) === null) {
          const raw = artifacts.filter(({ artifactType }) => artifactType === 'raw');
          await removeFiles(raw);
          pictures += raw.length;
        }
        if (consent?.training !== true) {
          await changeCapture(deps, captureId, (one) => {
            const after = withoutTraining(one, deps.nowMs());
            if (after !== null) unmarked++;
            return after;
          });
        }
      }
      if (pictures + unmarked === 0) return;
      deps.audit.record({
        actorId: userId,
        action: 'account.consent-withdrawn',
        resourceType: 'account',
        resourceId: userId,
        metadata: { pictures, unmarked },
      });
    },
  };
}
