import { FramegateError } from '../../../protocol/framegate-error.ts';
import { correlationOf } from '../../correlation.ts';
import { fastApiErrors } from '../../errors/fastapi-errors.ts';
import type { Route } from '../../route.ts';
import { STORAGE_PATH } from './image-urls.ts';
import type { ImagesDeps } from './images-deps.ts';

/** What is served: a variant, by the one form that its key has. */
const VARIANT =
  /^([a-z0-9][a-z0-9._-]{0,62})\/processed\/(thumbnail|medium|large|original)\/([0-9a-f-]{36})_\2\.(webp|avif)$/;

/**
 * The files behind `urls`, where storage is a folder. Their names cannot be guessed; whoever was given one may fetch it,
 * as a browser does that shows it.
 */
export function storageFileRoute(storage: Pick<ImagesDeps['storage'], 'get'>): Route {
  return {
    method: 'GET',
    path: `${STORAGE_PATH}/*`,
    async handle({ path }) {
      const key = path.slice(STORAGE_PATH.length + 1);
      if (!VARIANT.test(key)) throw new FramegateError('not-found', 'no file of this name');
      const { data, contentType } = await storage.get(key);
      return {
        status: 200,
        contentType,
        body: data,
        headers: { 'cache-control': 'public, max-age=31536000, immutable' },
      };
    },
    errorReply: (error, { headers }) => fastApiErrors.reply(error, correlationOf(headers, 'lenient')),
  };
}
