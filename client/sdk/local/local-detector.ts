import type { ModelIdentity } from '../../../src/protocol/records.ts';
import type { Box, FrameAnalysis } from '../../../src/vision/types.ts';

export type LocalDetectorName = 'onnx' | 'face-landmarker';

/** What can be looked for on a device. The reference card cannot: what finds it is too large to be loaded. */
export type LocalSubject = 'face' | 'body';

export interface LocalLook {
  readonly faceCount: number;
  /** People in view; absent where faces were looked for. */
  readonly bodyCount?: number;
  /** The largest of them, in the bitmap's pixels: a face, or a body with what its points reach. */
  readonly box: Box | null;
  readonly tookMs: number;
}

/** Finds and measures faces, or bodies, on this device, off the main thread. One picture at a time. */
export interface LocalDetector {
  readonly name: LocalDetectorName;
  readonly subject: LocalSubject;
  readonly models: readonly ModelIdentity[];
  /** Whether anybody is there, for the pre-check. Takes the bitmap over, as do all calls. Rejects with detector-unavailable. */
  look(bitmap: ImageBitmap): Promise<LocalLook>;
  /** All that guidance may know of the picture: the same FrameAnalysis as at the edge. */
  analyse(bitmap: ImageBitmap): Promise<FrameAnalysis>;
  /** The next picture has nothing to do with the last one: another camera, or a still. */
  forget(): void;
  close(): void;
}

export interface LocalDetectorOptions {
  /** `auto`: FaceLandmarker where the node has its file, else ONNX Runtime. Bodies are ONNX Runtime's, whatever is asked for. */
  readonly detector: LocalDetectorName | 'auto';
  /** What is to be guided, as for a session; a face where it is not given. */
  readonly profile?: string;
  /** Where the models are: the node's address, or any folder with `models/manifest.json`. */
  readonly modelsUrl: string;
  readonly onProgress?: (loadedBytes: number, totalBytes: number) => void;
  readonly signal?: AbortSignal;
}
