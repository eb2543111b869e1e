import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface S3rver {
  run(): Promise<{ readonly port: number }>;
  close(): Promise<void>;
}

/** The package has no types of its own. */
const S3rver = createRequire(import.meta.url)('s3rver') as new (options: object) => S3rver;

export const S3_CREDENTIALS = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' } as const;

export interface TestS3Server {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** A server that speaks the protocol of S3 on a free port. It does not hold a presigned URL against its key. */
export async function startS3Server(bucket: string): Promise<TestS3Server> {
  const directory = await mkdtemp(join(tmpdir(), 'framegate-s3-'));
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    configureBuckets: [{ name: bucket }],
  });
  const { port } = await server.run();
  return {
    endpoint: `http://127.0.0.1:${port}`,
    close: async () => {
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
