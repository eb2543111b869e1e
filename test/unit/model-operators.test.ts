import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convertTflite } from '../../models/importer/convert-tflite.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';
import { runOnnx } from '../support/run-onnx.ts';
import {
  type BuiltModel,
  type BuiltOperator,
  type BuiltTensor,
  buildTflite,
} from '../support/tflite-builder.ts';
import {
  evaluateTflite,
  largestDifference,
  seededNoise,
  toChannelFirst,
} from '../support/tflite-reference.ts';

/** Builtin codes of the TFLite schema, and the enumerations inside of option tables. */
const CODE = { add: 0, average: 1, concat: 2, conv: 3, depthwise: 4, depthToSpace: 5, pad: 34 };
const MORE = { logistic: 14, maxPool: 17, relu: 19, reshape: 22, resize: 23, custom: 32, prelu: 54 };
const SAME = { int8: 0 };
const VALID = { int8: 1 };
const RELU = { int8: 1 };
const RELU6 = { int8: 3 };
const one = { int32: 1 };
const two = { int32: 2 };

const constant = (shape: readonly number[], seed: number): BuiltTensor => ({
  name: `constant${seed}`,
  shape,
  values: seededNoise(
    shape.reduce((a, b) => a * b, 1),
    seed,
  ),
});
const integers = (shape: readonly number[], values: readonly number[]): BuiltTensor => ({
  name: 'integers',
  shape,
  values: Int32Array.from(values),
});
const computed = (...shape: number[]): BuiltTensor => ({ name: `computed${shape}`, shape });

interface Case {
  readonly input: readonly number[];
  /** Tensors after the input, which is number 0. */
  readonly tensors: readonly BuiltTensor[];
  readonly operators: readonly BuiltOperator[];
  /** Numbers of output tensors. */
  readonly outputs: readonly number[];
}

function build({ input, tensors, operators, outputs }: Case): Uint8Array {
  const all = [{ name: 'in', shape: input }, ...tensors].map((tensor, index) => ({
    ...tensor,
    name: outputs.includes(index) ? `out${outputs.indexOf(index)}` : tensor.name,
  }));
  const model: BuiltModel = { tensors: all, operators, inputs: [0], outputs };
  return buildTflite(model);
}

function convert(tflite: Uint8Array, { input, tensors, outputs }: Case): Uint8Array {
  const [n, h, w, c] = input;
  return convertTflite({
    name: 'case',
    tflite,
    inputs: [{ name: 'image', tensor: 'in', shape: [n!, c!, h!, w!] }],
    outputs: outputs.map((tensor, i) => ({
      name: `out${i}`,
      tensor: `out${i}`,
      shape: tensors[tensor - 1]!.shape,
    })),
  });
}

async function expectEqualToReference(example: Case): Promise<void> {
  const tflite = build(example);
  const [, height, width, channels] = example.input as [number, number, number, number];
  const image = seededNoise(height * width * channels, 7).map((value) => value * 4);
  const found = await runOnnx(convert(tflite, example), {
    name: 'image',
    shape: [1, channels, height, width],
    data: toChannelFirst(image, channels),
  });
  for (const [name, { data }] of evaluateTflite(tflite, image)) {
    const { difference, largest } = largestDifference(found.get(name)!.data, data);
    expect(largest).toBeGreaterThan(0);
    expect(difference).toBeLessThan(1e-5 * Math.max(1, largest));
  }
}

const NONE = { int8: 0 };
const convOptions = (padding: { int8: number }, stride: { int32: number }, activation = NONE) => ({
  0: padding,
  1: stride,
  2: stride,
  3: activation,
});

