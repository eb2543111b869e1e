import { hash32 } from './seeded-noise.ts';
import { SRGB_TABLE_STEPS, srgbTable } from './srgb.ts';

/** Share of the noise at white that is there without light. */
const READ_NOISE_SHARE = 0.15;

export interface SensorSettings {
  readonly exposureEv: number;
  readonly noise: number;
  readonly seed: number;
}

/** Turns linear light into 8-bit sRGB: exposure, shot and read noise, clipping at white. */
export function expose(picture: Float32Array, settings: SensorSettings): Uint8Array {
  const gain = 2 ** settings.exposureEv;
  const table = srgbTable();
  const out = new Uint8Array(picture.length);
  const seed = hash32(settings.seed ^ 0x51ed270b);
  const read = settings.noise * READ_NOISE_SHARE;
  const shot = settings.noise * settings.noise;
  for (let at = 0; at < picture.length; at++) {
    let signal = picture[at]! * gain;
    if (settings.noise > 0) {
      // Four bytes of a hash add up to a bell curve of standard deviation 147.8.
      const bits = hash32(at ^ seed);
      const bell =
        ((bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24) - 510) / 147.8;
      signal += bell * Math.sqrt(read * read + shot * Math.max(0, signal));
    }
    const step = signal * SRGB_TABLE_STEPS + 0.5;
    out[at] = table[step <= 0 ? 0 : step >= SRGB_TABLE_STEPS ? SRGB_TABLE_STEPS : step | 0]!;
  }
  return out;
}
