import { describe, expect, it } from 'vitest';
import { readEyeWhites } from '../../src/vision/eye-whites.ts';
import type { RgbImage } from '../../src/vision/types.ts';
import { frameAnalysis } from '../support/frame-analysis.ts';

type Colour = readonly [number, number, number];

const SKINS: readonly Colour[] = [
  [246, 237, 228],
  [160, 126, 86],
  [41, 36, 32],
];

/** Skin all over, and at each eye a white ellipse with a dark iris and a glint. */
function paintedEyes(landmarks: Float32Array, skin: Colour, white: Colour): RgbImage {
  const width = 480;
  const height = 640;
  const data = new Uint8Array(width * height * 3);
  const corners = [
    [33, 133],
    [362, 263],
  ] as const;
  const eyes = corners.map(([from, to]) => ({
    x: (landmarks[from * 3]! + landmarks[to * 3]!) / 2,
    y: (landmarks[from * 3 + 1]! + landmarks[to * 3 + 1]!) / 2,
    half: Math.abs(landmarks[from * 3]! - landmarks[to * 3]!) / 2,
  }));
  const colourAt = (x: number, y: number): Colour => {
    for (const eye of eyes) {
      const along = (x + 0.5 - eye.x) / eye.half;
      const across = (y + 0.5 - eye.y) / eye.half;
      if (along ** 2 + (across / 0.3) ** 2 > 1) continue;
      if ((along - 0.08) ** 2 + (across + 0.08) ** 2 < 0.004) return [255, 255, 255];
      const iris: Colour = [white[0] * 0.15, white[1] * 0.1, white[2] * 0.07];
      return along ** 2 + across ** 2 < 0.12 ? iris : white;
    }
    return skin;
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(colourAt(x, y), (y * width + x) * 3);
  }
  return { data, width, height };
}

const open = frameAnalysis().face!.landmarks;

describe('the white of the eyes', () => {
  it.each(SKINS)('is read alike beside skin of %i %i %i', (...skin) => {
    const white = readEyeWhites(paintedEyes(open, skin, [205, 198, 192]), open);
    expect(white?.luminance).toBeCloseTo(0.571, 2);
    expect(Math.abs(white?.chroma?.a ?? 99)).toBeLessThan(5);
    expect(Math.abs(white?.chroma?.b ?? 99)).toBeLessThan(5);
  });

  it('shows the colour of the light, at any exposure', () => {
    const bright = readEyeWhites(paintedEyes(open, SKINS[1]!, [235, 180, 120]), open)?.chroma;
    // A quarter of the light: each channel's linear value divided by four.
    const dim = readEyeWhites(paintedEyes(open, SKINS[1]!, [125, 94, 60]), open)?.chroma;
    expect(bright?.b).toBeGreaterThan(20);
    expect(Math.abs(dim!.b / bright!.b - 1)).toBeLessThan(0.05);
    expect(readEyeWhites(paintedEyes(open, SKINS[1]!, [150, 180, 235]), open)?.chroma?.b).toBeLessThan(-20);
  });

  it('has no colour where it is blown or nearly black', () => {
    const blown = readEyeWhites(paintedEyes(open, SKINS[0]!, [255, 255, 255]), open);
    expect(blown).toEqual({ luminance: 1, chroma: null });
    const black = readEyeWhites(paintedEyes(open, SKINS[2]!, [6, 5, 4]), open);
    expect(black?.chroma).toBeNull();
  });

  it('is unknown for closed eyes and for a distant face', () => {
    const closed = frameAnalysis({ face: { eyeOpening: 0.005 } }).face!.landmarks;
    expect(readEyeWhites(paintedEyes(closed, SKINS[0]!, [205, 198, 192]), closed)).toBeNull();
    const distant = frameAnalysis({ face: { heightRatio: 0.05 } }).face!.landmarks;
    expect(readEyeWhites(paintedEyes(distant, SKINS[0]!, [205, 198, 192]), distant)).toBeNull();
  });

  it('reads a face that reaches outside of the picture', () => {
    const outside = frameAnalysis({ face: { centerX: 0, centerY: 0 } }).face!.landmarks;
    expect(() => readEyeWhites(paintedEyes(outside, SKINS[0]!, [205, 198, 192]), outside)).not.toThrow();
  });
});
