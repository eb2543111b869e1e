import {
  IMAGE_SIZE_NAMES,
  type ImageRecord,
  type ImageSize,
  variantKey,
} from '../../../protocol/image-records.ts';

/** Where storage's files are served from, where it has no URLs of its own. */
export const STORAGE_PATH = '/storage';

export interface UrlSource {
  directUrl(key: string): Promise<string | null>;
}

export async function urlOf(storage: UrlSource, image: ImageRecord, size: ImageSize): Promise<string> {
  const key = variantKey(image, size);
  return (await storage.directUrl(key)) ?? `${STORAGE_PATH}/${key}`;
}

export async function allUrls(storage: UrlSource, image: ImageRecord): Promise<Record<string, string>> {
  const entries = await Promise.all(
    IMAGE_SIZE_NAMES.map(async (size) => [size, await urlOf(storage, image, size)] as const),
  );
  return Object.fromEntries(entries);
}
