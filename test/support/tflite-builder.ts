import { Builder } from 'flatbuffers';

export interface BuiltTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** A constant, float32 for a Float32Array and int32 for an Int32Array. */
  readonly values?: Float32Array | Int32Array;
}

export interface BuiltOperator {
  /** Builtin operator code of the TFLite schema; 32 is a custom operator. */
  readonly code: number;
  readonly customName?: string;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Fields of the option table by id. */
  readonly options?: Readonly<Record<number, { readonly int32: number } | { readonly int8: number }>>;
}

export interface BuiltModel {
  readonly tensors: readonly BuiltTensor[];
  readonly operators: readonly BuiltOperator[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

const FIELD_COUNT = 9;

function int32Vector(builder: Builder, values: readonly number[]): number {
  builder.startVector(4, values.length, 4);
  for (const value of [...values].reverse()) builder.addInt32(value);
  return builder.endVector();
}

function tableVector(builder: Builder, tables: readonly number[]): number {
  builder.startVector(4, tables.length, 4);
  for (const table of [...tables].reverse()) builder.addOffset(table);
  return builder.endVector();
}

function table(builder: Builder, fill: () => void): number {
  builder.startObject(FIELD_COUNT);
  fill();
  return builder.endObject();
}

/** Builds a TFLite file with one subgraph, so that tests can hold operators that no shipped model has. */
export function buildTflite(model: BuiltModel): Uint8Array {
  const builder = new Builder(1024);
  const buffers = [new Uint8Array(), ...model.tensors.map(({ values }) => bytesOf(values))].map((bytes) => {
    const data = builder.createByteVector(bytes);
    return table(builder, () => builder.addFieldOffset(0, data, 0));
  });
  const codes = model.operators.map(({ code, customName }) => {
    const name = customName === undefined ? 0 : builder.createString(customName);
    return table(builder, () => {
      builder.addFieldInt8(0, Math.min(code, 127), 0);
      if (name !== 0) builder.addFieldOffset(1, name, 0);
      builder.addFieldInt32(3, code, 0);
    });
  });
  const tensors = model.tensors.map(({ name, shape, values }, index) => {
    const shapeVector = int32Vector(builder, shape);
    const nameString = builder.createString(name);
    return table(builder, () => {
      builder.addFieldOffset(0, shapeVector, 0);
      builder.addFieldInt8(1, values instanceof Int32Array ? 2 : 0, 0);
      builder.addFieldInt32(2, index + 1, 0);
      builder.addFieldOffset(3, nameString, 0);
    });
  });
  const operators = model.operators.map((operator, index) => {
    const inputs = int32Vector(builder, operator.inputs);
    const outputs = int32Vector(builder, operator.outputs);
    const options = table(builder, () => {
      for (const [field, value] of Object.entries(operator.options ?? {})) {
        if ('int32' in value) builder.addFieldInt32(Number(field), value.int32, 0);
        else builder.addFieldInt8(Number(field), value.int8, 0);
      }
    });
    return table(builder, () => {
      builder.addFieldInt32(0, index, 0);
      builder.addFieldOffset(1, inputs, 0);
      builder.addFieldOffset(2, outputs, 0);
      builder.addFieldOffset(4, options, 0);
    });
  });
  const lists = [tensors, operators, codes, buffers].map((tables) => tableVector(builder, tables));
  const ends = [model.inputs, model.outputs].map((indices) => int32Vector(builder, indices));
  const graph = table(builder, () => {
    builder.addFieldOffset(0, lists[0]!, 0);
    builder.addFieldOffset(1, ends[0]!, 0);
    builder.addFieldOffset(2, ends[1]!, 0);
    builder.addFieldOffset(3, lists[1]!, 0);
  });
  const graphs = tableVector(builder, [graph]);
  const root = table(builder, () => {
    builder.addFieldOffset(1, lists[2]!, 0);
    builder.addFieldOffset(2, graphs, 0);
    builder.addFieldOffset(4, lists[3]!, 0);
  });
  builder.finish(root, 'TFL3');
  return builder.asUint8Array().slice();
}

function bytesOf(values: Float32Array | Int32Array | undefined): Uint8Array {
  return values === undefined
    ? new Uint8Array()
    : new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
