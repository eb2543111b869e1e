import { FramegateError } from '../protocol/framegate-error.ts';
import type { ModelIdentity } from '../protocol/records.ts';
import { createBodyFrameAnalysis } from './analyse-body-frame.ts';
import { createCardFrameAnalysis } from './analyse-card-frame.ts';
import { createFrameAnalysis, type FrameAnalysisResult } from './analyse-frame.ts';
import { createBodyFinder } from './body-finder.ts';
import { createFaceFinder } from './face-finder.ts';
import { loadFaceModels } from './load-face-models.ts';
import { describePoseModels, loadPoseModels, type PoseModelSize } from './load-pose-models.ts';
import type { ModelThreadData } from './model-pool.ts';
import { openModels } from './model-registry.ts';
import { loadOpenCv } from './open-cv.ts';
import type { WhileLoading } from './serve-jobs.ts';
import type { FrameSubject, FrameTrack, RgbImage } from './types.ts';

/** `loadsAtOnce`: what bodies need too. */
export interface SubjectStagesOptions extends ModelThreadData {
  readonly poseModel: PoseModelSize;
  readonly whileLoading: WhileLoading;
}

/** The analysis of a frame for each subject. */
export interface SubjectStages {
  /** What each subject is found with, loaded or not. */
  readonly models: Readonly<Record<FrameSubject, readonly ModelIdentity[]>>;
  /**
   * One picture at a time. The first of bodies and the first of cards wait for what they need: pose models, OpenCV.
   * Rejects with model-missing, model-hash-mismatch or model-unsupported then, and tries again with the next.
   */
  analyse(
    subject: FrameSubject,
    image: RgbImage,
    track: FrameTrack | null,
  ): Promise<FrameAnalysisResult<FrameTrack>>;
  /** After the last picture. */
  close(): Promise<void>;
}

type Analyse = (image: RgbImage, track: FrameTrack | null) => Promise<FrameAnalysisResult<FrameTrack>>;

/** Both together take a second on a free processor; a busy machine may need many times that. */
const LOADING_MS = 60_000;
/** Enough for the engine to compile what every frame runs. */
const WARM_UP_FRAMES = 6;

/** Has faces loaded, and has run them. Rejects with model-missing, model-hash-mismatch or model-unsupported. */
export async function openSubjectStages(options: SubjectStagesOptions): Promise<SubjectStages> {
  const { modelsFolder, modelVersions, loadsAtOnce, poseModel, whileLoading } = options;
  const closers: (() => Promise<void>)[] = [];
  const { models, canonical, identities } = await loadFaceModels(modelsFolder, modelVersions);
  closers.push(models.detector.close, models.mesh.close);
  const faces = createFrameAnalysis(createFaceFinder(models), canonical);
  const registry = await openModels(modelsFolder, modelVersions);

  const face: Analyse = async (image, track) => {
    const found = await faces.analyse(image, track?.subject === 'face' ? track : null);
    return { ...found, track: found.track && { subject: 'face', ...found.track } };
  };
  const open: Record<Exclude<FrameSubject, 'face'>, () => Promise<Analyse>> = {
    async body() {
      const { models: poseModels } = await loadPoseModels(modelsFolder, poseModel, modelVersions);
      closers.push(poseModels.detector.close, poseModels.landmarks.close);
      const bodies = createBodyFrameAnalysis(createBodyFinder(poseModels, { withMask: true }));
      return async (image, track) => {
        const found = await bodies.analyse(image, track?.subject === 'body' ? track : null);
        return { ...found, track: found.track && { subject: 'body', ...found.track } };
      };
    },
    async card() {
      const cards = createCardFrameAnalysis(await loadOpenCv());
      return (image) => cards.analyse(image, null);
    },
  };
  const opened: Partial<Record<FrameSubject, Analyse>> = { face };
  if (loadsAtOnce) {
    const body = await open.body().catch(nullWhereMissing);
    if (body !== null) opened.body = body;
  }

  await warmUp(face);
  return {
    models: { face: identities, body: describePoseModels(registry, poseModel), card: [] },
    async analyse(subject, image, track) {
      if (subject !== 'face') opened[subject] ??= await whileLoading(LOADING_MS, open[subject]);
      return (opened[subject] ?? face)(image, track);
    },
    async close() {
      await Promise.all(closers.map((close) => close()));
    },
  };
}

/** A node that looks at faces only need not have the other models. */
function nullWhereMissing(thrown: unknown): null {
  if (thrown instanceof FramegateError && thrown.code === 'model-missing') return null;
  throw thrown;
}

async function warmUp(face: Analyse): Promise<void> {
  const [width, height] = [512, 384];
  const image = { data: new Uint8Array(width * height * 3).fill(128), width, height };
  const region = { centerX: width / 2, centerY: height / 2, sizePx: height, rotationRad: 0 };
  for (let i = 0; i < WARM_UP_FRAMES; i++) {
    await face(image, { subject: 'face', region, framesSinceDetect: 0, faceCount: 1, secondFaceRatio: 0 });
  }
}
