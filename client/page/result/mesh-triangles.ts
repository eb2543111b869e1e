import { fetchCanonicalFace } from '../canonical-face-file.ts';
import { fieldsOf, numbersOf } from './unknown-fields.ts';

/** Vertex indices of the mesh's triangles, from the node's canonical face; null where it cannot be had. */
export async function loadMeshTriangles(modelsUrl: string): Promise<readonly number[] | null> {
  try {
    const geometry: unknown = JSON.parse(await fetchCanonicalFace(modelsUrl));
    return numbersOf(fieldsOf(geometry)?.triangles);
  } catch {
    return null;
  }
}
