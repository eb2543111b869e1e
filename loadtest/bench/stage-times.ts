import { coach, initialCoachState } from '../../src/guidance/coach.ts';
import { resolveProfile } from '../../src/guidance/profiles.ts';
import { createFrameAnalysis } from '../../src/vision/analyse-frame.ts';
import { DEFAULT_DECODE_LIMITS, startDecoding } from '../../src/vision/decode-image.ts';
import { createFaceFinder } from '../../src/vision/face-finder.ts';
import { createFrameStages } from '../../src/vision/frame-stages.ts';
import { createJpegDecoder } from '../../src/vision/jpeg-decoder.ts';
import type { LoadedFaceModels } from '../../src/vision/load-face-models.ts';
import type { TrackState } from '../../src/vision/types.ts';
import type { BenchFrame } from './frames.ts';

export type StageTimes = Readonly<Record<string, readonly number[]>>;

const WARM_UP_ROUNDS = 3;

/** Each stage by itself, on one thread, over the same frames. */
export async function measureStages(
  frames: readonly BenchFrame[],
  { models, canonical }: LoadedFaceModels,
  rounds: number,
): Promise<StageTimes> {
  const times: Record<string, number[]> = {};
  const stages = createFrameStages(models, canonical);
  const stage = createFrameAnalysis(createFaceFinder(models), canonical);
  const profile = resolveProfile('face-skin');
  const jpegDecoder = createJpegDecoder();
  let track: TrackState | null = null;
  let memory = initialCoachState;
  let seq = 0;

  const note = (round: number, name: string, ms: number): void => {
    if (round < 0) return;
    times[name] ??= [];
    times[name].push(ms);
  };

  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    const timed = async <T>(name: string, run: () => T | Promise<T>): Promise<T> => {
      const startMs = performance.now();
      const result = await run();
      note(round, name, performance.now() - startMs);
      return result;
    };
    for (const frame of frames) {
      const { image } = await timed('decode', () =>
        startDecoding(frame.data, DEFAULT_DECODE_LIMITS, undefined, jpegDecoder).finish(),
      );
      await timed('detector', () => stages.detect(image));
      const { region } = track ?? { region: { centerX: 256, centerY: 192, sizePx: 300, rotationRad: 0 } };
      await timed('warp', () => stages.warp(image, region));
      const { landmarks } = await timed('warp + mesh', () => {
        stages.warp(image, region);
        return stages.mesh(region);
      });
      await timed('pose', () => stages.pose(landmarks, image.width, image.height));
      const result = await timed('analysis in all', () => stage.analyse(image, track));
      note(round, 'appearance', result.appearanceMs);
      track = result.track;
      const nowMs = ++seq * 100;
      const advised = await timed('guidance', () =>
        coach(memory, { seq, analysis: result.analysis, capturedAtMs: nowMs, nowMs }, profile),
      );
      memory = advised.state;
    }
  }
  return times;
}
