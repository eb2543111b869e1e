import { createHash } from 'node:crypto';
import type { ContourJobParams } from '../../../../protocol/contour-options.ts';

/** What a picture is looked up by. */
export interface PictureFingerprint {
  /** perceptualHash: the same or near for copies, and for pictures that only look alike. */
  readonly likeness: string;
  readonly width: number;
  readonly height: number;
  /** SHA-256 of the upright sRGB pixels. */
  readonly pixelsSha256: string;
}

/** `near`: there are pictures that look the same, and none that is the same. It is not served. */
export type CacheAnswer =
  | { readonly outcome: 'hit'; readonly result: Record<string, unknown> }
  | { readonly outcome: 'near' | 'miss'; readonly result: null };

export interface CacheKey {
  /** Whose results; nobody learns from a fast answer what others have sent. */
  readonly owner: string | null;
  readonly likeness: string;
  /** requestDigest */
  readonly digest: string;
}

/** Results of earlier jobs; `src/state` implements it. Both reject with state-unavailable. */
export interface ContourCache {
  find(key: CacheKey): Promise<CacheAnswer>;
  keep(key: CacheKey, result: Record<string, unknown>): Promise<void>;
}

/**
 * SHA-256 over everything that a result is made from: the picture's pixels, the map's bytes, landmarks, options and the
 * analyzer's version with that of its models. Equal digests are equal requests, so that a similar face, or the same face with one landmark
 * moved, never gets another's result. What does not change the pixels (metadata, a lossless format) does not change it.
 */
export function requestDigest(
  { pixelsSha256, width, height }: PictureFingerprint,
  mapSha256: string | null,
  { landmarks, options }: Pick<ContourJobParams, 'landmarks' | 'options'>,
  version: string,
): string {
  const labels = Object.entries(options.labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const { style, title = null } = options;
  return createHash('sha256')
    .update(
      JSON.stringify([version, width, height, pixelsSha256, mapSha256, landmarks, style, title, labels]),
    )
    .digest('hex');
}
