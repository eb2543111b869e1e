import type { TakenCapture } from '../sdk/guided-session.ts';

/** An <img> that has begun to load it is let finish: a broken load is an error on the page's console. */
const REVOKE_AFTER_MS = 1000;

export interface TakenPicture {
  readonly captureId: string;
  readonly blob: Blob;
  /** For an <img>, until the picture is given back. */
  readonly url: string;
  release(): void;
}

export function takenPicture({ captureId, still }: TakenCapture): TakenPicture | null {
  if (still === null) return null;
  const { data, format } = still;
  const blob = new Blob([data as Uint8Array<ArrayBuffer>], { type: `image/${format}` });
  const url = URL.createObjectURL(blob);
  return { captureId, blob, url, release: () => setTimeout(() => URL.revokeObjectURL(url), REVOKE_AFTER_MS) };
}
