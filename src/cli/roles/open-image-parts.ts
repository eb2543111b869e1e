import { randomUUID } from 'node:crypto';
import type { RedisState } from '../../state/create-redis-state.ts';
import type { ObjectStorage } from '../../storage/types.ts';
import type { ApiParts } from './api-endpoints.ts';
import type { OpenJobs } from './open-jobs.ts';
import type { RoleContext } from './role.ts';

const MINUTE_MS = 60_000;

/** What the image endpoints work with. */
export function openImageParts(
  { config, codeVersion }: RoleContext,
  { jobs, redis, storage }: { jobs: OpenJobs; redis: RedisState; storage: ObjectStorage },
): ApiParts['images'] {
  const limit = config.api.uploadsPerWindow;
  const windowMs = config.api.uploadWindowMinutes * MINUTE_MS;
  return {
    desk: jobs.desk,
    images: redis.images,
    storage,
    takeUpload: async (subject) => {
      const { allowed, remaining, retryAfterMs } = await redis.rateLimiter.take(
        { scope: 'uploads', limit, windowMs },
        // A subject may be named `anonymous`.
        subject === null ? 'anonymous' : `subject:${subject}`,
      );
      const resetAtMs = Date.now() + (retryAfterMs > 0 ? retryAfterMs : windowMs);
      return { allowed, limit, remaining, resetAtMs };
    },
    statistics: {
      counts: () => jobs.store.counts('image-variants'),
      workers: () => redis.workers.count(),
      failed: (count) => jobs.store.failed('image-variants', count),
    },
    audit: (event, { imageId, jobId, owner, bucket }) =>
      jobs.log.record({
        eventId: randomUUID(),
        entity: 'image',
        entityId: imageId,
        event,
        atMs: Date.now(),
        node: config.node.name,
        actor: owner ?? 'anonymous',
        details: { jobId, bucket },
      }),
    nowMs: Date.now,
    version: codeVersion,
  };
}
