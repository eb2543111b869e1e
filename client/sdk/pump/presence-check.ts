import type { Picture } from '../picture.ts';

/** Says on this device whether there is somebody worth sending. */
export interface PresenceCheck<P extends Picture = Picture> {
  /** What it looks for; a face where it does not say. A session that guides something else sends without asking it. */
  readonly subject?: 'face' | 'body';
  /**
   * null while it cannot say: its model is still loading, or has failed. The picture stays the caller's, who does not
   * close it before the answer; a rejection counts as "cannot say".
   */
  look(picture: P): Promise<boolean> | null;
}
