import type { FaceDrawing } from '../face-drawing.ts';
import { isFine } from '../face-renderer.ts';
import type { Shader } from '../face-shader.ts';
import { drawingOf, SAMPLES, triangleOf, type Visibility } from '../visibility.ts';

/** Shades each covered pixel: once where all of its samples see one triangle, else sample by sample over the room. */
export function paintFigure(
  picture: Float32Array,
  visibility: Visibility,
  drawings: readonly FaceDrawing[],
  shaders: readonly Shader[],
): void {
  const { ids, width: sampleWidth } = visibility;
  const width = sampleWidth / SAMPLES;
  const height = visibility.height / SAMPLES;
  const colour = new Float32Array(3);
  const offsets = [0, 1, sampleWidth, sampleWidth + 1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const corner = y * SAMPLES * sampleWidth + x * SAMPLES;
      const first = ids[corner]!;
      const second = ids[corner + 1]!;
      const third = ids[corner + sampleWidth]!;
      const fourth = ids[corner + sampleWidth + 1]!;
      if ((first | second | third | fourth) === 0) continue;
      const to = (y * width + x) * 3;
      if (first === second && first === third && first === fourth && !isFine(drawings, first)) {
        shaders[drawingOf(first)]!(triangleOf(first), x + 0.5, y + 0.5, colour);
        picture.set(colour, to);
        continue;
      }
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let sample = 0; sample < 4; sample++) {
        const id = ids[corner + offsets[sample]!]!;
        if (id === 0) colour.set(picture.subarray(to, to + 3));
        else {
          const px = x + 0.25 + 0.5 * (sample & 1);
          const py = y + 0.25 + 0.5 * (sample >> 1);
          shaders[drawingOf(id)]!(triangleOf(id), px, py, colour);
        }
        red += colour[0]!;
        green += colour[1]!;
        blue += colour[2]!;
      }
      picture[to] = red / 4;
      picture[to + 1] = green / 4;
      picture[to + 2] = blue / 4;
    }
  }
}

/** One byte a pixel: 255 where all samples see drawings that `isSeen` tells of, 0 where none does. */
export function coverage(visibility: Visibility, isSeen: (drawing: number) => boolean): Uint8Array {
  const { ids, width: sampleWidth } = visibility;
  const width = sampleWidth / SAMPLES;
  const height = visibility.height / SAMPLES;
  const mask = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let seen = 0;
      for (let sample = 0; sample < 4; sample++) {
        const id = ids[(y * SAMPLES + (sample >> 1)) * sampleWidth + x * SAMPLES + (sample & 1)]!;
        if (id !== 0 && isSeen(drawingOf(id))) seen++;
      }
      mask[y * width + x] = Math.round((seen * 255) / 4);
    }
  }
  return mask;
}
