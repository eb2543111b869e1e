import { type Border, type Conversion, resultName, transposeConstant } from '../conversion.ts';
import type { OperatorOf, Window } from '../tflite-operators.ts';

/**
 * TFLite's SAME: the output has ceil(input ÷ stride) positions, and of the zeros that this takes the smaller
 * half comes first. Written out, because shapes are fixed and runtimes optimise explicit amounts best.
 */
function samePadding(size: number, filter: number, stride: number, dilation: number): [number, number] {
  const positions = Math.ceil(size / stride);
  const total = Math.max(0, (positions - 1) * stride + (filter - 1) * dilation + 1 - size);
  return [total >> 1, total - (total >> 1)];
}

/** ONNX's [top, left, bottom, right]. */
function pads(
  shape: readonly number[],
  filterH: number,
  filterW: number,
  window: Window,
  border: Border,
): number[] {
  const { top, left, bottom, right } = border;
  if (window.padding === 'valid') return [top, left, bottom, right];
  const [above, below] = samePadding(shape[1]!, filterH, window.strideH, window.dilationH);
  const [before, after] = samePadding(shape[2]!, filterW, window.strideW, window.dilationW);
  // A SAME window over a bordered image sees the border as pixels, so both amounts add up.
  return [top + above, left + before, bottom + below, right + after];
}

/** Weights OHWI to OIHW, or for depthwise 1HW(C·m) to (C·m)1HW with a group a channel. */
export function convertConvolution(
  graph: Conversion,
  operator: OperatorOf<'CONV_2D'> | OperatorOf<'DEPTHWISE_CONV_2D'>,
): void {
  const [input, filter, bias] = operator.inputs as [number, number, number?];
  const name = resultName(operator);
  const depthwise = operator.kind === 'DEPTHWISE_CONV_2D';
  const weights = graph.weights(operator, 1);
  const turned = transposeConstant(weights, depthwise ? [3, 0, 1, 2] : [0, 3, 1, 2]);
  const [, filterH, filterW] = graph.shape(filter) as [number, number, number];
  const channels = graph.shape(input)[3]!;
  const inputs = [
    graph.value(input),
    graph.addConstant(`${name}.weights`, turned.shape, turned.values as Float32Array),
  ];
  if (bias !== undefined && bias !== -1) {
    const { shape, values } = graph.weights(operator, 2);
    inputs.push(graph.addConstant(`${name}.bias`, shape, values));
  }
  graph.addNode('Conv', inputs, name, {
    dilations: [operator.dilationH, operator.dilationW],
    group: depthwise ? channels : channels / weights.shape[3]!,
    kernel_shape: [filterH, filterW],
    pads: pads(graph.shape(input), filterH, filterW, operator, graph.border(input)),
    strides: [operator.strideH, operator.strideW],
  });
  graph.bindActivated(operator, name);
}

/** What lies outside of the image never wins, in both formats. */
export function convertMaxPool(graph: Conversion, operator: OperatorOf<'MAX_POOL_2D'>): void {
  const input = operator.inputs[0]!;
  const name = resultName(operator);
  graph.addNode('MaxPool', [graph.value(input)], name, {
    kernel_shape: [operator.filterH, operator.filterW],
    pads: pads(graph.shape(input), operator.filterH, operator.filterW, operator, graph.border(input)),
    strides: [operator.strideH, operator.strideW],
  });
  graph.bindActivated(operator, name);
}

/**
 * A border of zeros that only convolutions read becomes their own padding; anything else, such as the
 * channels that a residual block adds, stays a node.
 */
export function convertPad(graph: Conversion, operator: OperatorOf<'PAD'>): void {
  const [input, amounts] = operator.inputs as [number, number];
  const output = operator.outputs[0]!;
  const rank = graph.shape(input).length;
  const values = Array.from(graph.constant(amounts)?.values ?? []);
  const sides = Array.from(
    { length: rank },
    (_, axis) => [values[axis * 2] ?? 0, values[axis * 2 + 1] ?? 0] as const,
  );
  const [batch, rows, columns, channels] = sides;
  const onlyBorder = rank === 4 && [...batch!, ...channels!].every((amount) => amount === 0);
  const readers = graph.readersOf(output);
  const isRead = readers.length > 0 && !graph.model.outputs.includes(output);
  const convolved = readers.every(
    (reader) =>
      (reader.kind === 'CONV_2D' || reader.kind === 'DEPTHWISE_CONV_2D') && reader.padding === 'valid',
  );
  if (onlyBorder && isRead && convolved) {
    const border = { top: rows![0], bottom: rows![1], left: columns![0], right: columns![1] };
    graph.bindWithBorder(output, input, border);
    return;
  }
  const name = resultName(operator);
  const turned = rank === 4 ? [batch!, channels!, rows!, columns!] : sides;
  const target = [...turned.map(([before]) => before), ...turned.map(([, after]) => after)];
  const pad = graph.addConstant(`${name}.pads`, [target.length], target);
  graph.bind(output, graph.addNode('Pad', [graph.value(input), pad], name, { mode: 'constant' }));
}
