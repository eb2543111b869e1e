import { LINEAR, srgbFromLinear } from '../../vision/colour.ts';
import type { RgbImage } from '../../vision/types.ts';
import type { Layer } from './layer.ts';

/** Absorption in red, green and blue, that of green being 1. */
export type Pigment = readonly [red: number, green: number, blue: number];

/** Less cannot be seen in eight bits. */
const LEAST = 0.002;

/** A copy whose light is what remains after the layer's absorption (natural logarithms); below 0 it becomes brighter. */
export function absorbLight(image: RgbImage, layer: Layer, pigment: Pigment): RgbImage {
  return changeLight(image, layer, (light, channel, value) => light * Math.exp(-pigment[channel]! * value));
}

/** A copy with the layer's linear light added to all channels: what a wet or oily surface throws back. */
export function addLight(image: RgbImage, layer: Layer): RgbImage {
  return changeLight(image, layer, (light, _channel, value) => light + value);
}

function changeLight(
  image: RgbImage,
  { values }: Layer,
  change: (light: number, channel: number, value: number) => number,
): RgbImage {
  const data = Uint8Array.from(image.data);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Math.abs(value) < LEAST) continue;
    for (let channel = 0; channel < 3; channel++) {
      const at = i * 3 + channel;
      data[at] = Math.round(255 * srgbFromLinear(change(LINEAR[data[at]!]!, channel, value)));
    }
  }
  return { ...image, data };
}
