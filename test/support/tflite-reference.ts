/**
 * A direct evaluation of a TFLite graph, written from the operators' definitions and sharing only the file
 * reader with the importer: it stays in NHWC, sums in float64, decodes constants by itself and fuses nothing.
 */
import { readTfliteModel, type Tensor } from '../../models/importer/tflite-model.ts';
import type { Activation, Operator, OperatorOf, Window } from '../../models/importer/tflite-operators.ts';

interface Values {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

function count(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function half(bits: number): number {
  const magnitude = bits & 0x7fff;
  const exponent = magnitude >> 10;
  const value =
    exponent === 0 ? (magnitude / 1024) * 2 ** -14 : (1 + (magnitude % 1024) / 1024) * 2 ** (exponent - 15);
  return bits >> 15 ? -value : value;
}

/** Compressed rows: all axes dense but the last. */
function unpack(stored: Float32Array, tensor: Tensor): Float32Array {
  const last = tensor.sparsity!.axes.at(-1)!;
  if (last.format !== 'sparse') throw new Error('the reference knows row-compressed tensors only');
  const columns = tensor.shape.at(-1)!;
  const full = new Float32Array(count(tensor.shape));
  for (let row = 0; row < full.length / columns; row++) {
    for (let at = last.segments[row]!; at < last.segments[row + 1]!; at++) {
      full[row * columns + last.indices[at]!] = stored[at]!;
    }
  }
  return full;
}

function decode(tensor: Tensor): Values {
  // A copy of its own, since a Node Buffer's slice() would share the whole file.
  const bytes = Uint8Array.from(tensor.data!);
  const stored =
    tensor.type === 'float16'
      ? Float32Array.from(new Uint16Array(bytes.buffer), half)
      : Float32Array.from(
          tensor.type === 'int32' ? new Int32Array(bytes.buffer) : new Float32Array(bytes.buffer),
        );
  return { shape: tensor.shape, data: tensor.sparsity === null ? stored : unpack(stored, tensor) };
}

function activate(value: number, activation: Activation): number {
  if (activation === 'none') return value;
  return activation === 'relu' ? Math.max(0, value) : Math.min(6, Math.max(0, value));
}

/** Zeros before the first pixel. */
function paddingBefore(
  size: number,
  out: number,
  filter: number,
  stride: number,
  dilation: number,
  w: Window,
): number {
  if (w.padding === 'valid') return 0;
  return Math.floor(Math.max(0, (out - 1) * stride + dilation * (filter - 1) + 1 - size) / 2);
}

/** Visits every output position with the input pixels under the window: (output pixel, input pixel, filter pixel). */
function slide(
  input: readonly number[],
  output: readonly number[],
  [filterH, filterW]: readonly [number, number],
  w: Window,
  start: (outPixel: number) => void,
  tap: (outPixel: number, inPixel: number, filterPixel: number) => void,
): void {
  const [, height, width] = input as [number, number, number];
  const [, outH, outW] = output as [number, number, number];
  const top = paddingBefore(height, outH, filterH, w.strideH, w.dilationH, w);
  const left = paddingBefore(width, outW, filterW, w.strideW, w.dilationW, w);
  for (let oy = 0; oy < outH; oy++) {
    for (let ox = 0; ox < outW; ox++) {
      start(oy * outW + ox);
      for (let ky = 0; ky < filterH; ky++) {
        for (let kx = 0; kx < filterW; kx++) {
          const y = oy * w.strideH - top + ky * w.dilationH;
          const x = ox * w.strideW - left + kx * w.dilationW;
          if (y >= 0 && y < height && x >= 0 && x < width)
            tap(oy * outW + ox, y * width + x, ky * filterW + kx);
        }
      }
    }
  }
}

function convolve(
  op: OperatorOf<'CONV_2D'>,
  x: Values,
  filter: Values,
  bias: Values | null,
  shape: readonly number[],
): Values {
  const [outC, filterH, filterW, filterC] = filter.shape as [number, number, number, number];
  const channels = x.shape[3]!;
  const perGroup = outC / (channels / filterC);
  const sums = new Float64Array(count(shape));
  slide(
    x.shape,
    shape,
    [filterH, filterW],
    op,
    (out) => sums.set(bias?.data ?? new Float32Array(outC), out * outC),
    (out, pixel, tapAt) => {
      for (let o = 0; o < outC; o++) {
        const from = pixel * channels + Math.floor(o / perGroup) * filterC;
        const weight = (o * filterH * filterW + tapAt) * filterC;
        let sum = 0;
        for (let c = 0; c < filterC; c++) sum += x.data[from + c]! * filter.data[weight + c]!;
        sums[out * outC + o]! += sum;
      }
    },
  );
  return { shape, data: Float32Array.from(sums, (sum) => activate(sum, op.activation)) };
}

function convolveDepthwise(
  op: OperatorOf<'DEPTHWISE_CONV_2D'>,
  x: Values,
  filter: Values,
  bias: Values | null,
  shape: readonly number[],
): Values {
  const [, filterH, filterW, outC] = filter.shape as [number, number, number, number];
  const channels = x.shape[3]!;
  const multiplier = outC / channels;
  const sums = new Float64Array(count(shape));
  slide(
    x.shape,
    shape,
    [filterH, filterW],
    op,
    (out) => sums.set(bias?.data ?? new Float32Array(outC), out * outC),
    (out, pixel, tapAt) => {
      for (let o = 0; o < outC; o++) {
        const pixelValue = x.data[pixel * channels + Math.floor(o / multiplier)]!;
        sums[out * outC + o]! += pixelValue * filter.data[tapAt * outC + o]!;
      }
    },
  );
  return { shape, data: Float32Array.from(sums, (sum) => activate(sum, op.activation)) };
}

function pool(op: OperatorOf<'MAX_POOL_2D'>, x: Values, shape: readonly number[]): Values {
  const channels = x.shape[3]!;
  const data = new Float32Array(count(shape)).fill(Number.NEGATIVE_INFINITY);
  slide(
    x.shape,
    shape,
    [op.filterH, op.filterW],
    op,
    () => undefined,
    (out, pixel) => {
      for (let c = 0; c < channels; c++) {
        data[out * channels + c] = Math.max(data[out * channels + c]!, x.data[pixel * channels + c]!);
      }
    },
  );
  return { shape, data: data.map((value) => activate(value, op.activation)) };
}

/** Calls back for every position of a shape in row-major order, with one array that it goes on to change. */
function everyPosition(
  shape: readonly number[],
  visit: (position: readonly number[], at: number) => void,
): void {
  const position = shape.map(() => 0);
  for (let at = 0; at < count(shape); at++) {
    visit(position, at);
    for (let axis = shape.length - 1; axis >= 0 && ++position[axis]! === shape[axis]; axis--)
      position[axis] = 0;
  }
}

function offset(shape: readonly number[], position: readonly number[]): number {
  let at = 0;
  for (let axis = 0; axis < shape.length; axis++) at = at * shape[axis]! + position[axis]!;
  return at;
}

function pad(x: Values, amounts: Values, shape: readonly number[]): Values {
  const data = new Float32Array(count(shape));
  everyPosition(x.shape, (position, at) => {
    const moved = position.map((p, axis) => p + amounts.data[axis * 2]!);
    data[offset(shape, moved)] = x.data[at]!;
  });
  return { shape, data };
}

function concatenate(
  op: OperatorOf<'CONCATENATION'>,
  parts: readonly Values[],
  shape: readonly number[],
): Values {
  const axis = op.axis < 0 ? op.axis + shape.length : op.axis;
  const data = new Float32Array(count(shape));
  let before = 0;
  for (const part of parts) {
    everyPosition(part.shape, (position, at) => {
      data[
        offset(
          shape,
          position.map((p, i) => (i === axis ? p + before : p)),
        )
      ] = part.data[at]!;
    });
    before += part.shape[axis]!;
  }
  return { shape, data };
}

function resize(op: OperatorOf<'RESIZE_BILINEAR'>, x: Values, shape: readonly number[]): Values {
  const source = (to: number, axis: number): { low: number; high: number; part: number } => {
    const [size, outSize] = [x.shape[axis]!, shape[axis]!];
    const step = op.alignCorners && outSize > 1 ? (size - 1) / (outSize - 1) : size / outSize;
    const from = op.halfPixelCenters ? Math.max(0, (to + 0.5) * step - 0.5) : to * step;
    const low = Math.min(Math.floor(from), size - 1);
    return { low, high: Math.min(low + 1, size - 1), part: from - low };
  };
  const data = new Float32Array(count(shape));
  everyPosition(shape, ([n, y, x0, c], at) => {
    const row = source(y!, 1);
    const column = source(x0!, 2);
    const pixel = (py: number, px: number): number => x.data[offset(x.shape, [n!, py, px, c!])]!;
    const mix = (py: number): number =>
      pixel(py, column.low) * (1 - column.part) + pixel(py, column.high) * column.part;
    data[at] = mix(row.low) * (1 - row.part) + mix(row.high) * row.part;
  });
  return { shape, data };
}

function depthToSpace(
  { blockSize }: OperatorOf<'DEPTH_TO_SPACE'>,
  x: Values,
  shape: readonly number[],
): Values {
  const data = new Float32Array(count(shape));
  everyPosition(shape, ([n, y, x0, c], at) => {
    const block = (y! % blockSize) * blockSize + (x0! % blockSize);
    const from = [n!, Math.floor(y! / blockSize), Math.floor(x0! / blockSize), block * shape[3]! + c!];
    data[at] = x.data[offset(x.shape, from)]!;
  });
  return { shape, data };
}

function evaluate(op: Operator, inputs: readonly (Values | null)[], shape: readonly number[]): Values {
  const [a, b, c] = inputs as [Values, Values, Values | null | undefined];
  switch (op.kind) {
    case 'CONV_2D':
      return convolve(op, a, b, c ?? null, shape);
    case 'DEPTHWISE_CONV_2D':
      return convolveDepthwise(op, a, b, c ?? null, shape);
    case 'MAX_POOL_2D':
      return pool(op, a, shape);
    case 'PAD':
      return pad(a, b, shape);
    case 'CONCATENATION':
      return concatenate(op, inputs as Values[], shape);
    case 'RESIZE_BILINEAR':
      return resize(op, a, shape);
    case 'DEPTH_TO_SPACE':
      return depthToSpace(op, a, shape);
    case 'ADD':
      // The smaller operand repeats over the leading axes.
      return {
        shape,
        data: Float32Array.from({ length: count(shape) }, (_, i) =>
          activate(a.data[i % a.data.length]! + b.data[i % b.data.length]!, op.activation),
        ),
      };
    case 'PRELU':
      return {
        shape,
        data: a.data.map((value, i) => (value < 0 ? value * b.data[i % b.data.length]! : value)),
      };
    case 'RELU':
      return { shape, data: a.data.map((value) => Math.max(0, value)) };
    case 'LOGISTIC':
      return { shape, data: a.data.map((value) => 1 / (1 + Math.exp(-value))) };
    case 'DEQUANTIZE':
    case 'DENSIFY':
    case 'RESHAPE':
      return { shape, data: a.data };
  }
}

/** Evaluates the whole graph on one NHWC input; gives every output of the file by its tensor name. */
export function evaluateTflite(tflite: Uint8Array, input: Float32Array): Map<string, Values> {
  const model = readTfliteModel(tflite);
  const known = new Map<number, Values>();
  for (const [index, tensor] of model.tensors.entries())
    if (tensor.data !== null) known.set(index, decode(tensor));
  known.set(model.inputs[0]!, { shape: model.tensors[model.inputs[0]!]!.shape, data: input });
  for (const op of model.operators) {
    const inputs = op.inputs.map((index) => known.get(index) ?? null);
    known.set(op.outputs[0]!, evaluate(op, inputs, model.tensors[op.outputs[0]!]!.shape));
  }
  return new Map(model.outputs.map((index) => [model.tensors[index]!.name, known.get(index)!]));
}

/** NHWC to NCHW for a batch of one. */
export function toChannelFirst(nhwc: Float32Array, channels: number): Float32Array {
  const pixels = nhwc.length / channels;
  return Float32Array.from(
    { length: nhwc.length },
    (_, i) => nhwc[(i % pixels) * channels + Math.floor(i / pixels)]!,
  );
}

/** The same noise for the same seed, −1..1. */
export function seededNoise(length: number, seed: number): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** The largest difference between two lists of equal length, and the largest value of the second. */
export function largestDifference(
  found: Float32Array,
  expected: Float32Array,
): { readonly difference: number; readonly largest: number } {
  if (found.length !== expected.length)
    throw new Error(`${found.length} values instead of ${expected.length}`);
  let [difference, largest] = [0, 0];
  for (const [i, value] of expected.entries()) {
    const apart = Math.abs(value - found[i]!);
    // A NaN must not pass for a small number.
    difference = Number.isNaN(apart) ? Number.POSITIVE_INFINITY : Math.max(difference, apart);
    largest = Math.max(largest, Math.abs(value));
  }
  return { difference, largest };
}
