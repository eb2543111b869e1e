import protobuf from 'protobufjs/light.js';
import { FramegateError } from '../../src/protocol/framegate-error.ts';

const VERTEX_COUNT = 468;
const VERTEX_FLOATS = 5; // x, y, z, u, v

/** The fields of MediaPipe's face geometry metadata that are read here, by their published numbers. */
const root = protobuf.Root.fromJSON({
  nested: {
    GeometryPipelineMetadata: {
      fields: {
        canonicalMesh: { id: 1, type: 'Mesh3d' },
        procrustesLandmarkBasis: { id: 2, rule: 'repeated', type: 'WeightedLandmarkRef' },
      },
    },
    Mesh3d: {
      fields: {
        vertexBuffer: { id: 3, rule: 'repeated', type: 'float' },
        indexBuffer: { id: 4, rule: 'repeated', type: 'uint32' },
      },
    },
    WeightedLandmarkRef: {
      fields: { landmarkId: { id: 1, type: 'uint32' }, weight: { id: 2, type: 'float' } },
    },
  },
});

interface Metadata {
  readonly canonicalMesh?: {
    readonly vertexBuffer: readonly number[];
    readonly indexBuffer: readonly number[];
  };
  readonly procrustesLandmarkBasis: readonly { readonly landmarkId: number; readonly weight: number }[];
}

/** The shortest decimal that reads back as the same float32, so that the file is compact and exact. */
function shortest(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return candidate;
  }
  return Number(value.toPrecision(9));
}

function decode(bytes: Uint8Array): Metadata {
  try {
    const type = root.lookupType('GeometryPipelineMetadata');
    // toObject with arrays gives every repeated field, also the empty ones.
    return type.toObject(type.decode(bytes), { arrays: true }) as Metadata;
  } catch (cause) {
    throw new FramegateError('model-invalid', 'the face geometry is not a protocol buffer', { cause });
  }
}

/**
 * Converts MediaPipe's geometry_pipeline_metadata_landmarks to the JSON that parseCanonicalFace reads;
 * equal bytes give equal JSON. Throws model-invalid where it does not describe a face of 468 points.
 */
export function convertGeometry(bytes: Uint8Array): Uint8Array {
  const { canonicalMesh, procrustesLandmarkBasis } = decode(bytes);
  const vertices = canonicalMesh?.vertexBuffer ?? [];
  if (vertices.length !== VERTEX_COUNT * VERTEX_FLOATS || procrustesLandmarkBasis.length === 0) {
    throw new FramegateError('model-invalid', 'the face geometry does not describe a face of 468 points');
  }
  const fitWeights = new Array<number>(VERTEX_COUNT).fill(0);
  for (const { landmarkId, weight } of procrustesLandmarkBasis) fitWeights[landmarkId] = shortest(weight);
  const numbers = vertices.map(shortest);
  const columns = (from: number, to: number): number[] =>
    numbers.filter((_, i) => i % 5 >= from && i % 5 < to);
  const face = {
    positions: columns(0, 3),
    uvs: columns(3, 5),
    triangles: canonicalMesh?.indexBuffer ?? [],
    fitWeights,
  };
  return new TextEncoder().encode(`${JSON.stringify(face)}\n`);
}
