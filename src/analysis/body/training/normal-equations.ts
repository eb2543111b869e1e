/** Sums over samples, of which ridge regressions to several targets can be solved. */
export interface NormalEquations {
  add(values: ArrayLike<number>, weight: number, targets: ArrayLike<number>): void;
  /** Weights of the values for one target; the first value is the constant and is not shrunk. */
  solve(target: number, shrink: number): Float64Array;
}

export function createNormalEquations(size: number, targetCount: number): NormalEquations {
  const products = new Float64Array(size * size);
  const sides = Array.from({ length: targetCount }, () => new Float64Array(size));
  return {
    add(values, weight, targets) {
      for (let row = 0; row < size; row++) {
        const weighted = weight * values[row]!;
        for (let column = 0; column <= row; column++) {
          products[row * size + column]! += weighted * values[column]!;
        }
        for (let target = 0; target < targetCount; target++)
          sides[target]![row]! += weighted * targets[target]!;
      }
    },
    solve(target, shrink) {
      const factor = Float64Array.from(products);
      for (let row = 1; row < size; row++) factor[row * size + row]! += shrink;
      decompose(factor, size);
      return substitute(factor, size, sides[target]!);
    },
  };
}

/** Cholesky in place: the lower triangle becomes L of L Lᵀ. */
function decompose(matrix: Float64Array, size: number): void {
  for (let column = 0; column < size; column++) {
    for (let row = column; row < size; row++) {
      let rest = matrix[row * size + column]!;
      for (let k = 0; k < column; k++) rest -= matrix[row * size + k]! * matrix[column * size + k]!;
      matrix[row * size + column] = row === column ? Math.sqrt(rest) : rest / matrix[column * size + column]!;
    }
  }
}

function substitute(factor: Float64Array, size: number, side: Float64Array): Float64Array {
  const solution = Float64Array.from(side);
  for (let row = 0; row < size; row++) {
    for (let k = 0; k < row; k++) solution[row]! -= factor[row * size + k]! * solution[k]!;
    solution[row]! /= factor[row * size + row]!;
  }
  for (let row = size - 1; row >= 0; row--) {
    for (let k = row + 1; k < size; k++) solution[row]! -= factor[k * size + row]! * solution[k]!;
    solution[row]! /= factor[row * size + row]!;
  }
  return solution;
}
