import type { FaceDrawing } from './face-drawing.ts';
import { TEXEL, TEXTURE_NEUTRAL, TEXTURE_SIZE } from './face-texture.ts';
import { INNER_LIP_UPPER } from './face-topology.ts';
import { MATERIAL } from './mesh-builder.ts';
import type { Lighting } from './scene-lighting.ts';
import { smoothstep, valueNoise } from './seeded-noise.ts';
import { linearColour, skinColour } from './srgb.ts';
import { readSurface, type SurfaceSample } from './surface-sample.ts';

/** Writes the linear light that one triangle of one head sends to a place of the screen (pixels). */
export type Shader = (triangle: number, px: number, py: number, out: Float32Array) => void;

const EYE = { x: 3.16, y: 2.66, ballCm: 1.25, irisCm: 0.57, pupilCm: 0.22 };
const IRIS = linearColour([96, 66, 42]);
const SCLERA = linearColour([226, 221, 214]);
const TEETH = linearColour([228, 220, 202]);
/** Light that wraps around the edge of shadow, more of it red: skin lets it through. */
const SKIN_WRAP = [0.25, 0.19, 0.15] as const;

export function createFaceShader(drawing: FaceDrawing, texture: Uint8Array, light: Lighting): Shader {
  const { materials } = drawing.model.mesh;
  const sample: SurfaceSample = { nx: 0, ny: 0, nz: 0, u: 0, v: 0, x: 0, y: 0, z: 0 };
  const skin = linearColour(skinColour(drawing.face.skin));
  const hair = linearColour(drawing.face.hair.colour);
  const cloth = linearColour(drawing.face.clothes);
  const ink = hair.map((value, channel) => Math.min(value * 0.7, skin[channel]! * 0.25));
  const lip = [skin[0] * 0.74 + 0.03, skin[1] * 0.46 + 0.002, skin[2] * 0.5 + 0.004];
  const throat = [0.02 + skin[0] * 0.07, 0.006 + skin[1] * 0.012, 0.006 + skin[2] * 0.01];
  const gaze = eyeGaze(drawing);
  const lipLine = INNER_LIP_UPPER.map(
    (vertex) => [drawing.local[vertex * 3]!, drawing.local[vertex * 3 + 1]!] as const,
  );
  const texel = new Float32Array(4);

  const shadeSkin = (
    out: Float32Array,
    red: number,
    green: number,
    blue: number,
    occlusion: number,
    gloss: number,
  ): void => {
    const { nx, ny, nz } = sample;
    const facing = nx * light.x + ny * light.y + nz * light.z;
    const ambient = light.ambient * (0.84 + 0.16 * ny) * (0.72 + 0.28 * nz) * occlusion;
    const half = Math.max(0, nx * light.halfX + ny * light.halfY + nz * light.halfZ);
    const half4 = half * half * half * half;
    const half16 = half4 * half4 * half4 * half4;
    const rim = 1 - Math.max(0, nz);
    const shine =
      gloss *
      (light.direct * (0.05 * half4 * half4 + 0.05 * half16) + light.ambient * 0.05 * rim * rim * rim);
    for (let channel = 0; channel < 3; channel++) {
      const wrap = SKIN_WRAP[channel]!;
      const direct = light.direct * Math.max(0, (facing + wrap) / (1 + wrap)) * (0.5 + 0.5 * occlusion);
      const albedo = channel === 0 ? red : channel === 1 ? green : blue;
      out[channel] = light.colour[channel]! * (albedo * (ambient + direct) + shine);
    }
  };

  const shadeMatte = (
    out: Float32Array,
    colour: readonly number[],
    brightness: number,
    gloss: number,
  ): void => {
    const { nx, ny, nz } = sample;
    const facing = Math.max(0, (nx * light.x + ny * light.y + nz * light.z + 0.2) / 1.2);
    const half = Math.max(0, nx * light.halfX + ny * light.halfY + nz * light.halfZ);
    const received = (light.direct * facing + light.ambient * (0.85 + 0.15 * ny)) * brightness;
    const shine = gloss * light.direct * half ** 10;
    for (let channel = 0; channel < 3; channel++) {
      out[channel] = light.colour[channel]! * (colour[channel]! * received + shine);
    }
  };

  const shadeFace = (out: Float32Array): void => {
    readTexel(texture, sample.u, sample.v, texel);
    const lipShare = texel[TEXEL.lip]! / 255;
    const inkShare = texel[TEXEL.ink]! / 255;
    const shade = texel[TEXEL.shade]! / TEXTURE_NEUTRAL;
    const flush = texel[TEXEL.red]! / 255;
    let red = skin[0] * (1 + 0.06 * flush);
    let green = skin[1] * (1 - 0.1 * flush);
    let blue = skin[2] * (1 - 0.1 * flush);
    red += (lip[0]! - red) * lipShare;
    green += (lip[1]! - green) * lipShare;
    blue += (lip[2]! - blue) * lipShare;
    red = (red + (ink[0]! - red) * inkShare) * shade;
    green = (green + (ink[1]! - green) * inkShare) * shade;
    blue = (blue + (ink[2]! - blue) * inkShare) * shade;
    shadeSkin(out, red, green, blue, Math.min(1, shade), (1 - inkShare) * shade * (1 + lipShare));
  };

  const shadeEye = (out: Float32Array): void => {
    const side = sample.x < 0 ? -1 : 1;
    const dx = sample.x - side * EYE.x;
    const dy = sample.y - EYE.y;
    const ballX = dx / EYE.ballCm;
    const ballY = dy / EYE.ballCm;
    const ballZ = Math.sqrt(Math.max(0.15, 1 - ballX * ballX - ballY * ballY));
    const m = drawing.rotation;
    sample.nx = m[0]! * ballX + m[1]! * ballY + m[2]! * ballZ;
    sample.ny = m[3]! * ballX + m[4]! * ballY + m[5]! * ballZ;
    sample.nz = m[6]! * ballX + m[7]! * ballY + m[8]! * ballZ;
    const irisX = dx - gaze[0];
    const irisY = dy - gaze[1];
    const radius = Math.sqrt(irisX * irisX + irisY * irisY);
    // The upper lid and its lashes keep light off the ball, the corners are pink.
    const lidShadow = 1 - 0.5 * smoothstep(0.02, 0.5, dy) - 0.25 * smoothstep(0.7, 1.3, Math.abs(dx));
    const pink = smoothstep(0.8, 1.25, -dx * side) * 0.6;
    const iris = 1 - smoothstep(EYE.irisCm - 0.05, EYE.irisCm + 0.03, radius);
    const pupil = 1 - smoothstep(EYE.pupilCm - 0.03, EYE.pupilCm + 0.03, radius);
    const ring = 0.45 + 0.55 * (1 - smoothstep(EYE.irisCm * 0.6, EYE.irisCm, radius));
    const facing = Math.max(0, (sample.nx * light.x + sample.ny * light.y + sample.nz * light.z + 0.2) / 1.2);
    const received = (light.direct * facing + light.ambient * 0.85) * lidShadow;
    const glint =
      (light.direct + light.ambient * 0.4) *
      (1 -
        smoothstep(
          0.05,
          0.11,
          Math.hypot(irisX - 0.2 * light.halfX - 0.06, irisY - 0.16 * light.halfY - 0.06),
        ));
    for (let channel = 0; channel < 3; channel++) {
      const white = SCLERA[channel]! * (channel === 0 ? 1 : 1 - 0.45 * pink);
      const coloured = white + (IRIS[channel]! * ring - white) * iris;
      out[channel] = light.colour[channel]! * (coloured * (1 - 0.96 * pupil) * received + glint * 0.9);
    }
  };

  const shadeMouth = (out: Float32Array): void => {
    const below = lipHeight(lipLine, sample.x) - sample.y;
    const tooth =
      (1 - smoothstep(0.55, 0.7, below)) *
      smoothstep(0.02, 0.1, below) *
      (1 - smoothstep(1.5, 2, Math.abs(sample.x)));
    const gap = 1 - 0.35 * (1 - smoothstep(0, 0.07, Math.abs(((Math.abs(sample.x) + 0.4) % 0.8) - 0.4)));
    const depth = 0.7 - 0.5 * smoothstep(0.3, 1.4, below);
    const received = (light.direct + light.ambient) * depth;
    for (let channel = 0; channel < 3; channel++) {
      const albedo = throat[channel]! + (TEETH[channel]! * gap - throat[channel]!) * tooth;
      out[channel] = light.colour[channel]! * albedo * received;
    }
  };

  return (triangle, px, py, out) => {
    readSurface(drawing, triangle, px, py, sample);
    const material = materials[triangle]!;
    if (material === MATERIAL.face) shadeFace(out);
    else if (material === MATERIAL.skin) shadeSkin(out, skin[0], skin[1], skin[2], 1, 1);
    else if (material === MATERIAL.eye) shadeEye(out);
    else if (material === MATERIAL.mouth) shadeMouth(out);
    else if (material === MATERIAL.neck) {
      // The chin keeps light off the throat.
      const open = 0.5 + 0.5 * smoothstep(0.12, 0.42, sample.v);
      shadeSkin(out, skin[0] * open, skin[1] * open, skin[2] * open, open, 0.6);
    } else if (material === MATERIAL.cloth) {
      const weave = valueNoise(sample.x * 6, sample.y * 6, 31);
      shadeMatte(out, cloth, 0.85 + 0.3 * weave, 0);
    } else {
      if (material === MATERIAL.curtain && sample.nz < 0) {
        sample.nx = -sample.nx;
        sample.ny = -sample.ny;
        sample.nz = -sample.nz;
      }
      const fine = valueNoise(sample.u * 130, sample.v * 5, 21);
      const lock = valueNoise(sample.u * 30, sample.v * 3, 22);
      shadeMatte(out, hair, 0.45 + 0.55 * fine + 0.5 * lock, 0.03 * fine);
    }
  };
}

