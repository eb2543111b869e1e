import { FramegateError } from '../protocol/framegate-error.ts';
import type { CanonicalFace } from './types.ts';

const VERTEX_COUNT = 468;
const TRIANGLE_COUNT = 898;

/**
 * Reads the text of the model `canonical-face` (geometry.json). Runs in browsers too, where a schema library would be
 * larger than all that it checks.
 * Throws FramegateError model-invalid where the text is not such a face.
 */
export function parseCanonicalFace(json: string): CanonicalFace {
  try {
    const face = JSON.parse(json) as Record<string, unknown>;
    return {
      positions: Float32Array.from(numbersOf(face, 'positions', VERTEX_COUNT * 3, Number.isFinite)),
      uvs: Float32Array.from(numbersOf(face, 'uvs', VERTEX_COUNT * 2, (uv) => uv >= 0 && uv <= 1)),
      triangles: Uint16Array.from(numbersOf(face, 'triangles', TRIANGLE_COUNT * 3, isVertex)),
      fitWeights: Float32Array.from(
        numbersOf(face, 'fitWeights', VERTEX_COUNT, (weight) => weight >= 0 && Number.isFinite(weight)),
      ),
    };
  } catch (cause) {
    throw new FramegateError('model-invalid', 'the canonical face is not understood', { cause });
  }
}

function isVertex(index: number): boolean {
  return Number.isInteger(index) && index >= 0 && index < VERTEX_COUNT;
}

function numbersOf(
  face: Record<string, unknown>,
  name: string,
  length: number,
  isValid: (value: number) => boolean,
): readonly number[] {
  const values = face[name];
  const valid =
    Array.isArray(values) &&
    values.length === length &&
    values.every((value: unknown) => typeof value === 'number' && isValid(value));
  if (!valid) throw new TypeError(`${name} are not ${length} numbers of its kind`);
  return values as number[];
}
