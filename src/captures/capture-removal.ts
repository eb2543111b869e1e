import type { Caller } from '../protocol/accounts.ts';
import type { Artifact, BodyCapture } from '../protocol/body-captures.ts';
import { changeable } from './capture-rights.ts';
import { writeRemovedArtifact } from './capture-rows.ts';
import { changeCapture } from './change-capture.ts';
import type { CaptureDeskDeps } from './desk-deps.ts';
import { withoutTraining } from './for-training.ts';
import { keepUntilMs } from './picture-retention.ts';

export interface CaptureRemoval {
  /** The capture with its jobs, its files and its history. Rejects with not-found or role-refused. */
  remove(caller: Caller, captureId: string): Promise<void>;
  /** Removes the pictures that may not be kept any more, and takes back from training what the account no longer allows. */
  consentWithdrawn(userId: string): Promise<void>;
}

const PAGE = 100;

export function createRemoval(deps: CaptureDeskDeps): CaptureRemoval {
  const { store, storage } = deps;

  /** What is gone through may change or go. */
  async function eachOf(userId: string, visit: (capture: BodyCapture) => Promise<void>): Promise<void> {
    let beforeMs: number | undefined;
    for (;;) {
      const page = await store.listOf(userId, {
        limit: PAGE,
        ...(beforeMs !== undefined && { beforeMs }),
      });
      for (const capture of page) await visit(capture);
      const last = page.at(-1);
      if (last === undefined) return;
      beforeMs = last.createdAtMs;
    }
  }

  async function removeFiles(captureId: string, artifacts: readonly Artifact[]): Promise<void> {
    if (artifacts.length === 0) return;
    await storage.remove(artifacts.map(({ bucketPath }) => bucketPath));
    for (const artifact of artifacts) {
      await store.removeArtifact(captureId, artifact.artifactId);
      writeRemovedArtifact(deps.records, artifact, deps.nowMs());
    }
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
      await eachOf(userId, async ({ captureId, storeImages, artifacts }) => {
        if (keepUntilMs(deps.retention, storeImages, consent, deps.nowMs()) === null) {
          const raw = artifacts.filter(({ artifactType }) => artifactType === 'raw');
          await removeFiles(captureId, raw);
          pictures += raw.length;
        }
        if (consent?.training !== true) {
          await changeCapture(deps, captureId, (one) => {
            const after = withoutTraining(one, deps.nowMs());
            if (after !== null) unmarked++;
            return after;
          });
        }
      });
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
