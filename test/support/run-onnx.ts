import { InferenceSession, Tensor } from 'onnxruntime-node';

/** Runs a model of one input once, on one thread. */
export async function runOnnx(
  bytes: Uint8Array,
  input: { readonly name: string; readonly shape: readonly number[]; readonly data: Float32Array },
): Promise<Map<string, { shape: readonly number[]; data: Float32Array }>> {
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  try {
    const results = await session.run({ [input.name]: new Tensor('float32', input.data, input.shape) });
    return new Map(
      Object.entries(results).map(([name, { dims, data }]) => [
        name,
        { shape: dims, data: data as Float32Array },
      ]),
    );
  } finally {
    await session.release();
  }
}
