import { unpackMask } from '../../../src/analysis/body/evidence/pack-mask.ts';
import { silhouetteOf } from '../../../src/analysis/body/evidence/silhouette.ts';
import type { BodyMeasurement, BodyViewEvidence } from '../../../src/protocol/body-measurement.ts';
import type { RgbImage } from '../../../src/vision/types.ts';

const LINE = [255, 230, 0] as const;
const EDGE = [255, 0, 80] as const;
const CARD = [0, 255, 120] as const;

/** The picture with the silhouette's edge, the card and the measured lines, to look at. */
export function drawLines(
  { data, width, height }: RgbImage,
  evidence: BodyViewEvidence,
  lines: BodyMeasurement['lines'],
): RgbImage {
  const out = { data: Uint8Array.from(data), width, height };
  if (evidence.body !== null) {
    const silhouette = silhouetteOf(unpackMask(evidence.body.mask));
    for (let y = 0; y + 1 < height; y++) {
      let [here, below] = [false, false];
      for (let x = 0; x < width; x++) {
        const before = here;
        here = silhouette.at(x + 0.5, y + 0.5) >= 0.5;
        below = silhouette.at(x + 0.5, y + 1.5) >= 0.5;
        if ((x > 0 && here !== before) || here !== below) dot(out, x, y, EDGE, 0);
      }
    }
  }
  const corners = evidence.card?.corners ?? [];
  for (const [i, corner] of corners.entries()) stroke(out, corner, corners[(i + 1) % 4]!, CARD);
  for (const { view, from, to } of lines) if (view === evidence.view) stroke(out, from, to, LINE);
  return out;
}

type Place = readonly [number, number];

function stroke(image: RgbImage, from: Place, to: Place, colour: readonly [number, number, number]): void {
  const steps = Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]));
  for (let step = 0; step <= steps; step++) {
    const share = step / Math.max(1, steps);
    dot(image, from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1]), colour, 1);
  }
}

function dot(
  { data, width, height }: RgbImage,
  x: number,
  y: number,
  colour: readonly [number, number, number],
  reachPx: number,
): void {
  for (let row = Math.floor(y) - reachPx; row <= Math.floor(y) + reachPx; row++) {
    for (let column = Math.floor(x) - reachPx; column <= Math.floor(x) + reachPx; column++) {
      if (row < 0 || column < 0 || row >= height || column >= width) continue;
      data.set(colour, (row * width + column) * 3);
    }
  }
}
