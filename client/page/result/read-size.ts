import { fieldsOf, numberOf } from './unknown-fields.ts';

/** Pixels of the still that a result is about. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

export function readSize(value: unknown): ImageSize | null {
  const { width, height } = fieldsOf(value) ?? {};
  const [w, h] = [numberOf(width), numberOf(height)];
  return w !== null && h !== null && w > 0 && h > 0 ? { width: w, height: h } : null;
}
