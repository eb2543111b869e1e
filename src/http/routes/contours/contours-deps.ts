import type { JobDesk } from '../../../jobs/types.ts';
import type { ContourDoneStatus } from '../../../protocol/contour-options.ts';
import type { Access } from '../../endpoint.ts';

export interface ContoursDeps {
  readonly desk: Pick<JobDesk, 'submit' | 'status' | 'result'>;
  readonly access: Access;
  /** Of the picture, and of the map. */
  readonly maxUploadBytes: number;
  /** What a finished job's status says where its caller does not choose. */
  readonly doneStatus: ContourDoneStatus | 'by-request';
  /** The size that a viewer shows, from the header alone. Throws image-* for what cannot be decoded. */
  readonly imageSize: (image: Uint8Array) => ImageSize;
}

export interface ImageSize {
  readonly width: number;
  readonly height: number;
  readonly format: 'jpeg' | 'png' | 'webp';
}
