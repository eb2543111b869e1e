/** What a triangle is made of. */
export const MATERIAL = {
  face: 0,
  skin: 1,
  eye: 2,
  mouth: 3,
  hair: 4,
  curtain: 5,
  neck: 6,
  cloth: 7,
} as const;

export interface TriangleMesh {
  readonly vertexCount: number;
  readonly triangles: Uint16Array;
  /** One of MATERIAL per triangle. */
  readonly materials: Uint8Array;
  /** Per vertex: texture coordinates on the face, (around, along) on every other surface. */
  readonly surface: Float32Array;
}

export interface MeshBuilder {
  addVertex(u: number, v: number): number;
  addTriangle(a: number, b: number, c: number, material: number): void;
  /** Rows of vertices, `columns` in each; gives the first vertex's index. */
  addGrid(rows: number, columns: number): number;
  /**
   * Joins two rows that start at `upper` and `lower`. Seen from outside, columns grow to the right.
   * `wrap`: the last column meets the first.
   */
  joinRows(upper: readonly number[], lower: readonly number[], wrap: boolean, material: number): void;
  build(): TriangleMesh;
}

export function createMeshBuilder(): MeshBuilder {
  const triangles: number[] = [];
  const materials: number[] = [];
  const surface: number[] = [];

  const addTriangle = (a: number, b: number, c: number, material: number): void => {
    triangles.push(a, b, c);
    materials.push(material);
  };
  return {
    addVertex(u, v) {
      surface.push(u, v);
      return surface.length / 2 - 1;
    },
    addTriangle,
    addGrid(rows, columns) {
      const start = surface.length / 2;
      for (let row = 0; row < rows; row++) {
        // Mirrored around, so that no pattern has a seam where the last column meets the first.
        for (let column = 0; column < columns; column++) {
          surface.push(1 - Math.abs(1 - (2 * column) / columns), row / (rows - 1));
        }
      }
      return start;
    },
    joinRows(upper, lower, wrap, material) {
      const columns = upper.length;
      for (let column = 0; column < (wrap ? columns : columns - 1); column++) {
        const next = (column + 1) % columns;
        addTriangle(upper[column]!, lower[column]!, upper[next]!, material);
        addTriangle(upper[next]!, lower[column]!, lower[next]!, material);
      }
    },
    build: () => ({
      vertexCount: surface.length / 2,
      triangles: Uint16Array.from(triangles),
      materials: Uint8Array.from(materials),
      surface: Float32Array.from(surface),
    }),
  };
}

/** The vertex indices of one row of a grid. */
export function gridRow(start: number, columns: number, row: number): number[] {
  return Array.from({ length: columns }, (_, column) => start + row * columns + column);
}
