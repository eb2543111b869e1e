import type { Picture } from '../../../client/sdk/picture.ts';

/** What `framegate stream` shows to the node in place of a camera. */
export interface SourcePicture extends Omit<Picture, 'capturedAtMs'> {
  /** When it is shown, from the start of the source. */
  readonly atMs: number;
}

export interface PictureSource {
  /** What people call it: the file's name. */
  readonly name: string;
  /** Rejects with image-* or usage where the file cannot be shown. */
  pictures(): AsyncIterable<SourcePicture>;
}
