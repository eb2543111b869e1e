import { createFaceQualityAnalyzer } from '../../src/analysis/analyzers/face-quality/face-quality-analyzer.ts';
import { resolveProfile } from '../../src/guidance/profiles.ts';
import type { Thresholds } from '../../src/protocol/checks.ts';
import type { Result } from '../../src/protocol/messages.ts';
import type { ModelIdentity } from '../../src/protocol/records.ts';
import { changeScene, type SceneChanges } from '../../src/synthetic/face-scene.ts';
import { renderFace } from '../../src/synthetic/render-face.ts';
import { MODELS_FOLDER, openModels } from '../../src/vision/model-registry.ts';
import { captureRecord } from './bus-records.ts';
import { encodeImage } from './encode-image.ts';
import { goodScene } from './scene-faults.ts';

/** What a client has in its hands at the end of a session: plain JSON, the picture in base64. */
export interface RecordedResult {
  readonly result: Result;
  readonly settings: {
    readonly sessionId: string;
    readonly node: string;
    readonly profile: string;
    readonly thresholds: Thresholds;
    readonly models: readonly ModelIdentity[];
  };
  readonly jpegBase64: string;
}

/** Renders a still, measures it with the real analyzer, and gives what the edge would send of it. */
export async function recordResult(changes: SceneChanges = {}): Promise<RecordedResult> {
  const { thresholds } = resolveProfile('face-skin', 'moderate');
  const capture = captureRecord('01900000-0000-7000-8000-000000000001', { thresholds });
  const canonical = await (await openModels()).loadCanonicalFace();
  const scene = changeScene(changeScene(goodScene(5), { width: 1024, height: 768 }), changes);
  const jpeg = await encodeImage(renderFace(scene, canonical).image, 'jpeg', 90);
  const jpegBase64 = Buffer.from(jpeg).toString('base64');
  const analyzer = await createFaceQualityAnalyzer({ modelsFolder: MODELS_FOLDER, threads: 1 });
  try {
    const { result } = await analyzer.analyse(capture, jpeg, new AbortController().signal);
    const { captureId, sessionId, seq, imageSha256 } = capture;
    return {
      jpegBase64,
      result: {
        type: 'result',
        captureId,
        kind: analyzer.kind,
        status: 'done',
        result: { ...result },
        provenance: {
          analyzer: analyzer.kind,
          analyzerVersion: analyzer.version,
          codeVersion: '0.1.0',
          models: [...analyzer.models],
          thresholds,
          sessionId,
          captureId,
          seq,
          imageSha256,
        },
      },
      settings: {
        sessionId,
        node: 'edge-1',
        profile: 'face-skin:moderate',
        thresholds,
        models: analyzer.models,
      },
    };
  } finally {
    await analyzer.close();
  }
}
