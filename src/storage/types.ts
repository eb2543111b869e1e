/** Where files live that are kept: variants of images, by consent pictures. */
export interface StoredObject {
  readonly data: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
}

export interface ListedObject {
  readonly key: string;
  /** As stored: encryption adds to them. */
  readonly bytes: number;
}

/**
 * Objects by key, `bucket/processed/thumbnail/<uuid>_thumbnail.webp`. A put replaces as a whole: a reader sees the old or
 * the new one. Everything rejects with storage-unavailable (retryable) while the storage is away, and with
 * request-invalid for a key that is none.
 */
export interface ObjectStorage {
  readonly name: string;
  put(key: string, data: Uint8Array, contentType: string): Promise<void>;
  /** Rejects with object-missing. */
  get(key: string): Promise<StoredObject>;
  /** Says nothing of those that are not there. */
  remove(keys: readonly string[]): Promise<void>;
  /** In no order. */
  list(prefix: string): AsyncIterable<ListedObject>;
  /** Where a client can fetch the object by itself for a while; null where the storage cannot be reached from outside. */
  directUrl(key: string): Promise<string | null>;
  /** Resolves when it answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
