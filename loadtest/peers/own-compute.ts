import { createFrameAnalysis } from '../../src/vision/analyse-frame.ts';
import { DEFAULT_DECODE_LIMITS, decodeImage, startDecoding } from '../../src/vision/decode-image.ts';
import { createFaceFinder } from '../../src/vision/face-finder.ts';
import { createJpegDecoder } from '../../src/vision/jpeg-decoder.ts';
import type { LoadedFaceModels } from '../../src/vision/load-face-models.ts';
import type { TrackState } from '../../src/vision/types.ts';
import type { TimedFrames } from './face-landmarker-calls.ts';

export interface OwnCompute {
  run(order: { readonly sequence: readonly number[]; readonly decode: boolean }): Promise<TimedFrames>;
}

/** All that a node computes of a frame, on the calling thread, as a thread of its pool does: the face is followed. */
export async function createOwnCompute(
  { models, canonical }: LoadedFaceModels,
  jpegs: readonly Uint8Array[],
): Promise<OwnCompute> {
  const stage = createFrameAnalysis(createFaceFinder(models), canonical);
  const jpegDecoder = createJpegDecoder();
  const decoded = await Promise.all(jpegs.map((jpeg) => decodeImage(jpeg, DEFAULT_DECODE_LIMITS)));
  let track: TrackState | null = null;
  return {
    async run({ sequence, decode }) {
      const ms: number[] = [];
      const found: boolean[] = [];
      for (const index of sequence) {
        const startedMs = performance.now();
        const image = decode
          ? (await startDecoding(jpegs[index]!, DEFAULT_DECODE_LIMITS, undefined, jpegDecoder).finish()).image
          : decoded[index]!;
        const result = await stage.analyse(image, track);
        ms.push(performance.now() - startedMs);
        track = result.track;
        found.push(result.analysis.face !== null);
      }
      return { ms, found };
    },
  };
}
