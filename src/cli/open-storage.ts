import type { Config } from '../config/parse-config.ts';
import { FramegateError } from '../protocol/framegate-error.ts';
import { createEncryptedStorage, parseStorageKey } from '../storage/encrypted-storage.ts';
import { createFolderStorage } from '../storage/folder-storage.ts';
import { createS3Storage } from '../storage/s3-storage.ts';
import type { ObjectStorage } from '../storage/types.ts';

/**
 * The object storage that is configured, or the one of `kind`. Throws config-invalid where S3 lacks its bucket, or the key
 * for encryption is none.
 */
export function openStorage(config: Config, kind: 'folder' | 's3' = config.storage.kind): ObjectStorage {
  const { key } = config.storage;
  const plain = openPlainStorage(config, kind);
  return key === null ? plain : createEncryptedStorage(plain, parseStorageKey(key));
}

function openPlainStorage({ storage }: Config, kind: 'folder' | 's3'): ObjectStorage {
  if (kind === 'folder') return createFolderStorage(storage.folder);
  const { s3Bucket, s3AccessKeyId, s3SecretAccessKey } = storage;
  if (s3Bucket === null)
    throw new FramegateError('config-invalid', 'storage in S3 needs FRAMEGATE_S3_BUCKET');
  return createS3Storage({
    bucket: s3Bucket,
    region: storage.s3Region,
    endpoint: storage.s3Endpoint,
    credentials:
      s3AccessKeyId === null || s3SecretAccessKey === null
        ? null
        : { accessKeyId: s3AccessKeyId, secretAccessKey: s3SecretAccessKey },
    encryption: storage.s3Encryption,
    urlSeconds: storage.s3UrlSeconds,
  });
}
