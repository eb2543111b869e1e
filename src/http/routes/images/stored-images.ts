import { createHash } from 'node:crypto';
import { z } from 'zod';
import { FramegateError } from '../../../protocol/framegate-error.ts';
import {
  allVariantKeys,
  type ImageRecord,
  type ImageSize,
  imageVariantSchema,
  variantKey,
} from '../../../protocol/image-records.ts';
import { type Endpoint, endpoint } from '../../endpoint.ts';
import { fastApiErrors } from '../../errors/fastapi-errors.ts';
import { type HttpReply, jsonReply, type RequestHeaders } from '../../route.ts';
import { checkId, ownImage, sizeParameter } from './image-ids.ts';
import { imageReply, processedOf } from './image-jobs.ts';
import { urlOf } from './image-urls.ts';
import type { ImagesDeps } from './images-deps.ts';

const MAX_BATCH = 50;
const EXAMPLE_ID = '7d1f6f0a-2b7c-4a39-8f7a-0f1d9e0b7c55';
const YEAR_SECONDS = 31_536_000;

const params = z.object({ image_id: z.string() });
const query = z.object({ size: sizeParameter.default('medium') });

const oneSizeSchema = z.object({
  image_id: z.string(),
  size: z.string(),
  url: z.string(),
  metadata: imageVariantSchema,
  dominant_color: z.string(),
});

/** Processed images by their id. */
export function storedImageRoutes(deps: ImagesDeps): Endpoint[] {
  const own = async (imageId: string, subject: string | null) =>
    ownImage(await deps.images.read(checkId(imageId)), subject);

  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/images/batch',
      summary: 'One size of several images',
      description: 'What is not there, not finished or somebody else’s has an error in its place.',
      tag: 'images',
      query: z.object({
        image_ids: z
          .string()
          .transform((text) => text.split(',').map((id) => id.trim()))
          .pipe(z.array(z.string().min(1)).min(1).max(MAX_BATCH))
          .describe(`At most ${MAX_BATCH} ids, separated by commas`),
        size: sizeParameter.default('medium'),
      }),
      responses: {
        200: {
          description: 'In the order of the ids',
          schema: z.object({
            images: z.array(z.union([oneSizeSchema, z.object({ image_id: z.string(), error: z.string() })])),
          }),
        },
      },
      errors: fastApiErrors,
      errorStatuses: [401, 422],
      access: deps.access,
      examples: [{ query: { image_ids: EXAMPLE_ID, size: 'medium' }, status: 200 }],
      async handle({ query: { image_ids: ids, size }, subject }) {
        const records = await deps.images.readMany(ids);
        const images = await Promise.all(
          ids.map(async (imageId, index) => {
            try {
              return await oneSize(deps, ownImage(records[index] ?? null, subject), size);
            } catch (thrown) {
              if (!(thrown instanceof FramegateError)) throw thrown;
              return { image_id: imageId, error: thrown.code };
            }
          }),
        );
        return jsonReply(200, { images });
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/images/:image_id',
      summary: 'One size of an image',
      tag: 'images',
      params,
      query,
      responses: { 200: { description: 'Where it is', schema: oneSizeSchema } },
      errors: fastApiErrors,
      errorStatuses: [401, 404, 409, 422],
      access: deps.access,
      examples: [{ params: { image_id: EXAMPLE_ID }, query: { size: 'medium' }, status: 404 }],
      async handle({ params: { image_id }, query: { size }, subject }) {
        return jsonReply(200, await oneSize(deps, await own(image_id, subject), size));
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/images/:image_id/all',
      summary: 'All sizes of an image',
      tag: 'images',
      params,
      responses: {
        200: { description: 'As the result of its job', schema: z.record(z.string(), z.unknown()) },
      },
      errors: fastApiErrors,
      errorStatuses: [401, 404, 409],
      access: deps.access,
      examples: [{ params: { image_id: EXAMPLE_ID }, status: 404 }],
      async handle({ params: { image_id }, subject }) {
        return imageReply(deps, await own(image_id, subject));
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/images/:image_id/direct',
      summary: 'The file itself',
      description: 'WebP, or AVIF where that was made and Accept names it.',
      tag: 'images',
      params,
      query,
      responses: {
        200: { description: 'The file', contentType: 'image/webp' },
        302: { description: 'To the file, where the storage serves it itself' },
        304: { description: 'Not changed' },
      },
      errors: fastApiErrors,
      errorStatuses: [401, 404, 409, 422],
      access: deps.access,
      examples: [{ params: { image_id: EXAMPLE_ID }, query: { size: 'large' }, status: 404 }],
      async handle({ params: { image_id }, query: { size }, headers, subject }) {
        return fileReply(deps, await own(image_id, subject), size, headers);
      },
    }),
    endpoint({
      method: 'DELETE',
      path: '/api/v1/images/:image_id',
      summary: 'Delete an image, all its sizes and its job',
      tag: 'images',
      params,
      responses: {
        200: { description: 'Gone', schema: z.object({ image_id: z.string(), message: z.string() }) },
      },
      errors: fastApiErrors,
      errorStatuses: [401, 404],
      access: deps.access,
      examples: [{ params: { image_id: EXAMPLE_ID }, status: 404 }],
      async handle({ params: { image_id }, subject }) {
        const image = await own(image_id, subject);
        // First the record: a worker that is about to finish sees that there is nothing to finish.
        await deps.images.remove(image.imageId);
        await deps.storage.remove(allVariantKeys(image)).catch(async (thrown: unknown) => {
          // Without it nobody could delete the files any more.
          await deps.images.create(image);
          throw thrown;
        });
        await deps.desk.forget(image.jobId, subject);
        deps.audit('deleted', image);
        return jsonReply(200, { image_id: image.imageId, message: 'Image and all its variants deleted.' });
      },
    }),
  ];
}

