import { coach, initialCoachState } from '../../src/guidance/coach.ts';
import { resolveProfile } from '../../src/guidance/profiles.ts';
import { createFrameAnalysis } from '../../src/vision/analyse-frame.ts';
import { DEFAULT_DECODE_LIMITS, decodeImage } from '../../src/vision/decode-image.ts';
import { createFaceDetector } from '../../src/vision/face-detector.ts';
import { createFaceMesh } from '../../src/vision/face-mesh.ts';
import type { LoadedFaceModels } from '../../src/vision/load-face-models.ts';
import type { TrackState } from '../../src/vision/types.ts';
import { createWarp } from '../../src/vision/warp.ts';
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
  const detector = createFaceDetector(models.detector);
  const mesh = createFaceMesh(models.mesh);
  const warp = createWarp({ sizePx: 192, range: [0, 1], border: 'nearest' });
  const warped = new Float32Array(3 * 192 * 192);
  const stage = createFrameAnalysis(models, canonical);
  const profile = resolveProfile('face-skin');
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
      const image = await timed('decode', () => decodeImage(frame.data, DEFAULT_DECODE_LIMITS));
      await timed('detector', () => detector.detect(image));
      const { region } = track ?? { region: { centerX: 256, centerY: 192, sizePx: 300, rotationRad: 0 } };
      await timed('warp', () => warp.write(image, region, warped));
      await timed('warp + mesh', () => mesh.find(image, region));
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
