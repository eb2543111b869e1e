import type { CaptureDesk } from '../../../captures/create-capture-desk.ts';
import type { Role } from '../../../protocol/accounts.ts';
import type { Access } from '../../endpoint.ts';

export interface CapturesDeps {
  readonly captures: CaptureDesk;
  /** Of accounts with one of these roles; of every account without. */
  readonly accountAccess: (roles?: readonly Role[]) => Access;
  /** Counts a capture that an account begins; rejects with state-unavailable. */
  readonly takeCapture: (
    userId: string,
  ) => Promise<{ readonly allowed: boolean; readonly retryAfterMs: number }>;
  /** Of each picture. */
  readonly maxUploadBytes: number;
  /** The format of a picture, from its header alone. Throws image-* for what cannot be decoded. */
  readonly pictureFormat: (picture: Uint8Array) => { readonly format: 'jpeg' | 'png' | 'webp' };
}
