import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { FramegateError } from '../protocol/framegate-error.ts';
import type { ObjectStorage } from './types.ts';

const ALGORITHM = 'aes-256-gcm';
/** An encrypted object begins with this; no image and no JSON does. */
const MAGIC = Buffer.from('FGE1');
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** Throws config-invalid for what is not 32 bytes in base64 or hex. */
export function parseStorageKey(text: string): Buffer {
  const key = Buffer.from(text, /^[0-9a-f]{64}$/i.test(text) ? 'hex' : 'base64');
  if (key.byteLength !== KEY_BYTES) {
    throw new FramegateError('config-invalid', 'FRAMEGATE_STORAGE_KEY has to be 32 bytes in base64 or hex');
  }
  return key;
}

/**
 * The same storage with AES-256-GCM at rest. The object's own key is authenticated with it, so that no object can be put
 * in another's place. What was stored before there was a key is read as it is. Nobody can fetch an object by itself:
 * `directUrl` is null. Reading rejects with storage-unavailable where the key is another, or the bytes were changed.
 */
export function createEncryptedStorage(inner: ObjectStorage, secret: Buffer): ObjectStorage {
  return {
    ...inner,
    put(key, data, contentType) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, secret, nonce).setAAD(Buffer.from(key));
      const sealed = Buffer.concat([MAGIC, nonce, cipher.update(data), cipher.final(), cipher.getAuthTag()]);
      return inner.put(key, sealed, contentType);
    },
    async get(key) {
      const { data, contentType } = await inner.get(key);
      return { data: opened(key, Buffer.from(data.buffer, data.byteOffset, data.byteLength)), contentType };
    },
    directUrl: async () => null,
  };

  function opened(key: string, stored: Buffer): Uint8Array<ArrayBuffer> {
    if (!stored.subarray(0, MAGIC.byteLength).equals(MAGIC)) return new Uint8Array(stored);
    const nonceEnd = MAGIC.byteLength + NONCE_BYTES;
    const tagAt = stored.byteLength - TAG_BYTES;
    try {
      const decipher = createDecipheriv(ALGORITHM, secret, stored.subarray(MAGIC.byteLength, nonceEnd))
        .setAAD(Buffer.from(key))
        .setAuthTag(stored.subarray(Math.max(nonceEnd, tagAt)));
      return new Uint8Array(
        Buffer.concat([decipher.update(stored.subarray(nonceEnd, tagAt)), decipher.final()]),
      );
    } catch (cause) {
      throw new FramegateError(
        'storage-unavailable',
        'a stored object cannot be decrypted: another key, or changed bytes',
        { cause },
      );
    }
  }
}
