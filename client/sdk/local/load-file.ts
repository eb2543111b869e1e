import { FramegateError } from '../../../src/protocol/framegate-error.ts';
import type { ModelFile } from './model-list.ts';

/** What is needed of the Cache API. */
export interface FileCaches {
  open(name: string): Promise<FileCache>;
}

export interface FileCache {
  match(key: string): Promise<Response | undefined>;
  put(key: string, response: Response): Promise<void>;
  keys(): Promise<readonly { readonly url: string }[]>;
  delete(key: string): Promise<boolean>;
}

export interface LoadFileDeps {
  fetch(url: string): Promise<Response>;
  /** Missing in some private windows: then the browser's own cache has to do. */
  readonly caches: FileCaches | undefined;
  sha256(data: Uint8Array<ArrayBuffer>): Promise<string>;
  /** How many more bytes are there. */
  onBytes(bytes: number): void;
}

const CACHE_NAME = 'framegate-models';
/** Keys have to be addresses; nothing is ever asked of this one. */
const KEY_BASE = 'https://framegate.invalid/models';

/**
 * A model's file: from the cache where it is there, else from the network; held to its hash either way. Files of the same
 * name with another hash leave the cache.
 * Rejects with FramegateError detector-unavailable.
 */
export async function loadFile(file: ModelFile, deps: LoadFileDeps): Promise<Uint8Array<ArrayBuffer>> {
  const { name, url, sha256 } = file;
  if (sha256 === null) return download(url, deps);
  const cache = await deps.caches?.open(CACHE_NAME).catch(() => undefined);
  const key = `${KEY_BASE}/${name}/${sha256}`;
  const kept = await readKept(cache, key);
  if (kept !== null && (await deps.sha256(kept)) === sha256) {
    deps.onBytes(kept.length);
    return kept;
  }
  const data = await download(url, deps);
  const found = await deps.sha256(data);
  if (found !== sha256) {
    throw new FramegateError('detector-unavailable', `the file of model ${name} differs from its hash`, {
      details: { url, expected: sha256, found },
    });
  }
  await keep(cache, name, key, data);
  return data;
}

/**
 * The bytes at an address, as they come in.
 * Rejects with FramegateError detector-unavailable.
 */
export async function download(
  url: string,
  { fetch, onBytes }: Pick<LoadFileDeps, 'fetch' | 'onBytes'>,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const response = await fetch(url);
    if (!response.ok || response.body === null) throw new Error(`status ${response.status}`);
    const parts: Uint8Array<ArrayBuffer>[] = [];
    const reader = response.body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      parts.push(part.value);
      onBytes(part.value.length);
    }
    return joined(parts);
  } catch (cause) {
    throw new FramegateError('detector-unavailable', `${url} could not be loaded: ${String(cause)}`, {
      retryable: true,
      cause,
    });
  }
}

/** What the cache cannot give is downloaded: a broken cache costs bytes, not the detector. */
async function readKept(cache: FileCache | undefined, key: string): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    const response = await cache?.match(key);
    return response === undefined ? null : new Uint8Array(await response.arrayBuffer());
  } catch {
    return null;
  }
}

async function keep(
  cache: FileCache | undefined,
  name: string,
  key: string,
  data: Uint8Array<ArrayBuffer>,
): Promise<void> {
  try {
    await cache?.put(key, new Response(data));
    for (const { url } of (await cache?.keys()) ?? []) {
      if (url.startsWith(`${KEY_BASE}/${name}/`) && url !== key) await cache?.delete(url);
    }
  } catch {
    // No room on the device.
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(parts.reduce((bytes, part) => bytes + part.length, 0));
  let at = 0;
  for (const part of parts) {
    data.set(part, at);
    at += part.length;
  }
  return data;
}
