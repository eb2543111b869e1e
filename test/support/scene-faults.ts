import type { MeasureId } from '../../src/protocol/checks.ts';
import { sceneCamera } from '../../src/synthetic/camera-geometry.ts';
import { changeScene, type FaceScene, faceScene, type MonkTone } from '../../src/synthetic/face-scene.ts';
import { linearColour, luminance, skinColour } from '../../src/synthetic/srgb.ts';

export const MONK_TONES: readonly MonkTone[] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

/** Near, middle and far, all within the moderate face ratio in a 4:3 picture. */
export const GOOD_DISTANCES_CM: readonly number[] = [26, 30, 37];

/** A scene in which every measure of every moderate profile should pass. */
export function goodScene(skin: MonkTone = 5, distanceCm = 30, seed = 1): FaceScene {
  return faceScene({
    face: { skin, distanceCm },
    background: { seed },
    seed,
  });
}

export interface SceneFault {
  readonly measure: MeasureId;
  /** What is wrong, in the words of a test's title. */
  readonly name: string;
  /** The scene with that one thing clearly wrong. */
  apply(scene: FaceScene): FaceScene;
  /** Milliseconds after the unchanged scene, for what only shows between two pictures. */
  readonly afterGoodMs?: number;
}

/** Stops at which this scene's skin reaches well into the sensor's white. */
function blowingOutEv(scene: FaceScene): number {
  const [red, green, blue] = linearColour(skinColour(scene.face?.skin ?? 5));
  return Math.log2(1.25 / (luminance(red, green, blue) * 0.75));
}

/** Pixels that a length at the depth of the eyes and lips takes in the picture. */
function cmInPx(scene: FaceScene, lengthCm: number): number {
  return (lengthCm * sceneCamera(scene).focalPx) / ((scene.face?.distanceCm ?? 30) - 4);
}

/** At least one clear fault for every measure. Other measures may object too: a face out of frame is not centred either. */
export const SCENE_FAULTS: readonly SceneFault[] = [
  {
    measure: 'face-count',
    name: 'nobody',
    apply: (scene) => changeScene(scene, { face: null }),
  },
  {
    measure: 'face-count',
    name: 'a second person',
    apply: (scene) =>
      changeScene(scene, { others: [{ x: 0.87, y: 0.5, distanceCm: 45, skin: 7, yawDeg: -10 }] }),
  },
  {
    measure: 'out-of-frame',
    name: 'an ear and more outside',
    apply: (scene) => changeScene(scene, { face: { x: cmInPx(scene, 5.4) / scene.width } }),
  },
  {
    measure: 'face-ratio',
    name: 'too far away',
    apply: (scene) => changeScene(scene, { face: { distanceCm: 70 } }),
  },
  {
    measure: 'face-ratio',
    name: 'too near',
    apply: (scene) => changeScene(scene, { face: { distanceCm: 20 } }),
  },
  {
    measure: 'centring',
    name: 'left of the middle',
    apply: (scene) => changeScene(scene, { face: { x: 0.28 } }),
  },
  {
    measure: 'centring',
    name: 'below the middle',
    apply: (scene) => changeScene(scene, { face: { y: 0.75 } }),
  },
  {
    measure: 'roll',
    name: 'tilted to the image’s right',
    apply: (scene) => changeScene(scene, { face: { rollDeg: 20 } }),
  },
  {
    measure: 'roll',
    name: 'tilted to the image’s left',
    apply: (scene) => changeScene(scene, { face: { rollDeg: -20 } }),
  },
  {
    measure: 'yaw',
    name: 'turned to the image’s right',
    apply: (scene) => changeScene(scene, { face: { yawDeg: 24 } }),
  },
  {
    measure: 'yaw',
    name: 'turned to the image’s left',
    apply: (scene) => changeScene(scene, { face: { yawDeg: -24 } }),
  },
  { measure: 'pitch', name: 'chin up', apply: (scene) => changeScene(scene, { face: { pitchDeg: 20 } }) },
  { measure: 'pitch', name: 'chin down', apply: (scene) => changeScene(scene, { face: { pitchDeg: -20 } }) },
  { measure: 'back-light', name: 'a window behind', apply: (scene) => applyLight(scene, 'back-light') },
  { measure: 'exposure', name: 'too dark', apply: (scene) => applyLight(scene, 'dark') },
  { measure: 'exposure', name: 'too bright', apply: (scene) => applyLight(scene, 'over-exposed') },
  {
    measure: 'clipping',
    name: 'skin blown to white',
    apply: (scene) => changeScene(scene, { camera: { exposureEv: blowingOutEv(scene) } }),
  },
  { measure: 'side-light', name: 'light from one side', apply: (scene) => applyLight(scene, 'side-light') },
  { measure: 'colour-cast', name: 'a tungsten bulb', apply: (scene) => applyLight(scene, 'colour-cast') },
  {
    measure: 'eyes-open',
    name: 'eyes closed',
    apply: (scene) => changeScene(scene, { face: { eyesOpen: 0 } }),
  },
  {
    measure: 'mouth-closed',
    name: 'mouth open',
    apply: (scene) => changeScene(scene, { face: { mouthOpen: 0.8 } }),
  },
  {
    measure: 'resolution',
    name: 'a picture of few pixels',
    apply: (scene) => changeScene(scene, { width: scene.width * 0.375, height: scene.height * 0.375 }),
  },
  {
    measure: 'motion',
    name: 'moving fast',
    apply: (scene) =>
      changeScene(scene, { face: { x: (scene.face?.x ?? 0.5) + 0.06 }, seed: scene.seed + 1 }),
    afterGoodMs: 100,
  },
  {
    measure: 'sharpness',
    name: 'out of focus',
    apply: (scene) => changeScene(scene, { camera: { defocusPx: cmInPx(scene, 0.36) } }),
  },
  {
    measure: 'sharpness',
    name: 'smeared by motion',
    apply: (scene) =>
      changeScene(scene, { camera: { motionPx: { x: cmInPx(scene, 1.8), y: cmInPx(scene, 0.7) } } }),
  },
];

export const BAD_LIGHTS = ['dark', 'over-exposed', 'side-light', 'back-light', 'colour-cast'] as const;
export type BadLight = (typeof BAD_LIGHTS)[number];

/** The scene under one bad light, which does not depend on whose face it falls. */
export function applyLight(scene: FaceScene, light: BadLight): FaceScene {
  switch (light) {
    case 'dark':
      return changeScene(scene, { camera: { exposureEv: -3.5 } });
    case 'over-exposed':
      return changeScene(scene, { camera: { exposureEv: 2.2 } });
    case 'side-light':
      return changeScene(scene, { light: { azimuthDeg: 80, elevationDeg: 10, intensity: 1, ambient: 0.1 } });
    case 'back-light':
      return changeScene(scene, {
        light: { intensity: 0.22 },
        background: { window: { x: 0.02, y: -0.1, width: 0.96, height: 0.95, brightness: 1.6 } },
      });
    case 'colour-cast':
      return changeScene(scene, { light: { colour: [255, 170, 84] } });
  }
}
