/** What `framegate stream` shows to the node in place of a camera. */

export interface EncodedPicture {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly format: 'jpeg' | 'png' | 'webp';
}

/** One picture of a source; both encodings are made only when they are asked for. */
export interface Picture {
  /** When it is shown, from the start of the source. */
  readonly atMs: number;
  /** A frame: JPEG, no side longer than `maxEdge`. */
  frame(maxEdge: number, quality: number): Promise<EncodedPicture & { format: 'jpeg' }>;
  /** The full-resolution picture, within the node's limits. */
  still(limits: { maxBytes: number; maxWidth: number; maxHeight: number }): Promise<EncodedPicture>;
}

export interface PictureSource {
  /** What people call it: the file's name. */
  readonly name: string;
  /** Rejects with image-* or usage where the file cannot be shown. */
  pictures(): AsyncIterable<Picture>;
}
