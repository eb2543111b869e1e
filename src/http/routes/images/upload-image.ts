import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { FramegateError } from '../../../protocol/framegate-error.ts';
import type { ImageRecord } from '../../../protocol/image-records.ts';
import type { Correlation } from '../../../protocol/jobs.ts';
import type { UploadedFile } from '../../bodies/body-rule.ts';
import { type Endpoint, endpoint } from '../../endpoint.ts';
import { fastApiErrors } from '../../errors/fastapi-errors.ts';
import { imageFormatOf } from '../../image-format.ts';
import { jsonField } from '../../parameters.ts';
import { jsonReply } from '../../route.ts';
import type { ImagesDeps } from './images-deps.ts';

const MAX_FIELD_BYTES = 16 * 1024;
const MAX_FILES = 20;

const bucketSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'is no bucket: lower case letters, digits, -, _ and .')
  .describe('Group that the image is kept in');

const cropSchema = z.strictObject({
  x: z.number().int().min(0),
  y: z.number().int().min(0),
  width: z.number().int().min(1),
  height: z.number().int().min(1),
});

const fieldsSchema = z.object({
  bucket: bucketSchema,
  metadata: jsonField(z.record(z.string(), z.unknown()))
    .optional()
    .describe('JSON object, given back with the image'),
  crop: jsonField(cropSchema)
    .optional()
    .describe('JSON {x, y, width, height} in pixels of the upright image'),
  rotate: z.enum(['0', '90', '180', '270']).optional().describe('Degrees clockwise, after the crop'),
  webhook_url: z.string().max(2048).optional().describe('Told by a signed webhook when the image is done'),
});

const acceptedSchema = z.object({
  job_id: z.string(),
  image_id: z.string(),
  status_url: z.string(),
  message: z.string(),
});

const RATE_HEADERS = {
  'X-RateLimit-Limit': 'Uploads that a user has in the window',
  'X-RateLimit-Remaining': 'Uploads that are left',
  'X-RateLimit-Reset': 'When uploads are free again, ISO 8601',
};

interface Work {
  readonly subject: string | null;
  readonly bucket: string;
  readonly crop: z.infer<typeof cropSchema> | null;
  readonly rotateDeg: number;
  readonly data: Uint8Array;
}

/**
 * The same for the same key of the same user and the same work, so that a repeated request speaks of the same image. The
 * picture itself is part of it: whoever guesses a key must not know the name of a file that needs no token, and a key
 * that is used again must not replace an image that is told never to change.
 */