const CASES: Readonly<Record<string, Case>> = {
  'convolution, SAME with an uneven border, stride 2, RELU6': {
    input: [1, 8, 6, 3],
    tensors: [constant([5, 3, 3, 3], 1), constant([5], 2), computed(1, 4, 3, 5)],
    operators: [{ code: CODE.conv, inputs: [0, 1, 2], outputs: [3], options: convOptions(SAME, two, RELU6) }],
    outputs: [3],
  },
  'convolution in groups, without a bias, RELU': {
    input: [1, 5, 5, 4],
    tensors: [constant([6, 3, 3, 2], 1), computed(1, 3, 3, 6)],
    operators: [
      { code: CODE.conv, inputs: [0, 1, -1], outputs: [2], options: convOptions(VALID, one, RELU) },
    ],
    outputs: [2],
  },
  'dilated convolution': {
    input: [1, 9, 9, 2],
    tensors: [constant([3, 3, 3, 2], 1), constant([3], 2), computed(1, 9, 9, 3)],
    operators: [
      {
        code: CODE.conv,
        inputs: [0, 1, 2],
        outputs: [3],
        options: { ...convOptions(SAME, one), 4: two, 5: two },
      },
    ],
    outputs: [3],
  },
  'depthwise convolution with two outputs a channel': {
    input: [1, 7, 7, 3],
    tensors: [constant([1, 3, 3, 6], 1), constant([6], 2), computed(1, 4, 4, 6)],
    operators: [
      { code: CODE.depthwise, inputs: [0, 1, 2], outputs: [3], options: { 0: SAME, 1: two, 2: two, 3: two } },
    ],
    outputs: [3],
  },
  'a border that two convolutions read': {
    input: [1, 6, 6, 2],
    tensors: [
      integers([4, 2], [0, 0, 0, 1, 2, 1, 0, 0]),
      computed(1, 7, 9, 2),
      constant([3, 3, 3, 2], 1),
      computed(1, 5, 7, 3),
      constant([1, 3, 3, 2], 2),
      computed(1, 3, 4, 2),
    ],
    operators: [
      { code: CODE.pad, inputs: [0, 1], outputs: [2] },
      { code: CODE.conv, inputs: [2, 3], outputs: [4], options: convOptions(VALID, one) },
      { code: CODE.depthwise, inputs: [2, 5], outputs: [6], options: { 0: VALID, 1: two, 2: two, 3: one } },
    ],
    outputs: [4, 6],
  },
  'a border that something else reads too': {
    input: [1, 4, 4, 2],
    tensors: [
      integers([4, 2], [0, 0, 1, 1, 1, 1, 0, 0]),
      computed(1, 6, 6, 2),
      constant([3, 3, 3, 2], 1),
      computed(1, 4, 4, 3),
      computed(1, 3, 3, 2),
    ],
    operators: [
      { code: CODE.pad, inputs: [0, 1], outputs: [2] },
      { code: CODE.conv, inputs: [2, 3], outputs: [4], options: convOptions(VALID, one) },
      {
        code: MORE.maxPool,
        inputs: [2],
        outputs: [5],
        options: { 0: VALID, 1: two, 2: two, 3: two, 4: two },
      },
    ],
    outputs: [4, 5],
  },
  'channels padded, pooled and added': {
    input: [1, 5, 5, 2],
    tensors: [
      integers([4, 2], [0, 0, 0, 0, 0, 0, 1, 2]),
      computed(1, 5, 5, 5),
      computed(1, 3, 3, 5),
      constant([1, 1, 1, 5], 1),
      computed(1, 3, 3, 5),
    ],
    operators: [
      { code: CODE.pad, inputs: [0, 1], outputs: [2] },
      { code: MORE.maxPool, inputs: [2], outputs: [3], options: { 0: SAME, 1: two, 2: two, 3: two, 4: two } },
      { code: CODE.add, inputs: [3, 4], outputs: [5], options: { 0: RELU } },
    ],
    outputs: [5],
  },
  'slopes a channel, all at most 1': {
    input: [1, 4, 3, 5],
    tensors: [constant([1, 1, 5], 3), computed(1, 4, 3, 5)],
    operators: [{ code: MORE.prelu, inputs: [0, 1], outputs: [2] }],
    outputs: [2],
  },
  'slopes a channel, some above 1': {
    input: [1, 4, 3, 3],
    tensors: [
      { name: 'slopes', shape: [1, 1, 3], values: Float32Array.of(1.5, -0.75, 1) },
      computed(1, 4, 3, 3),
    ],
    operators: [{ code: MORE.prelu, inputs: [0, 1], outputs: [2] }],
    outputs: [2],
  },
  'slopes a pixel': {
    input: [1, 4, 3, 2],
    tensors: [constant([4, 3, 2], 3), computed(1, 4, 3, 2)],
    operators: [{ code: MORE.prelu, inputs: [0, 1], outputs: [2] }],
    outputs: [2],
  },
  'images reshaped to lists and back, joined on the last axis': {
    input: [1, 4, 2, 3],
    tensors: [computed(1, 24), computed(1, 2, 4, 3), computed(1, 2, 4, 6), computed(1, 2, 4, 6)],
    operators: [
      { code: MORE.reshape, inputs: [0], outputs: [1] },
      { code: MORE.reshape, inputs: [1], outputs: [2] },
      { code: CODE.concat, inputs: [2, 2], outputs: [3], options: { 0: { int32: -1 } } },
      { code: MORE.logistic, inputs: [3], outputs: [4] },
    ],
    outputs: [4],
  },
  'blocks spread over the plane': {
    input: [1, 2, 3, 8],
    tensors: [computed(1, 4, 6, 2), computed(1, 4, 6, 2)],
    operators: [
      { code: CODE.depthToSpace, inputs: [0], outputs: [1], options: { 0: two } },
      { code: MORE.relu, inputs: [1], outputs: [2] },
    ],
    outputs: [2],
  },
  ...Object.fromEntries(
    [
      ['plain', {}],
      ['aligned corners', { 2: { int8: 1 } }],
      ['half pixels', { 3: { int8: 1 } }],
    ].map(([title, options]) => [
      `bilinear resize, ${title}`,
      {
        input: [1, 3, 4, 2],
        tensors: [integers([2], [6, 12]), computed(1, 6, 12, 2)],
        operators: [{ code: MORE.resize, inputs: [0, 1], outputs: [2], options }],
        outputs: [2],
      } as Case,
    ]),
  ),
};

