export interface EncodedPicture {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly format: 'jpeg' | 'png' | 'webp';
}

export interface EncodedFrame extends EncodedPicture {
  readonly format: 'jpeg' | 'webp';
}

export interface StillLimits {
  readonly maxBytes: number;
  readonly maxWidth: number;
  readonly maxHeight: number;
}

/** One picture of a source. Encodings are made only when they are asked for. */
export interface Picture {
  /** Milliseconds since the epoch. */
  readonly capturedAtMs: number;
  /** A frame, no side longer than `maxEdge` pixels; `quality` is 1..100. */
  frame(maxEdge: number, quality: number): Promise<EncodedFrame>;
  /** The best picture of this moment that the source can give, within the limits. */
  still(limits: StillLimits): Promise<EncodedPicture>;
  /** Gives its memory back. Whoever was handed the picture closes it, once. */
  close(): void;
}
