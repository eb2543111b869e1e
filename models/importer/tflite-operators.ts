import { FramegateError } from '../../src/protocol/framegate-error.ts';
import type { FlatTable } from './flat-table.ts';

export type Activation = 'none' | 'relu' | 'relu6';
export type Padding = 'same' | 'valid';

/** How a window moves over an image; sizes in pixels. */
export interface Window {
  readonly padding: Padding;
  readonly strideW: number;
  readonly strideH: number;
  readonly dilationW: number;
  readonly dilationH: number;
}

/** One member of the union for each kind, so that a kind narrows to it. */
type WithoutOptions<Kind> = Kind extends string ? { readonly kind: Kind } : never;

interface ConvolutionOptions<Kind> extends Window {
  readonly kind: Kind;
  readonly activation: Activation;
}

interface PoolOptions extends Window {
  readonly kind: 'MAX_POOL_2D';
  readonly filterW: number;
  readonly filterH: number;
  readonly activation: Activation;
}

/** The operators that the importer knows, with what their option tables say. */
export type OperatorOptions =
  | ConvolutionOptions<'CONV_2D'>
  | ConvolutionOptions<'DEPTHWISE_CONV_2D'>
  | PoolOptions
  | { readonly kind: 'ADD'; readonly activation: Activation }
  | { readonly kind: 'CONCATENATION'; readonly axis: number; readonly activation: Activation }
  | { readonly kind: 'RESIZE_BILINEAR'; readonly alignCorners: boolean; readonly halfPixelCenters: boolean }
  | { readonly kind: 'DEPTH_TO_SPACE'; readonly blockSize: number }
  | WithoutOptions<'DEQUANTIZE' | 'DENSIFY' | 'LOGISTIC' | 'PAD' | 'PRELU' | 'RELU' | 'RESHAPE'>;

export type Operator = OperatorOptions & {
  /** Tensor indices; −1 stands for an input that is left out. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
};

export type OperatorOf<Kind extends Operator['kind']> = Extract<Operator, { readonly kind: Kind }>;

/** Builtin operator codes of the TFLite schema. Those without a reader below are refused by name. */
const OPERATOR_NAMES: Readonly<Record<number, string>> = {
  0: 'ADD',
  1: 'AVERAGE_POOL_2D',
  2: 'CONCATENATION',
  3: 'CONV_2D',
  4: 'DEPTHWISE_CONV_2D',
  5: 'DEPTH_TO_SPACE',
  6: 'DEQUANTIZE',
  9: 'FULLY_CONNECTED',
  14: 'LOGISTIC',
  17: 'MAX_POOL_2D',
  18: 'MUL',
  19: 'RELU',
  21: 'RELU6',
  22: 'RESHAPE',
  23: 'RESIZE_BILINEAR',
  25: 'SOFTMAX',
  34: 'PAD',
  39: 'TRANSPOSE',
  40: 'MEAN',
  41: 'SUB',
  45: 'STRIDED_SLICE',
  54: 'PRELU',
  67: 'TRANSPOSE_CONV',
  97: 'RESIZE_NEAREST_NEIGHBOR',
  114: 'QUANTIZE',
  117: 'HARD_SWISH',
  124: 'DENSIFY',
};

const CUSTOM_OPERATOR = 32;
const ACTIVATIONS: readonly (Activation | undefined)[] = ['none', 'relu', undefined, 'relu6'];
const PADDINGS: readonly (Padding | undefined)[] = ['same', 'valid'];

function unsupported(what: string): FramegateError {
  return new FramegateError('model-unsupported', `the importer does not know ${what}`, {
    details: { unsupported: what },
  });
}

/** The operator's name from an entry of the model's operator_codes table. */
export function operatorName(entry: FlatTable): string {
  // Codes from 127 on do not fit the old byte field, which then holds a placeholder.
  const code = Math.max(entry.int8(0), entry.int32(3));
  if (code === CUSTOM_OPERATOR) throw unsupported(`the custom operator ${entry.string(1)}`);
  const name = OPERATOR_NAMES[code];
  if (name === undefined) throw unsupported(`the operator of code ${code}`);
  return name;
}

function activation(code: number): Activation {
  const known = ACTIVATIONS[code];
  if (known === undefined) throw unsupported(`the fused activation of code ${code}`);
  return known;
}

function window(options: FlatTable, dilationField: number | null): Window {
  const padding = PADDINGS[options.int8(0)];
  if (padding === undefined) throw unsupported(`the padding of code ${options.int8(0)}`);
  return {
    padding,
    strideW: options.int32(1),
    strideH: options.int32(2),
    dilationW: dilationField === null ? 1 : options.int32(dilationField, 1),
    dilationH: dilationField === null ? 1 : options.int32(dilationField + 1, 1),
  };
}

/**
 * Reads the option table of one operator.
 * Throws model-unsupported, naming the operator, for one that the importer cannot convert.
 */
export function readOptions(name: string, table: FlatTable | null): OperatorOptions {
  const options = (): FlatTable => {
    if (table === null) throw new FramegateError('model-invalid', `an operator ${name} has no options`);
    return table;
  };
  switch (name) {
    case 'CONV_2D':
      return { kind: name, ...window(options(), 4), activation: activation(options().int8(3)) };
    case 'DEPTHWISE_CONV_2D':
      return { kind: name, ...window(options(), 5), activation: activation(options().int8(4)) };
    case 'MAX_POOL_2D':
      return {
        kind: name,
        ...window(options(), null),
        filterW: options().int32(3),
        filterH: options().int32(4),
        activation: activation(options().int8(5)),
      };
    case 'ADD':
      return { kind: name, activation: activation(table?.int8(0) ?? 0) };
    case 'CONCATENATION':
      return { kind: name, axis: options().int32(0), activation: activation(options().int8(1)) };
    case 'RESIZE_BILINEAR':
      return { kind: name, alignCorners: options().bool(2), halfPixelCenters: options().bool(3) };
    case 'DEPTH_TO_SPACE':
      return { kind: name, blockSize: options().int32(0) };
    case 'DEQUANTIZE':
    case 'DENSIFY':
    case 'LOGISTIC':
    case 'PAD':
    case 'PRELU':
    case 'RELU':
    case 'RESHAPE':
      return { kind: name };
    default:
      throw unsupported(`the operator ${name}`);
  }
}
