import type { BodyCapture } from '../protocol/body-captures.ts';
import { writeCaptureRows } from './capture-rows.ts';
import type { CaptureStore, RecordLog } from './types.ts';

export interface ChangeDeps {
  readonly store: CaptureStore;
  readonly records: RecordLog;
}

/** Keeps a new capture and tells history; false where there is one of this id already, which stays. */
export async function createCapture({ store, records }: ChangeDeps, capture: BodyCapture): Promise<boolean> {
  const isNew = await store.create(capture);
  if (isNew) writeCaptureRows(records, null, capture);
  return isNew;
}

/** As CaptureStore.change, and tells history what it changed. */
export async function changeCapture(
  { store, records }: ChangeDeps,
  captureId: string,
  apply: (capture: BodyCapture) => BodyCapture | null,
): Promise<BodyCapture | null> {
  let before: BodyCapture | null = null;
  const after = await store.change(captureId, (capture) => {
    before = capture;
    return apply(capture);
  });
  const known = before as BodyCapture | null;
  if (after !== null && known !== null && after.revision !== known.revision) {
    writeCaptureRows(records, known, after);
  }
  return after;
}