const SMALL = CASES['a border that two convolutions read']!;

function refusal(run: () => unknown): FramegateError | undefined {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof FramegateError) return thrown;
    throw thrown;
  }
  return undefined;
}

describe('an operator gives what its definition says', () => {
  it.each(Object.keys(CASES))('%s', async (title) => {
    await expectEqualToReference(CASES[title]!);
  });
});

describe('what cannot be converted', () => {
  const withOperator = (operator: Partial<BuiltOperator> & { code: number }): Case => ({
    input: [1, 2, 2, 1],
    tensors: [computed(1, 2, 2, 1)],
    operators: [{ inputs: [0], outputs: [1], ...operator }],
    outputs: [1],
  });

  it.each([
    [{ code: CODE.average }, 'AVERAGE_POOL_2D'],
    [{ code: 199 }, '199'],
    [{ code: MORE.custom, customName: 'Landmarks2TransformMatrix' }, 'Landmarks2TransformMatrix'],
  ])('names the operator %o', (operator, named) => {
    const example = withOperator(operator);
    const error = refusal(() => convert(build(example), example));
    expect(error?.code).toBe('model-unsupported');
    expect(error?.message).toContain(named);
  });

  it('refuses a fused activation that it does not know', () => {
    const example = {
      ...SMALL,
      operators: [{ ...SMALL.operators[1]!, inputs: [0, 3], options: { 3: { int8: 4 } } }],
    };
    expect(refusal(() => convert(build(example), example))?.code).toBe('model-unsupported');
  });

  it('refuses an output that the model does not have, naming those that it has', () => {
    const tflite = build(SMALL);
    const request = { name: 'case', tflite, inputs: [{ name: 'image', tensor: 'in', shape: [1, 2, 6, 6] }] };
    const error = refusal(() =>
      convertTflite({ ...request, outputs: [{ name: 'x', tensor: 'y', shape: [1] }] }),
    );
    expect(error?.code).toBe('model-invalid');
    expect(error?.message).toContain('out0, out1');
  });

  it('refuses a declared shape that is not the model’s', () => {
    const tflite = build(SMALL);
    expect(refusal(() => convert(tflite, { ...SMALL, input: [1, 6, 6, 3] }))?.code).toBe('model-invalid');
  });

  it('refuses a file that ends anywhere too early', () => {
    const tflite = build(SMALL);
    for (let bytes = 0; bytes < tflite.length; bytes++) {
      expect(refusal(() => convert(tflite.subarray(0, bytes), SMALL))?.code, `${bytes} bytes`).toBe(
        'model-invalid',
      );
    }
  });

  it('answers any damage with bytes or a FramegateError', () => {
    const tflite = build(SMALL);
    const damage = fc.array(fc.tuple(fc.nat(tflite.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(damage, (changes) => {
        const damaged = tflite.slice();
        for (const [at, value] of changes) damaged[at] = value;
        refusal(() => convert(damaged, SMALL));
      }),
      { numRuns: 500 },
    );
  });
});
