import type { JobDesk } from '../../../jobs/types.ts';
import type { ImageRecord } from '../../../protocol/image-records.ts';
import type { JobState, JobStatus } from '../../../protocol/jobs.ts';
import type { Access } from '../../endpoint.ts';

export interface ImagesDeps {
  readonly access: Access;
  readonly desk: JobDesk;
  readonly images: {
    /** False where there is one of this id already, which stays. */
    create(record: ImageRecord): Promise<boolean>;
    read(imageId: string): Promise<ImageRecord | null>;
    readMany(imageIds: readonly string[]): Promise<readonly (ImageRecord | null)[]>;
    remove(imageId: string): Promise<ImageRecord | null>;
    count(): Promise<number>;
  };
  readonly storage: {
    get(key: string): Promise<{ readonly data: Uint8Array; readonly contentType: string }>;
    remove(keys: readonly string[]): Promise<void>;
    directUrl(key: string): Promise<string | null>;
  };
  /** Counts one upload of the user, or of nobody in particular (null); `resetAtMs`: when the next one is free again, or the oldest is forgotten. */
  readonly takeUpload: (subject: string | null) => Promise<{
    readonly allowed: boolean;
    readonly limit: number;
    readonly remaining: number;
    readonly resetAtMs: number;
  }>;
  readonly statistics: {
    counts(): Promise<{
      readonly byState: Readonly<Record<JobState, number>>;
      readonly completedIn24h: number;
      readonly meanProcessingMs: number | null;
    }>;
    /** Workers that take jobs now. */
    workers(): Promise<number>;
    failed(limit: number): Promise<readonly JobStatus[]>;
  };
  readonly audit: (event: 'upload_initiated' | 'deleted', image: ImageRecord) => void;
  readonly nowMs: () => number;
  readonly maxUploadBytes: number;
  readonly version: string;
}