function newId(what: string, idempotencyKey: string | null, { data, ...work }: Work): string {
  if (idempotencyKey === null) return randomUUID();
  const hex = createHash('sha256')
    .update(JSON.stringify([what, idempotencyKey, work]))
    .update(data)
    .digest('hex');
  // The form of a UUID whose bits are the application's own (RFC 9562, version 8).
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** `POST /api/v1/images/upload` and, for several files at once, `/api/v1/images/batch`. */
export function uploadImageRoutes(deps: ImagesDeps): Endpoint[] {
  const file = { description: 'JPEG, PNG or WebP', maxBytes: deps.maxUploadBytes, required: true };

  async function countUpload(subject: string | null): Promise<Record<string, string>> {
    const { allowed, limit, remaining, resetAtMs } = await deps.takeUpload(subject);
    const headers = {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(remaining),
      'x-ratelimit-reset': new Date(resetAtMs).toISOString(),
    };
    if (allowed) return headers;
    throw new FramegateError('rate-limited', 'you have uploaded as many images as the hour allows', {
      retryable: true,
      retryAfterMs: Math.max(1000, resetAtMs - deps.nowMs()),
      details: { headers },
    });
  }

  async function accept(
    { data }: UploadedFile,
    fields: z.infer<typeof fieldsSchema>,
    subject: string | null,
    correlation: Correlation,
    idempotencyKey: string | null,
  ): Promise<z.infer<typeof acceptedSchema>> {
    const format = imageFormatOf(data);
    if (format === null) {
      throw new FramegateError('image-unsupported', 'the file is not a JPEG, PNG or WebP image');
    }
    const { bucket, crop = null } = fields;
    const rotateDeg = Number(fields.rotate ?? '0');
    const work: Work = { subject, bucket, crop, rotateDeg, data };
    const image: ImageRecord = {
      imageId: newId('image', idempotencyKey, work),
      jobId: newId('job', idempotencyKey, work),
      owner: subject,
      bucket,
      metadata: fields.metadata ?? {},
      createdAtMs: deps.nowMs(),
      processed: null,
    };
    const isNew = await deps.images.create(image);
    const submitted = await deps.desk
      .submit({
        kind: 'image-variants',
        owner: subject,
        correlation,
        params: { imageId: image.imageId, bucket, crop, rotateDeg },
        parts: [{ name: 'image', contentType: `image/${format}`, data }],
        subjectId: image.imageId,
        webhookUrl: fields.webhook_url ?? null,
        idempotencyKey,
        jobId: image.jobId,
      })
      .catch(async (thrown: unknown) => {
        if (isNew) await deps.images.remove(image.imageId);
        throw thrown;
      });
    if (!submitted.isRepeat) deps.audit('upload_initiated', image);
    return {
      job_id: submitted.status.jobId,
      image_id: image.imageId,
      status_url: `/api/v1/images/jobs/${submitted.status.jobId}`,
      message: 'Upload accepted. Processing initiated.',
    };
  }

  return [
    endpoint({
      method: 'POST',
      path: '/api/v1/images/upload',
      summary: 'Upload an image to be processed',
      tag: 'images',
      body: { type: 'form', files: { file }, fields: fieldsSchema, maxFieldBytes: MAX_FIELD_BYTES },
      responses: {
        202: {
          description: 'Accepted',
          schema: acceptedSchema,
          headers: RATE_HEADERS,
          example: {
            job_id: '0b6c1f8e-52f4-4f6f-9a52-6a1b2f2f0a10',
            image_id: '7d1f6f0a-2b7c-4a39-8f7a-0f1d9e0b7c55',
            status_url: '/api/v1/images/jobs/0b6c1f8e-52f4-4f6f-9a52-6a1b2f2f0a10',
            message: 'Upload accepted. Processing initiated.',
          },
        },
      },
      errors: fastApiErrors,
      errorStatuses: [401, 408, 413, 415, 422, 429],
      access: deps.access,
      examples: [{ files: { file: 'a face' }, fields: { bucket: 'profile-images' }, status: 202 }],
      async handle({ files, body, subject, correlation, headers }) {
        const rateHeaders = await countUpload(subject);
        const key = headers['idempotency-key'] === '' ? null : headers['idempotency-key'];
        return jsonReply(202, await accept(files.file![0]!, body, subject, correlation, key), rateHeaders);
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/images/batch',
      summary: 'Upload several images at once',
      description: 'Each is accepted or refused by itself, in the order of the form.',
      tag: 'images',
      body: {
        type: 'form',
        files: { files: { ...file, maxCount: MAX_FILES } },
        fields: fieldsSchema,
        maxFieldBytes: MAX_FIELD_BYTES,
      },
      responses: {
        202: {
          description: 'What became of each',
          schema: z.object({
            results: z.array(z.union([acceptedSchema, fastApiErrors.schema as z.ZodType])),
          }),
          headers: RATE_HEADERS,
        },
      },
      errors: fastApiErrors,
      errorStatuses: [401, 408, 413, 415, 422, 429],
      access: deps.access,
      examples: [{ files: { files: 'a face' }, fields: { bucket: 'profile-images' }, status: 202 }],
      async handle({ files, body, subject, correlation }) {
        const results: unknown[] = [];
        let rateHeaders: Record<string, string> = {};
        for (const one of files.files ?? []) {
          try {
            rateHeaders = await countUpload(subject);
            results.push(await accept(one, body, subject, correlation, null));
          } catch (thrown) {
            if (!(thrown instanceof FramegateError)) throw thrown;
            rateHeaders = { ...rateHeaders, ...(thrown.details?.headers as object | undefined) };
            results.push({ detail: thrown.message, code: thrown.code });
          }
        }
        return jsonReply(202, { results }, rateHeaders);
      },
    }),
  ];
}
