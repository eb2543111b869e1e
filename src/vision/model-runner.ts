/**
 * One loaded model behind buffers that are allocated once, so that onnxruntime-node and onnxruntime-web
 * look alike to the rest of vision.
 */
export interface ModelRunner {
  /** The input tensor's own memory (NCHW); write into it, then run. */
  readonly input: Float32Array;
  /**
   * One pass over what stands in `input`. The arrays belong to the runner and hold until the next run,
   * in the order in which the model names its outputs.
   */
  run(): Promise<readonly Float32Array[]>;
  close(): Promise<void>;
}

/** The two models that every frame needs. */
export interface FaceModels {
  /** 1×3×128×128, −1..1 → 896×16 offsets and 896 score logits. */
  readonly detector: ModelRunner;
  /** 1×3×192×192, 0..1 → 468×3 points in crop pixels and one score logit. */
  readonly mesh: ModelRunner;
}

/** The two models that a body needs. */
export interface PoseModels {
  /** 1×3×224×224, −1..1 → 2254×12 offsets and 2254 score logits. */
  readonly detector: ModelRunner;
  /** 1×3×256×256, 0..1 → 39×5 points, 39×3 in metres, 64×64×39 of heat, a mask of 256×256, a score. */
  readonly landmarks: ModelRunner;
}

/** The output that has `length` numbers: exporters name outputs as they like, sizes are the model's own. */
export function outputOfLength(outputs: readonly Float32Array[], length: number): Float32Array {
  const found = outputs.find((output) => output.length === length);
  if (found === undefined) {
    const lengths = outputs.map((output) => output.length).join(', ');
    throw new Error(`no model output has ${length} numbers (there are: ${lengths})`);
  }
  return found;
}
