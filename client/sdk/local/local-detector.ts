import type { ModelIdentity } from '../../../src/protocol/records.ts';
import type { Box, FrameAnalysis } from '../../../src/vision/types.ts';

export type LocalDetectorName = 'onnx' | 'face-landmarker';

export interface LocalLook {
  readonly faceCount: number;
  /** The largest face, in the bitmap's pixels. */
  readonly box: Box | null;
  readonly tookMs: number;
}

/** Finds and measures faces on this device, off the main thread. One picture at a time. */
export interface LocalDetector {
  readonly name: LocalDetectorName;
  readonly models: readonly ModelIdentity[];
  /** Whether there is a face, for the pre-check. Takes the bitmap over, as do all calls. Rejects with detector-unavailable. */
  look(bitmap: ImageBitmap): Promise<LocalLook>;
  /** All that guidance may know of the picture: the same FrameAnalysis as at the edge. */
  analyse(bitmap: ImageBitmap): Promise<FrameAnalysis>;
  /** The next picture has nothing to do with the last one: another camera, or a still. */
  forget(): void;
  close(): void;
}

export interface LocalDetectorOptions {
  /** `auto`: FaceLandmarker where the node has its file, else ONNX Runtime. */
  readonly detector: LocalDetectorName | 'auto';
  /** Where the models are: the node's address, or any folder with `models/manifest.json`. */
  readonly modelsUrl: string;
  readonly onProgress?: (loadedBytes: number, totalBytes: number) => void;
  readonly signal?: AbortSignal;
}
