import { z } from 'zod';
import { FramegateError } from '../protocol/framegate-error.ts';
import type { CanonicalFace } from './types.ts';

const VERTEX_COUNT = 468;
const TRIANGLE_COUNT = 898;

const geometrySchema = z.object({
  positions: z.array(z.number()).length(VERTEX_COUNT * 3),
  uvs: z.array(z.number().min(0).max(1)).length(VERTEX_COUNT * 2),
  triangles: z
    .array(
      z
        .number()
        .int()
        .min(0)
        .max(VERTEX_COUNT - 1),
    )
    .length(TRIANGLE_COUNT * 3),
  fitWeights: z.array(z.number().min(0)).length(VERTEX_COUNT),
});

/**
 * Reads the text of the model `canonical-face` (geometry.json). Runs in browsers too.
 * Throws FramegateError model-invalid where the text is not such a face.
 */
export function parseCanonicalFace(json: string): CanonicalFace {
  try {
    const { positions, uvs, triangles, fitWeights } = geometrySchema.parse(JSON.parse(json));
    return {
      positions: Float32Array.from(positions),
      uvs: Float32Array.from(uvs),
      triangles: Uint16Array.from(triangles),
      fitWeights: Float32Array.from(fitWeights),
    };
  } catch (cause) {
    throw new FramegateError('model-invalid', 'the canonical face is not understood', { cause });
  }
}
