import { InferenceSession, Tensor } from 'onnxruntime-web/wasm';
import { FramegateError } from '../../../../src/protocol/framegate-error.ts';
import type { ModelRunner } from '../../../../src/vision/model-runner.ts';

/**
 * A model on onnxruntime-web. The input tensor is made once: every run copies what stands in its array into the
 * runtime's own memory. Outputs are the runtime's fresh copies; it ignores arrays that it is given for them.
 * Rejects with FramegateError model-unsupported where the bytes are not a float model of one input with a fixed shape.
 */
export async function createWebModelRunner(model: Uint8Array): Promise<ModelRunner> {
  const session = await InferenceSession.create(model, {
    executionProviders: ['wasm'],
    graphOptimizationLevel: 'all',
  }).catch((cause: unknown) => {
    throw new FramegateError('model-unsupported', `onnxruntime does not load the model: ${String(cause)}`, {
      cause,
    });
  });
  const [metadata] = session.inputMetadata;
  const input = new Float32Array(sizeOf(metadata));
  const feeds = { [metadata!.name]: new Tensor('float32', input, shapeOf(metadata)) };
  return {
    input,
    async run() {
      const outputs = await session.run(feeds);
      return session.outputNames.map((name) => outputs[name]!.data as Float32Array);
    },
    close: () => session.release(),
  };
}

function sizeOf(metadata: InferenceSession.ValueMetadata | undefined): number {
  return shapeOf(metadata).reduce((product, size) => product * size, 1);
}

function shapeOf(metadata: InferenceSession.ValueMetadata | undefined): readonly number[] {
  if (metadata === undefined || !metadata.isTensor || metadata.type !== 'float32') {
    throw new FramegateError('model-unsupported', 'the input is not a float32 tensor');
  }
  return metadata.shape.map((size) => {
    if (typeof size === 'number' && size > 0) return size;
    throw new FramegateError('model-unsupported', `${metadata.name} has no fixed shape`);
  });
}
