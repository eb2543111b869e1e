import { type Conversion, channelFirst, resultName } from '../conversion.ts';
import type { OperatorOf } from '../tflite-operators.ts';

/** Values keep TFLite's order through a reshape, so an image goes back to NHWC before and to NCHW after it. */
export function convertReshape(graph: Conversion, operator: OperatorOf<'RESHAPE'>): void {
  const output = operator.outputs[0]!;
  const shape = graph.shape(output);
  const name = resultName(operator);
  const reshaped = graph.addReshape(
    graph.valueInTfliteOrder(operator.inputs[0]!),
    shape,
    shape.length === 4 ? `${name}.nhwc` : name,
  );
  graph.bind(
    output,
    shape.length === 4 ? graph.addNode('Transpose', [reshaped], name, { perm: [0, 3, 1, 2] }) : reshaped,
  );
}

export function convertConcatenation(graph: Conversion, operator: OperatorOf<'CONCATENATION'>): void {
  const rank = graph.shape(operator.outputs[0]!).length;
  const axis = operator.axis < 0 ? operator.axis + rank : operator.axis;
  const order = channelFirst(Array.from({ length: rank }, (_, i) => i));
  const inputs = operator.inputs.map((input) => graph.value(input));
  const name = graph.addNode('Concat', inputs, resultName(operator), { axis: order.indexOf(axis) });
  graph.bindActivated(operator, name);
}

export function convertResize(graph: Conversion, operator: OperatorOf<'RESIZE_BILINEAR'>): void {
  const input = operator.inputs[0]!;
  const output = operator.outputs[0]!;
  const name = resultName(operator);
  const from = channelFirst(graph.shape(input));
  const scales = Float32Array.from(channelFirst(graph.shape(output)), (size, axis) => size / from[axis]!);
  const mode = operator.alignCorners
    ? 'align_corners'
    : operator.halfPixelCenters
      ? 'half_pixel'
      : 'asymmetric';
  const inputs = [graph.value(input), '', graph.addConstant(`${name}.scales`, [scales.length], scales)];
  graph.bind(
    output,
    graph.addNode('Resize', inputs, name, { coordinate_transformation_mode: mode, mode: 'linear' }),
  );
}

/** TFLite puts a channel's block position before the channel itself: ONNX's DCR. */
export function convertDepthToSpace(graph: Conversion, operator: OperatorOf<'DEPTH_TO_SPACE'>): void {
  const name = graph.addNode('DepthToSpace', [graph.value(operator.inputs[0]!)], resultName(operator), {
    blocksize: operator.blockSize,
    mode: 'DCR',
  });
  graph.bind(operator.outputs[0]!, name);
}
