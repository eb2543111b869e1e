/** Where object storage has what belongs to captures. */
import { BODY_VIEWS, type BodyView } from '../protocol/body-measurement.ts';

const EXTENSIONS: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
};

export function rawPicturePath(captureId: string, view: BodyView, contentType: string): string {
  return `raw-captures/${captureId}/${view}.${EXTENSIONS[contentType] ?? 'bin'}`;
}

/** Whose picture a file is, or was read from; null for those of a whole capture. */
export function viewOf(bucketPath: string): BodyView | null {
  const name = /\/(?:evidence-)?(\w+)\.[\w.]+$/.exec(bucketPath)?.[1];
  return BODY_VIEWS.find((view) => view === name) ?? null;
}

export function evidencePath(captureId: string, view: BodyView): string {
  return `processed-artifacts/${captureId}/evidence-${view}.json.gz`;
}

/** Whether or not they are there. */
export function evidencePaths(captureId: string): string[] {
  return BODY_VIEWS.map((view) => evidencePath(captureId, view));
}
