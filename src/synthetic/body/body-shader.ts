import type { FaceDrawing } from '../face-drawing.ts';
import { createFaceShader, type Shader } from '../face-shader.ts';
import { MATERIAL } from '../mesh-builder.ts';
import type { Lighting } from '../scene-lighting.ts';
import { smoothstep, valueNoise } from '../seeded-noise.ts';
import { linearColour } from '../srgb.ts';
import { readSurface, type SurfaceSample } from '../surface-sample.ts';
import { BODY_MATERIAL } from './body-model.ts';
import type { BodyScene } from './body-scene.ts';
import type { BodySizes } from './body-sizes.ts';

/** Skin and close-fitting clothes of the figure below its head. */
export function createBodyShader(
  drawing: FaceDrawing,
  scene: BodyScene,
  sizes: BodySizes,
  light: Lighting,
): Shader {
  const { mesh } = drawing.model;
  const { materials } = mesh;
  const shadeSkin = createFaceShader(asSkin(drawing), new Uint8Array(0), light);
  const { shirt, trousers, shoes } = scene.looks;
  const shirtColour = linearColour(shirt);
  const trouserColour = linearColour(trousers);
  const shoeColour = shoes === null ? null : linearColour(shoes);
  const sample: SurfaceSample = { nx: 0, ny: 0, nz: 0, u: 0, v: 0, x: 0, y: 0, z: 0 };
  const { statureCm: h, levels } = sizes;
  const hemY = (levels.waist.heightCm + levels.hip.heightCm) / 2 + 0.004 * h;
  const crotchY = sizes.inseamCm;

  const shadeCloth = (out: Float32Array, colour: readonly number[], brightness: number): void => {
    const { nx, ny, nz } = sample;
    const facing = Math.max(0, (nx * light.x + ny * light.y + nz * light.z + 0.15) / 1.15);
    const ambient = light.ambient * (0.8 + 0.2 * ny) * (0.75 + 0.25 * Math.max(0, nz));
    const received = (light.direct * facing + ambient) * brightness;
    for (let channel = 0; channel < 3; channel++) {
      out[channel] = light.colour[channel]! * colour[channel]! * received;
    }
  };
  const skin = (out: Float32Array, triangle: number, px: number, py: number, open: number): void => {
    shadeSkin(triangle, px, py, out);
    for (let channel = 0; channel < 3; channel++) out[channel] = out[channel]! * open;
  };
  /** Soft folds that run around the body, and the knit. */
  const folds = (cmApart: number, strength: number): number => {
    const fold = valueNoise(sample.x * 0.12 + 40, (sample.y + sample.x * 0.25) / cmApart, 51);
    const knit = valueNoise(sample.x * 5, sample.y * 5, 52);
    return 1 + strength * (fold - 0.5) + 0.06 * (knit - 0.5);
  };
  const shadeTrousers = (out: Float32Array): void => {
    // The legs keep light off each other below the crotch.
    const inner = 1 - smoothstep(0, 0.04 * h, Math.abs(sample.x));
    const below =
      smoothstep(crotchY - 0.2 * h, crotchY - 0.02 * h, sample.y) *
      smoothstep(crotchY + 0.05 * h, crotchY - 0.01 * h, sample.y);
    const seam = 1 - 0.25 * (1 - smoothstep(0, 0.4, Math.abs(sample.y - hemY + 1.2)));
    shadeCloth(out, trouserColour, folds(7, 0.14) * (1 - 0.5 * inner * below) * seam);
  };
  const shadeTrunk = (out: Float32Array, triangle: number, px: number, py: number): void => {
    // The neckline is lower in front than behind.
    const aside = Math.hypot(sample.x, 0.02 * h);
    const neckline = 0.828 * h - 0.28 * (sample.z + 0.012 * h) + 0.3 * aside;
    if (sample.y > neckline) {
      const chin = smoothstep(0.885 * h, 0.845 * h, sample.y);
      skin(out, triangle, px, py, 0.62 + 0.38 * chin);
    } else if (sample.y > hemY) {
      const band = smoothstep(neckline - 1.5, neckline - 1.1, sample.y);
      const hem = 1 - smoothstep(0, 0.35, sample.y - hemY);
      shadeCloth(out, shirtColour, folds(9, 0.12) * (1 - 0.2 * band) * (1 - 0.3 * hem));
    } else shadeTrousers(out);
  };

  return (triangle, px, py, out) => {
    readSurface(drawing, triangle, px, py, sample);
    const material = materials[triangle]!;
    if (material === BODY_MATERIAL.trunk) shadeTrunk(out, triangle, px, py);
    else if (material === BODY_MATERIAL.sleeve) shadeCloth(out, shirtColour, folds(6, 0.12));
    else if (material === BODY_MATERIAL.trousers) shadeTrousers(out);
    else if (material === BODY_MATERIAL.foot && shoeColour !== null) {
      const sole = smoothstep(1.4, 1.7, sample.y);
      shadeCloth(out, shoeColour, (0.55 + 0.45 * sole) * folds(4, 0.1));
    } else skin(out, triangle, px, py, 1);
  };
}

/** A plain sheet that shows its colour and how it is lit. */
export function createCardShader(
  drawing: FaceDrawing,
  colour: readonly [number, number, number],
  light: Lighting,
): Shader {
  const sample: SurfaceSample = { nx: 0, ny: 0, nz: 0, u: 0, v: 0, x: 0, y: 0, z: 0 };
  return (triangle, px, py, out) => {
    readSurface(drawing, triangle, px, py, sample);
    const facing = Math.max(0, sample.nx * light.x + sample.ny * light.y + sample.nz * light.z);
    const received = light.direct * facing + light.ambient * (0.9 + 0.1 * sample.ny);
    for (let channel = 0; channel < 3; channel++) {
      out[channel] = light.colour[channel]! * colour[channel]! * received;
    }
  };
}

function asSkin(drawing: FaceDrawing): FaceDrawing {
  const { mesh } = drawing.model;
  const materials = new Uint8Array(mesh.materials.length).fill(MATERIAL.skin);
  return { ...drawing, model: { ...drawing.model, mesh: { ...mesh, materials } } };
}
