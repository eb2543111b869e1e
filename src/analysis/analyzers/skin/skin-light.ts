import { LIGHT_FLOOR, type Pigments, separatePigments } from './separate-pigments.ts';

/** The face's light, pixel by pixel; 0 outside of the face. */
export interface SkinLight {
  /** Linear, 0..1. */
  readonly red: Float32Array;
  readonly green: Float32Array;
  readonly blue: Float32Array;
  /** Linear luminance, with what eight bits cannot tell from black added. */
  readonly luminance: Float32Array;
  readonly melanin: Float32Array;
  readonly haemoglobin: Float32Array;
  readonly shading: Float32Array;
  /** 1 where the surface leaves the still. */
  readonly isOutside: Uint8Array;
}

/** @param rgb as resampleFace gives it */
export function readSkinLight(rgb: Float32Array, regionOf: Uint8Array): SkinLight {
  const size = regionOf.length;
  const plane = () => new Float32Array(size);
  const light = {
    red: plane(),
    green: plane(),
    blue: plane(),
    luminance: plane(),
    melanin: plane(),
    haemoglobin: plane(),
    shading: plane(),
    isOutside: new Uint8Array(size),
  };
  const pigments: Pigments = { melanin: 0, haemoglobin: 0, shading: 0 };
  for (let i = 0; i < size; i++) {
    if (regionOf[i] === 0) continue;
    const [red, green, blue] = [rgb[i * 3]!, rgb[i * 3 + 1]!, rgb[i * 3 + 2]!];
    if (red < 0) {
      light.isOutside[i] = 1;
      continue;
    }
    separatePigments(red, green, blue, pigments);
    light.red[i] = red;
    light.green[i] = green;
    light.blue[i] = blue;
    light.luminance[i] = 0.2126 * red + 0.7152 * green + 0.0722 * blue + LIGHT_FLOOR;
    light.melanin[i] = pigments.melanin;
    light.haemoglobin[i] = pigments.haemoglobin;
    light.shading[i] = pigments.shading;
  }
  return light;
}