/** How far the irises move off the middle of the eyes (cm): people half keep looking at the camera when they turn. */
function eyeGaze(drawing: FaceDrawing): readonly [number, number] {
  const towardsX = -Math.sin((drawing.face.yawDeg * Math.PI) / 180) * EYE.ballCm * 0.5;
  const towardsY = -Math.sin((drawing.face.pitchDeg * Math.PI) / 180) * EYE.ballCm * 0.5;
  return [Math.max(-0.4, Math.min(0.4, towardsX)), Math.max(-0.2, Math.min(0.2, towardsY))];
}

function lipHeight(line: readonly (readonly [number, number])[], x: number): number {
  for (let at = 1; at < line.length; at++) {
    const [bx, by] = line[at]!;
    if (x > bx && at < line.length - 1) continue;
    const [ax, ay] = line[at - 1]!;
    return ay + ((by - ay) * (x - ax)) / (bx - ax || 1);
  }
  return 0;
}

function readTexel(texture: Uint8Array, u: number, v: number, out: Float32Array): void {
  const x = Math.min(TEXTURE_SIZE - 1.001, Math.max(0, u * TEXTURE_SIZE - 0.5));
  const y = Math.min(TEXTURE_SIZE - 1.001, Math.max(0, (1 - v) * TEXTURE_SIZE - 0.5));
  const column = x | 0;
  const row = y | 0;
  const fx = x - column;
  const fy = y - row;
  const at = (row * TEXTURE_SIZE + column) * 4;
  const below = at + TEXTURE_SIZE * 4;
  const w00 = (1 - fx) * (1 - fy);
  const w10 = fx * (1 - fy);
  const w01 = (1 - fx) * fy;
  const w11 = fx * fy;
  for (let channel = 0; channel < 4; channel++) {
    out[channel] =
      texture[at + channel]! * w00 +
      texture[at + 4 + channel]! * w10 +
      texture[below + channel]! * w01 +
      texture[below + 4 + channel]! * w11;
  }
}
