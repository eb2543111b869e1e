import { FramegateError } from '../../src/protocol/framegate-error.ts';
import { FlatTable } from './flat-table.ts';
import { type Operator, operatorName, readOptions } from './tflite-operators.ts';

export type TensorType = 'float32' | 'float16' | 'int32';

/** One axis of a sparse tensor: either all of its positions, or those that the segments list. */
export type SparseAxis =
  | { readonly format: 'dense'; readonly size: number }
  | { readonly format: 'sparse'; readonly segments: readonly number[]; readonly indices: readonly number[] };

export interface Sparsity {
  readonly traversalOrder: readonly number[];
  readonly blockMap: readonly number[];
  readonly axes: readonly SparseAxis[];
}

export interface Tensor {
  readonly name: string;
  /** NHWC for images. */
  readonly shape: readonly number[];
  readonly type: TensorType;
  /** Little-endian values of a constant, not copied; null for what is computed. */
  readonly data: Uint8Array | null;
  readonly sparsity: Sparsity | null;
}

/** The one subgraph of a TFLite file. Operators stand in the order of execution. */
export interface TfliteModel {
  readonly tensors: readonly Tensor[];
  readonly operators: readonly Operator[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

const TENSOR_TYPES: readonly (TensorType | undefined)[] = ['float32', 'float16', 'int32'];

function readIndices(axis: FlatTable, typeField: number, valueField: number): number[] {
  const table = axis.table(valueField);
  switch (table === null ? 0 : axis.int8(typeField)) {
    case 1:
      return table!.int32s(0);
    case 2:
      return table!.uint16s(0);
    case 3:
      return Array.from(table!.bytes(0) ?? []);
    default:
      throw new FramegateError('model-invalid', 'a sparse tensor has no indices');
  }
}

function readSparsity(table: FlatTable): Sparsity {
  return {
    traversalOrder: table.int32s(0),
    blockMap: table.int32s(1),
    axes: table
      .tables(2)
      .map((axis) =>
        axis.int8(0) === 0
          ? { format: 'dense', size: axis.int32(1) }
          : { format: 'sparse', segments: readIndices(axis, 2, 3), indices: readIndices(axis, 4, 5) },
      ),
  };
}

function readTensor(table: FlatTable, buffers: readonly (Uint8Array | null)[]): Tensor {
  const name = table.string(3);
  const type = TENSOR_TYPES[table.int8(1)];
  if (type === undefined) {
    throw new FramegateError('model-unsupported', `tensor ${name} has the type of code ${table.int8(1)}`);
  }
  const data = buffers[table.uint32(2)];
  if (data === undefined) throw new FramegateError('model-invalid', `tensor ${name} has no buffer`);
  const sparsity = table.table(6);
  return {
    name,
    shape: table.int32s(0),
    type,
    data: data === null || data.length === 0 ? null : data,
    sparsity: sparsity === null ? null : readSparsity(sparsity),
  };
}

/**
 * Reads a TFLite file with one subgraph.
 * Throws model-invalid for a damaged file, model-unsupported for an operator or type that cannot be converted.
 */
export function readTfliteModel(bytes: Uint8Array): TfliteModel {
  const model = FlatTable.root(bytes, 'TFL3');
  const names = model.tables(1).map(operatorName);
  const subgraphs = model.tables(2);
  const graph = subgraphs[0];
  if (graph === undefined || subgraphs.length > 1) {
    throw new FramegateError('model-unsupported', `the model has ${subgraphs.length} subgraphs, not one`);
  }
  // All of them, also those that no tensor names, so that a file cut short is noticed.
  const buffers = model.tables(4).map((buffer) => buffer.bytes(0));
  const tensors = graph.tables(0).map((table) => readTensor(table, buffers));
  const operators = graph.tables(3).map((table): Operator => {
    const name = names[table.uint32(0)];
    if (name === undefined) throw new FramegateError('model-invalid', 'an operator has no code');
    const operator = {
      ...readOptions(name, table.table(4)),
      inputs: table.int32s(1),
      outputs: table.int32s(2),
    };
    for (const index of [...operator.inputs, ...operator.outputs]) {
      if (index !== -1 && tensors[index] === undefined) {
        throw new FramegateError('model-invalid', `an operator ${name} names a tensor that is not there`);
      }
    }
    return operator;
  });
  return { tensors, operators, inputs: graph.int32s(1), outputs: graph.int32s(2) };
}
