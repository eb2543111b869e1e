import { InferenceSession, Tensor } from 'onnxruntime-node';
import { FramegateError } from '../protocol/framegate-error.ts';
import type { ModelRunner } from './model-runner.ts';

/**
 * A model on onnxruntime-node, on the calling thread: one thread a session, because the pool's threads are the
 * parallelism. Input and output tensors are allocated once and reused by every run.
 * Rejects with FramegateError model-unsupported where the bytes are not a float model with fixed shapes.
 */
export async function createOnnxModelRunner(model: Uint8Array): Promise<ModelRunner> {
  const session = await InferenceSession.create(model, {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    // Without it an idle intra-op pool would spin beside the other threads' work.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  }).catch((cause: unknown) => {
    throw new FramegateError('model-unsupported', 'onnxruntime does not load the model', { cause });
  });
  const feeds = allocate(session.inputMetadata);
  const fetches = allocate(session.outputMetadata);
  const outputs = Object.values(fetches).map((tensor) => tensor.data as Float32Array);
  const input = Object.values(feeds)[0]!.data as Float32Array;
  return {
    input,
    async run() {
      await session.run(feeds, fetches);
      return outputs;
    },
    close: () => session.release(),
  };
}

function allocate(metadata: readonly InferenceSession.ValueMetadata[]): Record<string, Tensor> {
  const tensors: Record<string, Tensor> = {};
  for (const value of metadata) {
    if (!value.isTensor || value.type !== 'float32') {
      throw new FramegateError('model-unsupported', `${value.name} is not a float32 tensor`);
    }
    const shape = value.shape.map((size) => {
      if (typeof size === 'number' && size > 0) return size;
      throw new FramegateError('model-unsupported', `${value.name} has no fixed shape`);
    });
    const length = shape.reduce((product, size) => product * size, 1);
    tensors[value.name] = new Tensor('float32', new Float32Array(length), shape);
  }
  return tensors;
}
