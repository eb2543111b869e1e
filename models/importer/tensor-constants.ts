import { FramegateError } from '../../src/protocol/framegate-error.ts';
import type { Sparsity, Tensor, TensorType, TfliteModel } from './tflite-model.ts';

/** A constant in row-major order; the type of `values` is that of the tensor, float16 widened to float32. */
export interface Constant {
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Widens an IEEE 754 half; exact. */
function halfToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

function decodeValues(data: Uint8Array, type: TensorType): Float32Array | Int32Array {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  switch (type) {
    case 'float32':
      return Float32Array.from({ length: data.length >> 2 }, (_, i) => view.getFloat32(i * 4, true));
    case 'float16':
      return Float32Array.from({ length: data.length >> 1 }, (_, i) =>
        halfToFloat(view.getUint16(i * 2, true)),
      );
    case 'int32':
      return Int32Array.from({ length: data.length >> 2 }, (_, i) => view.getInt32(i * 4, true));
  }
}

/**
 * Spreads the stored values of a sparse tensor over its full shape. Each axis either visits all of its
 * positions or, between segments[parent] and segments[parent + 1], the listed ones; blocks are refused.
 */
function spread(
  stored: Float32Array | Int32Array,
  shape: readonly number[],
  sparsity: Sparsity,
): Float32Array | Int32Array {
  const { axes, traversalOrder, blockMap } = sparsity;
  if (blockMap.length > 0 || axes.length !== shape.length || traversalOrder.some((axis, i) => axis !== i)) {
    throw new FramegateError('model-unsupported', 'the importer does not know block-sparse tensors');
  }
  const full =
    stored instanceof Float32Array
      ? new Float32Array(elementCount(shape))
      : new Int32Array(elementCount(shape));
  const visit = (depth: number, storedAt: number, fullAt: number): void => {
    const axis = axes[depth];
    if (axis === undefined) {
      full[fullAt] = stored[storedAt] ?? Number.NaN;
      return;
    }
    const size = shape[depth]!;
    if (axis.format === 'dense') {
      for (let i = 0; i < size; i++) visit(depth + 1, storedAt * size + i, fullAt * size + i);
      return;
    }
    const end = axis.segments[storedAt + 1] ?? 0;
    for (let at = axis.segments[storedAt] ?? 0; at < end; at++) {
      visit(depth + 1, at, fullAt * size + (axis.indices[at] ?? 0));
    }
  };
  visit(0, 0, 0);
  return full;
}

function decodeConstant(tensor: Tensor): Constant {
  const stored = decodeValues(tensor.data!, tensor.type);
  const values = tensor.sparsity === null ? stored : spread(stored, tensor.shape, tensor.sparsity);
  if (values.length !== elementCount(tensor.shape)) {
    throw new FramegateError(
      'model-invalid',
      `tensor ${tensor.name} has ${values.length} values for its shape`,
    );
  }
  return { shape: tensor.shape, values };
}

/**
 * Every constant of the model by tensor index, those behind DEQUANTIZE (float16 to float32) and DENSIFY
 * included, so that neither has to run. Throws model-unsupported where either is fed by something computed.
 */
export function collectConstants(model: TfliteModel): Map<number, Constant> {
  const constants = new Map<number, Constant>();
  for (const [index, tensor] of model.tensors.entries()) {
    if (tensor.data !== null) constants.set(index, decodeConstant(tensor));
  }
  for (const operator of model.operators) {
    if (operator.kind !== 'DEQUANTIZE' && operator.kind !== 'DENSIFY') continue;
    const constant = constants.get(operator.inputs[0]!);
    if (constant === undefined) {
      throw new FramegateError('model-unsupported', `the importer knows ${operator.kind} of constants only`);
    }
    constants.set(operator.outputs[0]!, constant);
  }
  return constants;
}
