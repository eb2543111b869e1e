import { FramegateError } from '../../../src/protocol/framegate-error.ts';
import { type Conversion, resultName, transposeConstant } from '../conversion.ts';
import type { OperatorOf } from '../tflite-operators.ts';

export function convertAdd(graph: Conversion, operator: OperatorOf<'ADD'>): void {
  const [left, right] = operator.inputs as [number, number];
  const ranks = [graph.shape(left).length, graph.shape(right).length];
  // Broadcasting aligns the last axes, and those are no longer the same ones after the turn to NCHW.
  if (ranks[0] !== ranks[1]) {
    throw new FramegateError('model-unsupported', 'the importer knows ADD of tensors of equal rank only');
  }
  const name = graph.addNode('Add', [graph.value(left), graph.value(right)], resultName(operator));
  graph.bindActivated(operator, name);
}

/**
 * One slope a channel: x where x is positive, slope·x elsewhere, written as slope·x + (1 − slope)·relu(x)
 * with depthwise 1×1 convolutions. ONNX Runtime runs convolution, Relu and Add in its blocked layout and fuses
 * them, but neither for PRelu, which took two fifths of the mesh's time: so the mesh is 1.8 times as fast.
 */
function addChannelPrelu(graph: Conversion, input: string, slopes: Float32Array, name: string): string {
  const channels = slopes.length;
  const scale = (from: string, factors: Float32Array, to: string): string => {
    const weights = graph.addConstant(`${to}.weights`, [channels, 1, 1, 1], factors);
    return graph.addNode('Conv', [from, weights], to, { group: channels, kernel_shape: [1, 1] });
  };
  const rest = slopes.map((slope) => 1 - slope);
  const rectify = (from: string): string => graph.addNode('Relu', [from], `${name}.relu`);
  // A factor that is not negative goes through relu, and a Relu after a convolution is fused into it.
  const positive = rest.every((factor) => factor >= 0)
    ? rectify(scale(input, rest, `${name}.rest`))
    : scale(rectify(input), rest, `${name}.rest`);
  return graph.addNode('Add', [scale(input, slopes, `${name}.slope`), positive], name);
}

/** The slopes of an image have the shape 1·1·C, or H·W·C and then become C·H·W. */
export function convertPrelu(graph: Conversion, operator: OperatorOf<'PRELU'>): void {
  const name = resultName(operator);
  const input = graph.value(operator.inputs[0]!);
  const alpha = graph.weights(operator, 1);
  const [height, width, channels] = alpha.shape;
  if (
    alpha.shape.length === 3 &&
    height === 1 &&
    width === 1 &&
    channels === graph.shape(operator.inputs[0]!)[3]
  ) {
    graph.bind(operator.outputs[0]!, addChannelPrelu(graph, input, alpha.values, name));
    return;
  }
  const slopes = alpha.shape.length === 3 ? transposeConstant(alpha, [2, 0, 1]) : alpha;
  const slope = graph.addConstant(`${name}.slope`, slopes.shape, slopes.values as Float32Array);
  graph.bind(operator.outputs[0]!, graph.addNode('PRelu', [input, slope], name));
}

export function convertUnary(graph: Conversion, operator: OperatorOf<'RELU' | 'LOGISTIC'>): void {
  const opType = operator.kind === 'RELU' ? 'Relu' : 'Sigmoid';
  const name = graph.addNode(opType, [graph.value(operator.inputs[0]!)], resultName(operator));
  graph.bind(operator.outputs[0]!, name);
}
