/** What is known of an uploaded image, beside its job. */
import { z } from 'zod';

/** By name, the width in pixels that a variant has at most. */
export const IMAGE_SIZES = { thumbnail: 150, medium: 600, large: 1200, original: 4096 } as const;
export type ImageSize = keyof typeof IMAGE_SIZES;
export const IMAGE_SIZE_NAMES = Object.keys(IMAGE_SIZES) as [ImageSize, ...ImageSize[]];

export const imageVariantSchema = z.object({
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  aspect_ratio: z.number(),
  format: z.enum(['webp', 'avif']),
  size_bytes: z.number().int().positive(),
});
export type ImageVariant = z.infer<typeof imageVariantSchema>;

/** What the worker found and made. */
export const processedImageSchema = z.object({
  dominantColor: z.string(),
  originalWidth: z.number().int().positive(),
  originalHeight: z.number().int().positive(),
  variants: z.record(z.enum(IMAGE_SIZE_NAMES), imageVariantSchema),
  /** Where AVIF is made too. */
  avif: z.partialRecord(z.enum(IMAGE_SIZE_NAMES), imageVariantSchema),
  completedAtMs: z.number().int(),
});
export type ProcessedImage = z.infer<typeof processedImageSchema>;

export const imageRecordSchema = z.object({
  imageId: z.string(),
  jobId: z.string(),
  owner: z.string().nullable(),
  bucket: z.string(),
  /** Whatever the uploader wants to find again; never looked at. */
  metadata: z.record(z.string(), z.unknown()),
  createdAtMs: z.number().int(),
  /** null until the worker is through. */
  processed: processedImageSchema.nullable(),
});
export type ImageRecord = z.infer<typeof imageRecordSchema>;

/** Where a variant lies in object storage. */
export function variantKey(
  { bucket, imageId }: Pick<ImageRecord, 'bucket' | 'imageId'>,
  size: ImageSize,
  format: 'webp' | 'avif' = 'webp',
): string {
  return `${bucket}/processed/${size}/${imageId}_${size}.${format}`;
}

/** Every key that an image can have. */
export function allVariantKeys(image: Pick<ImageRecord, 'bucket' | 'imageId'>): string[] {
  return IMAGE_SIZE_NAMES.flatMap((size) => [variantKey(image, size), variantKey(image, size, 'avif')]);
}
