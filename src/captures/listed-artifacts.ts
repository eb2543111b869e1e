/** Files that a capture's document tells of. Pure, but for new ids. */
import type { Artifact, BodyCapture } from '../protocol/body-captures.ts';
import type { BodyView } from '../protocol/body-measurement.ts';
import { failed } from './measured-capture.ts';
import { evidencePath } from './object-paths.ts';

export interface ListingDeps {
  readonly nowMs: () => number;
  readonly newId: () => string;
}

/** A file of a capture, to be removed at `removeAtMs`, or with its capture (null). */
export function newArtifact(
  { nowMs, newId }: ListingDeps,
  file: Pick<Artifact, 'captureId' | 'bucketPath' | 'artifactType' | 'removeAtMs'>,
): Artifact {
  return { artifactId: newId(), ...file, createdAtMs: nowMs() };
}

export function evidenceArtifacts(
  deps: ListingDeps,
  captureId: string,
  views: readonly BodyView[],
  removeAtMs: number | null,
): Artifact[] {
  return views.map((view) =>
    newArtifact(deps, {
      captureId,
      bucketPath: evidencePath(captureId, view),
      artifactType: 'evidence',
      removeAtMs,
    }),
  );
}

/** A file that takes the place of another one keeps its entry, with the new time. */
export function withArtifacts(capture: BodyCapture, added: readonly Artifact[]): BodyCapture {
  const paths = new Map(added.map((one) => [one.bucketPath, one]));
  const replaced = capture.artifacts.map((one) => {
    const newer = paths.get(one.bucketPath);
    paths.delete(one.bucketPath);
    return newer === undefined || newer.removeAtMs === one.removeAtMs
      ? one
      : { ...one, removeAtMs: newer.removeAtMs };
  });
  return { ...capture, artifacts: [...replaced, ...paths.values()] };
}

/** As `failed`; where there are no results, what pictures said is due at once: nobody measures from it any more. */
export function failedForGood(
  deps: ListingDeps,
  capture: BodyCapture,
  error: { readonly code: string; readonly message: string },
): BodyCapture | null {
  const nowMs = deps.nowMs();
  const after = failed(capture, error, nowMs);
  if (after?.status !== 'failed') return after;
  return withArtifacts(after, evidenceArtifacts(deps, after.captureId, after.views, nowMs));
}
