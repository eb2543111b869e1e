/** A face's segmentation map as a segmenter gives it: regions that touch, drawn from ellipses. */

export interface DrawnRegion {
  readonly label: number;
  /** Shares of the picture's width and height. */
  readonly x: number;
  readonly y: number;
  readonly radiusX: number;
  readonly radiusY: number;
}

/** Later ones lie over earlier ones: skin, hair's edge, brows, eyes, nose, lips. Eight labels. */
export const FACE_REGIONS: readonly DrawnRegion[] = [
  { label: 1, x: 0.5, y: 0.5, radiusX: 0.3, radiusY: 0.4 },
  { label: 2, x: 0.5, y: 0.22, radiusX: 0.2, radiusY: 0.1 },
  { label: 3, x: 0.38, y: 0.36, radiusX: 0.08, radiusY: 0.02 },
  { label: 4, x: 0.62, y: 0.36, radiusX: 0.08, radiusY: 0.02 },
  { label: 5, x: 0.38, y: 0.42, radiusX: 0.06, radiusY: 0.025 },
  { label: 6, x: 0.62, y: 0.42, radiusX: 0.06, radiusY: 0.025 },
  { label: 7, x: 0.5, y: 0.53, radiusX: 0.05, radiusY: 0.11 },
  { label: 8, x: 0.5, y: 0.71, radiusX: 0.1, radiusY: 0.04 },
];

/**
 * Grey values are the labels, 0 the background.
 * @returns one byte a pixel
 */
export function drawFaceMap(
  width: number,
  height: number,
  regions: readonly DrawnRegion[] = FACE_REGIONS,
  /** Turned about the picture's middle, clockwise as seen. */
  turnedDeg = 0,
): Uint8Array<ArrayBuffer> {
  const map = new Uint8Array(width * height);
  const [cos, sin] = [Math.cos((turnedDeg * Math.PI) / 180), Math.sin((turnedDeg * Math.PI) / 180)];
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const [fromX, fromY] = [x + 0.5 - width / 2, y + 0.5 - height / 2];
      const u = (cos * fromX + sin * fromY) / width + 0.5;
      const v = (cos * fromY - sin * fromX) / height + 0.5;
      for (const region of regions) {
        const isInside = ((u - region.x) / region.radiusX) ** 2 + ((v - region.y) / region.radiusY) ** 2 <= 1;
        if (isInside) map[at] = region.label;
      }
    }
  }
  return map;
}
