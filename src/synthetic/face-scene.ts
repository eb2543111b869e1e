/** What a rendered picture shows. Plain data; angles follow `vision/types.ts`, lengths are centimetres. */

/** 8-bit sRGB. */
export type Srgb = readonly [red: number, green: number, blue: number];

/** The ten tones of the Monk scale, lightest first. */
export type MonkTone = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10;

export interface SceneHair {
  readonly style: 'none' | 'short' | 'long';
  readonly colour: Srgb;
}

export interface SceneFace {
  /** > 0: the nose points to the image's right. */
  readonly yawDeg: number;
  /** > 0: chin up. */
  readonly pitchDeg: number;
  /** > 0: the image-right eye is lower. */
  readonly rollDeg: number;
  /** From the camera to the canonical face's origin (the middle of the head), along the optical axis. */
  readonly distanceCm: number;
  /** Where that origin appears, as shares of the frame's width and height. */
  readonly x: number;
  readonly y: number;
  readonly skin: MonkTone | Srgb;
  /** 0 closed .. 1 open. */
  readonly eyesOpen: number;
  /** 0 closed .. 1 wide open. */
  readonly mouthOpen: number;
  /** 0 neutral .. 1 broad, lips closed. */
  readonly smile: number;
  readonly hair: SceneHair;
  readonly clothes: Srgb;
}

export interface SceneLight {
  /** Where it comes from as seen in the image: 0 from the camera, > 0 from the image's right, 180 from behind. */
  readonly azimuthDeg: number;
  /** > 0: from above. */
  readonly elevationDeg: number;
  /** What a white surface that faces the light sends back at 0 EV: 1 is the sensor's white. */
  readonly intensity: number;
  /** The share of the intensity that comes from everywhere, 0..1. */
  readonly ambient: number;
  /** Only its hue and saturation count: it is scaled to luminance 1. It tints the background too. */
  readonly colour: Srgb;
}

/** A bright rectangle behind everybody; sides are shares of the frame, brightness is linear (1 is white at 0 EV). */
export interface SceneWindow {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly brightness: number;
}

export interface SceneBackground {
  /** As seen at 0 EV under white light: it does not depend on the light's intensity. */
  readonly colour: Srgb;
  /** -1..1: how much brighter (> 0) the top is than the bottom. */
  readonly gradient: number;
  /** 0..1: contrast of the room's furniture and of the wall. */
  readonly texture: number;
  readonly window: SceneWindow | null;
  /** Decides where the furniture stands. */
  readonly seed: number;
}

export interface SceneCamera {
  readonly verticalFovDeg: number;
  /** Stops; clips like a sensor. */
  readonly exposureEv: number;
  /** Standard deviation of a Gaussian. */
  readonly defocusPx: number;
  /** The way of the picture during the exposure. */
  readonly motionPx: { readonly x: number; readonly y: number };
  /** Standard deviation at white, in linear light; shot noise falls with the root of the signal. */
  readonly noise: number;
}

export interface FaceScene {
  readonly width: number;
  readonly height: number;
  /** null: an empty room. */
  readonly face: SceneFace | null;
  /** Whoever else is in view. */
  readonly others: readonly SceneFace[];
  readonly light: SceneLight;
  readonly background: SceneBackground;
  readonly camera: SceneCamera;
  /** Decides the sensor's noise: the same scene gives the same bytes. */
  readonly seed: number;
}

export const DEFAULT_FACE: SceneFace = {
  yawDeg: 0,
  pitchDeg: 0,
  rollDeg: 0,
  distanceCm: 30,
  x: 0.5,
  y: 0.5,
  skin: 4,
  eyesOpen: 1,
  mouthOpen: 0,
  smile: 0,
  hair: { style: 'short', colour: [44, 32, 26] },
  clothes: [70, 92, 120],
};

/** A well-lit, sharp, frontal face in front of a plain wall. */
export const DEFAULT_SCENE: FaceScene = {
  width: 512,
  height: 384,
  face: DEFAULT_FACE,
  others: [],
  light: { azimuthDeg: 0, elevationDeg: 25, intensity: 0.8, ambient: 0.5, colour: [255, 255, 255] },
  background: { colour: [150, 152, 156], gradient: 0.15, texture: 0.25, window: null, seed: 1 },
  camera: { verticalFovDeg: 63, exposureEv: 0, defocusPx: 0, motionPx: { x: 0, y: 0 }, noise: 0.01 },
  seed: 1,
};

/** What differs from a scene; whatever is not named stays. */
export interface SceneChanges {
  readonly width?: number;
  readonly height?: number;
  readonly face?: Partial<SceneFace> | null;
  /** Replaces the list; each is completed from DEFAULT_FACE. */
  readonly others?: readonly Partial<SceneFace>[];
  readonly light?: Partial<SceneLight>;
  readonly background?: Partial<SceneBackground>;
  readonly camera?: Partial<SceneCamera>;
  readonly seed?: number;
}

/** The scene with the changes applied, as a new object. */
export function changeScene(scene: FaceScene, changes: SceneChanges): FaceScene {
  const face =
    changes.face === undefined
      ? scene.face
      : changes.face && { ...(scene.face ?? DEFAULT_FACE), ...changes.face };
  return {
    width: changes.width ?? scene.width,
    height: changes.height ?? scene.height,
    face,
    others: changes.others?.map((other) => ({ ...DEFAULT_FACE, ...other })) ?? scene.others,
    light: { ...scene.light, ...changes.light },
    background: { ...scene.background, ...changes.background },
    camera: { ...scene.camera, ...changes.camera },
    seed: changes.seed ?? scene.seed,
  };
}

/** A scene by what is special about it: `faceScene({ face: { yawDeg: 20 } })`. */
export function faceScene(changes: SceneChanges = {}): FaceScene {
  return changeScene(DEFAULT_SCENE, changes);
}
