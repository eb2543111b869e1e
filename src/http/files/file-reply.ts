import type { HttpReply, HttpRequest } from '../route.ts';
import { acceptedEncodings, type ContentEncoding } from './accepted-encodings.ts';
import { contentTypeOf } from './content-type.ts';
import { namesTag } from './entity-tag.ts';
import type { KeptFiles } from './kept-files.ts';

const ENDINGS: Readonly<Record<ContentEncoding, string>> = { br: '.br', gzip: '.gz', identity: '' };

/** `immutable` for names that carry a hash or a version; else the client asks each time whether it has changed. */
export type Freshness = 'immutable' | 'revalidated';

const CACHE_CONTROL: Readonly<Record<Freshness, string>> = {
  immutable: 'public, max-age=31536000, immutable',
  revalidated: 'no-cache',
};

export interface FileReplyOptions {
  readonly freshness: Freshness;
  readonly headers: Readonly<Record<string, string>>;
}

/** A file of the folder, or the `.br` or `.gz` beside it where the client takes that. null where there is none. */
export async function fileReply(
  files: KeptFiles,
  path: string,
  request: Pick<HttpRequest, 'headers'>,
  options: FileReplyOptions,
): Promise<HttpReply | null> {
  for (const encoding of acceptedEncodings(request.headers['accept-encoding'])) {
    const file = await files.read(`${path}${ENDINGS[encoding]}`);
    if (file === null) continue;
    const vary = {
      vary: 'accept-encoding',
      ...(encoding !== 'identity' && { 'content-encoding': encoding }),
    };
    return bytesReply(file, contentTypeOf(path), request, {
      ...options,
      headers: { ...options.headers, ...vary },
    });
  }
  return null;
}

/** The bytes under their hash as a strong tag, or 304 where the client has them. */
export function bytesReply(
  { bytes, sha256 }: { readonly bytes: Uint8Array; readonly sha256: string },
  contentType: string,
  request: Pick<HttpRequest, 'headers'>,
  { freshness, headers }: FileReplyOptions,
): HttpReply {
  const etag = `"${sha256.slice(0, 32)}"`;
  const isKnown = namesTag(request.headers['if-none-match'], etag);
  return {
    status: isKnown ? 304 : 200,
    contentType,
    headers: { ...headers, 'cache-control': CACHE_CONTROL[freshness], etag },
    body: isKnown ? '' : bytes,
  };
}
