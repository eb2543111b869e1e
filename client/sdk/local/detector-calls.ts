import type { ModelIdentity } from '../../../src/protocol/records.ts';
import type { FrameAnalysis } from '../../../src/vision/types.ts';
import type { LocalLook, LocalSubject } from './local-detector.ts';
import type { ModelList } from './model-list.ts';

export interface DetectorOrder {
  readonly subject: LocalSubject;
  readonly list: ModelList;
}

/** What a detector's worker is asked. `load` comes first, once. */
export interface DetectorCalls {
  load(order: DetectorOrder): readonly ModelIdentity[];
  look(bitmap: ImageBitmap): LocalLook;
  analyse(bitmap: ImageBitmap): FrameAnalysis;
  forget(nothing: null): void;
}

/** What it says while it loads. Also when no byte has come, so that a slow start is not taken for a dead one. */
export interface DetectorProgress {
  readonly loadedBytes: number;
  readonly totalBytes: number;
}
