import { z } from 'zod';
import { FramegateError } from '../../../protocol/framegate-error.ts';
import { IMAGE_SIZE_NAMES, type ImageRecord } from '../../../protocol/image-records.ts';

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export const sizeParameter = z.enum(IMAGE_SIZE_NAMES);

/** Anything else than an id is nothing that could be found. Throws not-found. */
export function checkId(id: string): string {
  if (!ID.test(id)) throw notFound('image or job');
  return id;
}

/** Throws not-found for what is not there and for what is somebody else's: that it exists is nobody's business. */
export function ownImage(record: ImageRecord | null, subject: string | null): ImageRecord {
  if (record === null || record.owner !== subject) throw notFound('image');
  return record;
}

export function notFound(what: string): FramegateError {
  return new FramegateError('not-found', `no ${what} of this id`);
}
