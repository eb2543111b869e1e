import { BLUE_WEIGHT, GREEN_WEIGHT, LINEAR, labFromSrgb, RED_WEIGHT } from './colour.ts';
import { readColourCast } from './colour-cast.ts';
import { readEyeWhites } from './eye-whites.ts';
import { createFaceSamples, SAMPLE_KIND } from './face-samples.ts';
import { readIrisContrast } from './iris-contrast.ts';
import { binOf, createLuminanceHistogram } from './luminance-histogram.ts';
import { createSharpnessMeter } from './sharpness.ts';
import { readSurroundings } from './surroundings.ts';
import type { CanonicalFace, FaceAppearance, Lab, RgbImage } from './types.ts';

/** JPEG moves clipped values by a level or two. */
const CRUSHED = 2;
/** Luminance of the coded value 247, from which OFIQ counts over-exposure; coloured light runs one channel over long before. */
const BLOWN_LUMINANCE = LINEAR[247]!;
/** Hair, a frame of glasses or a highlight are among the samples of a half: its middle counts. */
const MIDDLE = [0.2, 0.8] as const;

export interface AppearanceReader {
  /** @param landmarks 468 × (x, y, z) in pixels of the image */
  read(image: RgbImage, landmarks: Float32Array): FaceAppearance;
}

/** Pixel statistics of a face: some 1,800 points fixed to its skin, its eyes, and a coarse grid around it. */
export function createAppearance(canonical: CanonicalFace): AppearanceReader {
  const samples = createFaceSamples(canonical);
  const sharpness = createSharpnessMeter();
  const whole = createLuminanceHistogram();
  const skin = createLuminanceHistogram();
  const left = createLuminanceHistogram();
  const right = createLuminanceHistogram();
  const channels = [new Uint32Array(256), new Uint32Array(256), new Uint32Array(256)] as const;

  return {
    read(image, landmarks) {
      const clipped = countSamples(image, landmarks);
      const surroundings = readSurroundings(image, landmarks);
      const eyeWhites = readEyeWhites(image, landmarks);
      return {
        skinLuminance: skin.percentile(0.5),
        leftLuminance: left.meanBetween(...MIDDLE),
        rightLuminance: right.meanBetween(...MIDDLE),
        luminanceP05: whole.percentile(0.05),
        luminanceP50: whole.percentile(0.5),
        luminanceP95: whole.percentile(0.95),
        darkClippedShare: clipped.darkShare,
        brightClippedShare: clipped.brightShare,
        skinLab: medianLab(channels, skin.count()),
        eyeWhiteLuminance: eyeWhites?.luminance ?? null,
        irisContrast: readIrisContrast(image, landmarks),
        surroundLuminance: surroundings.luminance,
        colourCast: readColourCast(eyeWhites, surroundings),
        sharpness: sharpness.read(image, landmarks),
      };
    },
  };

  /** Fills the histograms; shares are of the skin that is seen, features left out: pupils are black in any light. */
  function countSamples(
    { data, width, height }: RgbImage,
    landmarks: Float32Array,
  ): { readonly darkShare: number; readonly brightShare: number } {
    for (const histogram of [whole, skin, left, right]) histogram.clear();
    for (const channel of channels) channel.fill(0);
    const { count, corners, shares, kinds, imageRight } = samples;
    let bare = 0;
    let dark = 0;
    let bright = 0;
    for (let i = 0; i < count; i++) {
      const a = corners[i * 3]! * 3;
      const b = corners[i * 3 + 1]! * 3;
      const c = corners[i * 3 + 2]! * 3;
      const ax = landmarks[a]!;
      const ay = landmarks[a + 1]!;
      const bx = landmarks[b]!;
      const by = landmarks[b + 1]!;
      const cx = landmarks[c]!;
      const cy = landmarks[c + 1]!;
      // The canonical triangles run counter-clockwise with y up: turned away, their area changes its sign.
      if ((bx - ax) * (cy - ay) - (by - ay) * (cx - ax) >= 0) continue;
      const shareA = shares[i * 2]!;
      const shareB = shares[i * 2 + 1]!;
      const x = Math.floor(cx + shareA * (ax - cx) + shareB * (bx - cx));
      const y = Math.floor(cy + shareA * (ay - cy) + shareB * (by - cy));
      if (x < 0 || y < 0 || x >= width || y >= height) continue;
      const p = (y * width + x) * 3;
      const red = data[p]!;
      const green = data[p + 1]!;
      const blue = data[p + 2]!;
      const luminance =
        RED_WEIGHT * LINEAR[red]! + GREEN_WEIGHT * LINEAR[green]! + BLUE_WEIGHT * LINEAR[blue]!;
      const bin = binOf(luminance);
      whole.bins[bin]!++;
      const kind = kinds[i]!;
      if (kind === SAMPLE_KIND.feature) continue;
      bare++;
      // Deep skin has hardly any blue: black is when nothing is left.
      if (Math.max(red, green, blue) <= CRUSHED) dark++;
      if (luminance >= BLOWN_LUMINANCE) bright++;
      if (kind === SAMPLE_KIND.skin) continue;
      skin.bins[bin]!++;
      (imageRight[i] === 1 ? right : left).bins[bin]!++;
      channels[0][red]!++;
      channels[1][green]!++;
      channels[2][blue]!++;
    }
    return { darkShare: bare === 0 ? 0 : dark / bare, brightShare: bare === 0 ? 0 : bright / bare };
  }
}

function medianLab(channels: readonly Uint32Array[], count: number): Lab {
  const [red, green, blue] = channels.map((bins) => {
    let seen = 0;
    return Math.max(
      0,
      bins.findIndex((bin) => {
        seen += bin;
        return seen * 2 >= count;
      }),
    );
  }) as [number, number, number];
  return labFromSrgb(red, green, blue);
}
