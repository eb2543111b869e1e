import { FramegateError } from '../../src/protocol/framegate-error.ts';
import type { OnnxAttribute, OnnxConstant, OnnxNode } from './onnx-model.ts';
import { type Constant, collectConstants, elementCount } from './tensor-constants.ts';
import type { TfliteModel } from './tflite-model.ts';
import type { Operator } from './tflite-operators.ts';

/** Rows and columns of zeros around an image. */
export interface Border {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

const NHWC_TO_NCHW = [0, 3, 1, 2] as const;
const NCHW_TO_NHWC = [0, 2, 3, 1] as const;

/** The order of axes that turns a TFLite tensor into the ONNX one: only images (rank 4) are turned. */
export function channelFirst<T>(values: readonly T[]): T[] {
  return values.length === 4 ? NHWC_TO_NCHW.map((axis) => values[axis]!) : [...values];
}

/** Reorders the axes of a constant. */
export function transposeConstant({ shape, values }: Constant, axes: readonly number[]): Constant {
  const turned = axes.map((axis) => shape[axis]!);
  const stepOf = shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
  const steps = axes.map((axis) => stepOf[axis]!);
  const result =
    values instanceof Float32Array ? new Float32Array(values.length) : new Int32Array(values.length);
  let written = 0;
  const visit = (depth: number, from: number): void => {
    if (depth === turned.length) {
      result[written++] = values[from]!;
      return;
    }
    for (let i = 0; i < turned[depth]!; i++) visit(depth + 1, from + i * steps[depth]!);
  };
  visit(0, 0);
  return { shape: turned, values: result };
}

/**
 * A conversion in work: what the TFLite graph says and the ONNX graph that grows from it. A computed tensor
 * of rank 4 is held in NCHW under the name of its index; all others keep TFLite's order.
 */
export class Conversion {
  readonly model: TfliteModel;
  readonly nodes: OnnxNode[] = [];
  readonly constants: OnnxConstant[] = [];
  readonly #tensorConstants: ReadonlyMap<number, Constant>;
  readonly #names = new Map<number, string>();
  readonly #borders = new Map<number, Border>();

  constructor(model: TfliteModel) {
    this.model = model;
    this.#tensorConstants = collectConstants(model);
  }

  /** Shape in TFLite's order. */
  shape(tensor: number): readonly number[] {
    return this.model.tensors[tensor]!.shape;
  }

  constant(tensor: number): Constant | undefined {
    return this.#tensorConstants.get(tensor);
  }

  /** A constant that the operator cannot do without, as float32. */
  weights(operator: Operator, input: number): Constant & { readonly values: Float32Array } {
    const constant = this.constant(operator.inputs[input] ?? -1);
    if (constant === undefined || !(constant.values instanceof Float32Array)) {
      throw new FramegateError(
        'model-unsupported',
        `the importer knows ${operator.kind} with constant weights only`,
      );
    }
    return { shape: constant.shape, values: constant.values };
  }

  /** The ONNX name of a computed tensor or of a constant operand. */
  value(tensor: number): string {
    const name = this.#names.get(tensor);
    if (name !== undefined) return name;
    const constant = this.constant(tensor);
    if (constant === undefined || !(constant.values instanceof Float32Array)) {
      throw new FramegateError('model-invalid', `tensor ${tensor} is used before it is computed`);
    }
    const turned = constant.shape.length === 4 ? transposeConstant(constant, NHWC_TO_NCHW) : constant;
    const added = this.addConstant(`constant${tensor}`, turned.shape, turned.values as Float32Array);
    this.#names.set(tensor, added);
    return added;
  }

  /** Makes `name` stand for the tensor from now on. */
  bind(tensor: number, name: string): void {
    this.#names.set(tensor, name);
  }

  /** Binds the tensor to its input with a border of zeros that its readers add by themselves. */
  bindWithBorder(tensor: number, input: number, border: Border): void {
    this.bind(tensor, this.value(input));
    this.#borders.set(tensor, border);
  }

  border(tensor: number): Border {
    return this.#borders.get(tensor) ?? { top: 0, left: 0, bottom: 0, right: 0 };
  }

  readersOf(tensor: number): Operator[] {
    return this.model.operators.filter((operator) => operator.inputs.includes(tensor));
  }

  addConstant(name: string, shape: readonly number[], values: Float32Array | readonly number[]): string {
    const held = values instanceof Float32Array ? values : BigInt64Array.from(values, BigInt);
    this.constants.push({ name, shape, values: held });
    return name;
  }

  /** Adds a node with one output and gives the output's name. */
  addNode(
    opType: string,
    inputs: readonly string[],
    output: string,
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ): string {
    this.nodes.push({ opType, inputs, outputs: [output], attributes });
    return output;
  }

  /** The tensor in TFLite's own order, without a copy where both orders have the same bytes. */
  valueInTfliteOrder(tensor: number): string {
    const [, height, width, channels] = this.shape(tensor);
    const name = this.value(tensor);
    if (this.shape(tensor).length !== 4 || channels === 1 || height! * width! === 1) return name;
    return this.addNode('Transpose', [name], `${name}.nhwc${this.nodes.length}`, { perm: NCHW_TO_NHWC });
  }

  addReshape(name: string, shape: readonly number[], output: string): string {
    const target = this.addConstant(`${output}.shape`, [shape.length], shape);
    return this.addNode('Reshape', [name, target], output);
  }

  /** Applies the activation that TFLite fuses into an operator and binds the operator's output. */
  bindActivated(operator: Operator, name: string): void {
    const fused = 'activation' in operator ? operator.activation : 'none';
    const output = operator.outputs[0]!;
    if (fused === 'none') {
      this.bind(output, name);
    } else if (fused === 'relu') {
      this.bind(output, this.addNode('Relu', [name], `${name}.relu`));
    } else {
      const low = this.addConstant(`${name}.low`, [], new Float32Array([0]));
      const high = this.addConstant(`${name}.high`, [], new Float32Array([6]));
      this.bind(output, this.addNode('Clip', [name, low, high], `${name}.relu6`));
    }
  }
}

/** The name that an operator's own result gets. */
export function resultName(operator: Operator): string {
  return `t${operator.outputs[0]}`;
}
