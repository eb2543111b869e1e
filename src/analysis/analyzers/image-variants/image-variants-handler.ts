import { z } from 'zod';
import type { JobHandler } from '../../../jobs/types.ts';
import { FramegateError } from '../../../protocol/framegate-error.ts';
import {
  allVariantKeys,
  type ImageRecord,
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
    read(imageId: string): Promise<ImageRecord | null>;
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
    modelsOf: () => [],
    async run({ params }, parts, { signal, progress }) {
      const image = imageVariantsParamsSchema.parse(params);
      const bytes = parts.get('image');
      if (bytes === undefined) throw new FramegateError('image-corrupt', 'the job has no image');
      const made = await makeVariants(bytes, { ...image, webpQuality, avif });
      progress(0.8);
      try {
        refuseCancelled(signal);
        await putAll(storage, image, made.variants);
        refuseCancelled(signal);
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
        // What stopped the job is what has to be told, also where the storage is what is away.
        await cleanUp(deps, image).catch(() => {});
        throw thrown;
      }
    },
  };
}

/** Leaves alone what another worker has finished that took this one for dead: the files have the same names. */
async function cleanUp(
  { storage, images }: ImageVariantsDeps,
  image: { readonly bucket: string; readonly imageId: string },
): Promise<void> {
  const record = await images.read(image.imageId);
  if (record === null || record.processed === null) await storage.remove(allVariantKeys(image));
}

/** Rejects only when nothing is on its way any more: what comes after a clean-up would stay. */
async function putAll(
  storage: ImageVariantsDeps['storage'],
  image: { readonly bucket: string; readonly imageId: string },
  variants: readonly MadeVariant[],
): Promise<void> {
  const puts = await Promise.allSettled(
    variants.map(({ size, format, data }) =>
      storage.put(variantKey(image, size, format), data, `image/${format}`),
    ),
  );
  for (const put of puts) if (put.status === 'rejected') throw put.reason;
}

function refuseCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new FramegateError('job-cancelled', 'the job was cancelled');
}

function bySize(made: readonly MadeVariant[], format: 'webp' | 'avif'): ProcessedImage['avif'] {
  return Object.fromEntries(
    made
      .filter((variant) => variant.format === format)
      .map(({ size, data: _data, ...variant }): [string, ImageVariant] => [size, variant]),
  );
}
