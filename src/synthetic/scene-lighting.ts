import type { SceneLight } from './face-scene.ts';
import { linearColour, luminance } from './srgb.ts';

/** A light as the shader needs it: camera axes, linear. */
export interface Lighting {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  /** Half-way between the light and the camera's axis. */
  readonly halfX: number;
  readonly halfY: number;
  readonly halfZ: number;
  readonly direct: number;
  readonly ambient: number;
  /** Luminance 1. */
  readonly colour: readonly [number, number, number];
}

export function sceneLighting(light: SceneLight): Lighting {
  const azimuth = (light.azimuthDeg * Math.PI) / 180;
  const elevation = (light.elevationDeg * Math.PI) / 180;
  const x = Math.sin(azimuth) * Math.cos(elevation);
  const y = Math.sin(elevation);
  const z = Math.cos(azimuth) * Math.cos(elevation);
  const halfLength = Math.hypot(x, y, z + 1) || 1;
  const [red, green, blue] = linearColour(light.colour);
  const scale = 1 / (luminance(red, green, blue) || 1);
  return {
    x,
    y,
    z,
    halfX: x / halfLength,
    halfY: y / halfLength,
    halfZ: (z + 1) / halfLength,
    direct: light.intensity * (1 - light.ambient),
    ambient: light.intensity * light.ambient,
    colour: [red * scale, green * scale, blue * scale],
  };
}
