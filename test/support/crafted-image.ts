import type { ErrorCode } from '../../src/protocol/error-codes.ts';
import type { ImageFormat } from '../../src/vision/types.ts';

/** An image made to do harm, with what its sender says of it. */
export interface CraftedImage {
  readonly name: string;
  readonly data: Uint8Array<ArrayBuffer>;
  readonly format: ImageFormat;
  readonly width: number;
  readonly height: number;
  /** What has to come of it; `either` where the libraries may differ between a picture and a refusal. */
  readonly expected: 'picture' | 'either' | ErrorCode;
}
