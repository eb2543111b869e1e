import type { Artifact } from '../protocol/body-captures.ts';
import { writeRemovedArtifact } from './capture-rows.ts';
import type { CaptureStore, RecordLog } from './types.ts';

export interface ForgetDeps {
  readonly store: Pick<CaptureStore, 'removeArtifact'>;
  readonly records: RecordLog;
  readonly nowMs: () => number;
}

/** Once the files are removed: the history, then the entry, so that what breaks off is found and done again. */
export async function forgetArtifacts(
  { store, records, nowMs }: ForgetDeps,
  artifacts: readonly Artifact[],
): Promise<void> {
  for (const artifact of artifacts) {
    writeRemovedArtifact(records, artifact, nowMs());
    await store.removeArtifact(artifact.captureId, artifact.artifactId);
  }
}
