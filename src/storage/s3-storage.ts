import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { FramegateError } from '../protocol/framegate-error.ts';
import { checkKey, contentTypeOf } from './object-key.ts';
import type { ListedObject, ObjectStorage } from './types.ts';

export interface S3StorageOptions {
  readonly bucket: string;
  readonly region: string;
  /** For what is not AWS; addressed by path then. */
  readonly endpoint: string | null;
  /** null takes them where the SDK finds them: environment, profile, instance role. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | null;
  readonly encryption: 'none' | 'AES256' | 'aws:kms';
  /** Life of a direct URL. */
  readonly urlSeconds: number;
}

const MAX_DELETED_AT_ONCE = 1000;

/** Objects in a bucket of S3, or of what speaks its protocol. */
export function createS3Storage(options: S3StorageOptions): ObjectStorage {
  const { bucket: Bucket, region, endpoint, credentials, encryption } = options;
  const client = new S3Client({
    region,
    ...(endpoint !== null && { endpoint, forcePathStyle: true }),
    ...(credentials !== null && { credentials }),
    maxAttempts: 3,
    // Servers that are not AWS know none of the newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });

  async function* list(prefix: string): AsyncIterable<ListedObject> {
    let token: string | undefined;
    do {
      const page = await translated(() =>
        client.send(
          new ListObjectsV2Command({ Bucket, Prefix: prefix, ...(token && { ContinuationToken: token }) }),
        ),
      );
      for (const { Key, Size } of page.Contents ?? [])
        if (Key !== undefined) yield { key: Key, bytes: Size ?? 0 };
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }

  return {
    name: 's3',
    put: async (key, data, contentType) => {
      await translated(() =>
        client.send(
          new PutObjectCommand({
            Bucket,
            Key: checkKey(key),
            Body: data,
            ContentType: contentType,
            ...(encryption !== 'none' && { ServerSideEncryption: encryption }),
          }),
        ),
      );
    },
    get: (key) =>
      translated(async () => {
        const found = await client.send(new GetObjectCommand({ Bucket, Key: checkKey(key) }));
        const data = new Uint8Array((await found.Body?.transformToByteArray()) ?? []);
        return { data, contentType: found.ContentType ?? contentTypeOf(key) };
      }),
    remove: async (keys) => {
      for (let from = 0; from < keys.length; from += MAX_DELETED_AT_ONCE) {
        const Objects = keys.slice(from, from + MAX_DELETED_AT_ONCE).map((key) => ({ Key: checkKey(key) }));
        const { Errors = [] } = await translated(() =>
          client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } })),
        );
        // S3 answers 200 also where it has refused every single one.
        if (Errors.length > 0) throw unavailable(Errors[0]?.Code ?? '');
      }
    },
    list,
    directUrl: (key) =>
      translated(() =>
        getSignedUrl(client, new GetObjectCommand({ Bucket, Key: checkKey(key) }), {
          expiresIn: options.urlSeconds,
        }),
      ),
    ping: async () => {
      await client.send(new HeadBucketCommand({ Bucket })).catch((thrown: unknown) => {
        throw unavailable(nameOf(thrown), thrown);
      });
    },
    close: async () => client.destroy(),
  };
}

async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof FramegateError) throw thrown;
    const name = nameOf(thrown);
    if (name === 'NoSuchKey' || name === 'NotFound') {
      throw new FramegateError('object-missing', 'the stored file is not there', { cause: thrown });
    }
    throw unavailable(name, thrown);
  }
}

function nameOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.name : '';
}

function unavailable(reason: string, cause?: unknown): FramegateError {
  return new FramegateError('storage-unavailable', `object storage does not answer as it should: ${reason}`, {
    retryable: true,
    cause,
  });
}
