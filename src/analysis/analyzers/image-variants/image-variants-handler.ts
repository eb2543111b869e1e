import { z } from 'zod';
import type { JobHandler } from '../../../jobs/types.ts';
import { FramegateError } from '../../../protocol/framegate-error.ts';
import {
  allVariantKeys,
  type ImageVariant,
  type ProcessedImage,
  variantKey,
} from '../../../protocol/image-records.ts';
import { type MadeVariant, makeVariants } from './make-variants.ts';

export const imageVariantsParamsSchema = z.object({
  imageId: z.string(),
  bucket: z.string(),
  crop: z
    .object({
      x: z.number().int().nonnegative(),
      y: z.number().int().nonnegative(),
      width: z.number().int().positive(),
      height: z.number().int().positive(),
    })
    .nullable(),
  rotateDeg: z.union([z.literal(0), z.literal(90), z.literal(180), z.literal(270)]),
});

export interface ImageVariantsDeps {
  readonly storage: {
    put(key: string, data: Uint8Array, contentType: string): Promise<void>;
    remove(keys: readonly string[]): Promise<void>;
  };
  readonly images: {
    /** False where the image was deleted meanwhile. */
    complete(imageId: string, processed: ProcessedImage): Promise<boolean>;
  };
  readonly clock: { nowMs(): number };
  readonly webpQuality: number;
  readonly avif: boolean;
}

const VERSION = '1.0.0';

/** Makes an image's sizes and puts them into object storage. Whatever does not end as a whole leaves nothing there. */
export function createImageVariantsHandler(deps: ImageVariantsDeps): JobHandler {
  const { storage, images, clock, webpQuality, avif } = deps;
  return {
    kind: 'image-variants',
    version: VERSION,
    models: [],
    async run({ params }, parts, { signal, progress }) {
      const image = imageVariantsParamsSchema.parse(params);
      const bytes = parts.get('image');
      if (bytes === undefined) throw new FramegateError('image-corrupt', 'the job has no image');
      const made = await makeVariants(bytes, { ...image, webpQuality, avif });
      progress(0.8);
      try {
        await Promise.all(
          made.variants.map(({ size, format, data }) => {
            if (signal.aborted) throw new FramegateError('job-cancelled', 'the job was cancelled');
            return storage.put(variantKey(image, size, format), data, `image/${format}`);
          }),
        );
        const processed: ProcessedImage = {
          dominantColor: made.dominantColor,
          originalWidth: made.originalWidth,
          originalHeight: made.originalHeight,
          variants: bySize(made.variants, 'webp') as ProcessedImage['variants'],
          avif: bySize(made.variants, 'avif'),
          completedAtMs: clock.nowMs(),
        };
        if (!(await images.complete(image.imageId, processed))) {
          throw new FramegateError('job-cancelled', 'the image was deleted meanwhile');
        }
        return { result: { image_id: image.imageId, ...processed }, measurements: [] };
      } catch (thrown) {
        await storage.remove(allVariantKeys(image));
        throw thrown;
      }
    },
  };
}

function bySize(made: readonly MadeVariant[], format: 'webp' | 'avif'): ProcessedImage['avif'] {
  return Object.fromEntries(
    made
      .filter((variant) => variant.format === format)
      .map(({ size, data: _data, ...variant }): [string, ImageVariant] => [size, variant]),
  );
}
