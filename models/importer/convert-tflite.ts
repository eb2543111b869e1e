import { FramegateError, toFramegateError } from '../../src/protocol/framegate-error.ts';
import { Conversion, channelFirst } from './conversion.ts';
import { encodeOnnxModel } from './onnx-model.ts';
import { convertAdd, convertPrelu, convertUnary } from './operators/elementwise.ts';
import {
  convertConcatenation,
  convertDepthToSpace,
  convertReshape,
  convertResize,
} from './operators/shapes.ts';
import { convertConvolution, convertMaxPool, convertPad } from './operators/windows.ts';
import { elementCount } from './tensor-constants.ts';
import { readTfliteModel } from './tflite-model.ts';
import type { Operator } from './tflite-operators.ts';

/** How an input or output of the converted model is called and shaped, and which tensor it comes from. */
export interface Port {
  readonly name: string;
  /** The tensor's name in the TFLite file. */
  readonly tensor: string;
  readonly shape: readonly number[];
}

export interface ConversionRequest {
  readonly name: string;
  readonly tflite: Uint8Array;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

function convertOperator(graph: Conversion, operator: Operator): void {
  switch (operator.kind) {
    case 'CONV_2D':
    case 'DEPTHWISE_CONV_2D':
      convertConvolution(graph, operator);
      break;
    case 'MAX_POOL_2D':
      convertMaxPool(graph, operator);
      break;
    case 'PAD':
      convertPad(graph, operator);
      break;
    case 'ADD':
      convertAdd(graph, operator);
      break;
    case 'PRELU':
      convertPrelu(graph, operator);
      break;
    case 'RELU':
    case 'LOGISTIC':
      convertUnary(graph, operator);
      break;
    case 'RESHAPE':
      convertReshape(graph, operator);
      break;
    case 'CONCATENATION':
      convertConcatenation(graph, operator);
      break;
    case 'RESIZE_BILINEAR':
      convertResize(graph, operator);
      break;
    case 'DEPTH_TO_SPACE':
      convertDepthToSpace(graph, operator);
      break;
    case 'DEQUANTIZE':
    case 'DENSIFY':
      break; // done once, in collectConstants
  }
}

function findTensor(graph: Conversion, candidates: readonly number[], port: Port): number {
  const tensor = candidates.find((index) => graph.model.tensors[index]!.name === port.tensor);
  if (tensor === undefined) {
    const names = candidates.map((index) => graph.model.tensors[index]!.name).join(', ');
    throw new FramegateError(
      'model-invalid',
      `no tensor ${port.tensor} for ${port.name}; there are: ${names}`,
    );
  }
  return tensor;
}

function checkShape(port: Port, expected: readonly number[], sameShape: boolean): void {
  const fits = sameShape
    ? port.shape.join() === expected.join()
    : elementCount(port.shape) === elementCount(expected);
  if (!fits) {
    throw new FramegateError(
      'model-invalid',
      `${port.name} is declared as ${port.shape}, the model has ${expected}`,
    );
  }
}

function convert(request: ConversionRequest): Uint8Array {
  const model = readTfliteModel(request.tflite);
  const graph = new Conversion(model);
  for (const port of request.inputs) {
    const tensor = findTensor(graph, model.inputs, port);
    checkShape(port, channelFirst(graph.shape(tensor)), true);
    graph.bind(tensor, port.name);
  }
  for (const operator of model.operators) convertOperator(graph, operator);
  for (const port of request.outputs) {
    const tensor = findTensor(graph, model.outputs, port);
    checkShape(port, graph.shape(tensor), false);
    graph.addReshape(graph.valueInTfliteOrder(tensor), port.shape, port.name);
  }
  return encodeOnnxModel({
    name: request.name,
    nodes: graph.nodes,
    constants: graph.constants,
    inputs: request.inputs,
    outputs: request.outputs,
  });
}

/**
 * Converts a TFLite file to the bytes of an ONNX file (opset 13, float32); equal requests give equal bytes.
 * Images go in as NCHW. Outputs have TFLite's order of values (NHWC) in the shape that the port declares;
 * outputs without a port are left out.
 * Throws model-invalid for a damaged file or a port that does not fit, model-unsupported for an operator,
 * tensor type or layout that the importer does not know.
 */
export function convertTflite(request: ConversionRequest): Uint8Array {
  try {
    return convert(request);
  } catch (thrown) {
    // Sizes and indices of a damaged file can break anything between reading and writing.
    throw toFramegateError(thrown, 'model-invalid');
  }
}