async function oneSize(
  deps: ImagesDeps,
  image: ImageRecord,
  size: ImageSize,
): Promise<z.infer<typeof oneSizeSchema>> {
  const { variants, dominantColor } = await processedOf(deps, image);
  return {
    image_id: image.imageId,
    size,
    url: await urlOf(deps.storage, image, size),
    metadata: variants[size],
    dominant_color: dominantColor,
  };
}

async function fileReply(
  deps: ImagesDeps,
  image: ImageRecord,
  size: ImageSize,
  headers: RequestHeaders,
): Promise<HttpReply> {
  const processed = await processedOf(deps, image);
  const format = takesAvif(headers.accept) && processed.avif[size] !== undefined ? 'avif' : 'webp';
  const key = variantKey(image, size, format);
  const location = await deps.storage.directUrl(key);
  if (location !== null) {
    return {
      status: 302,
      contentType: 'text/plain',
      body: '',
      headers: { location, vary: 'accept', 'cache-control': 'no-store' },
    };
  }
  const etag = `"${createHash('sha256').update(`${key} ${processed.completedAtMs}`).digest('hex').slice(0, 32)}"`;
  // An image never changes under its id; private, because it is one user's.
  const caching = { etag, vary: 'accept', 'cache-control': `private, max-age=${YEAR_SECONDS}, immutable` };
  if (hasEtag(headers['if-none-match'], etag)) {
    return { status: 304, contentType: `image/${format}`, body: '', headers: caching };
  }
  const { data, contentType } = await deps.storage.get(key);
  return { status: 200, contentType, body: data, headers: caching };
}

/** Only where it is named: a range of all types is sent also by what cannot show it. */
function takesAvif(accept: string): boolean {
  return accept.split(',').some((range) => {
    const [type, ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    return type === 'image/avif' && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
  });
}

function hasEtag(ifNoneMatch: string, etag: string): boolean {
  const tags = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes(etag) || tags.includes('*');
}
