import type { MonkTone, SceneHair, SceneLight, Srgb } from '../face-scene.ts';

/** What a rendered figure shows. Plain data; lengths are centimetres, angles follow `vision/types.ts`. */

/** A horizontal section of the trunk or neck. */
export interface Section {
  readonly breadthCm: number;
  readonly depthCm: number;
}

/** Sizes of the figure; whatever is null follows from the stature by proportion. */
export interface SceneBody {
  /** Floor to the crown of the skull, without hair. */
  readonly statureCm: number;
  readonly neck: Section | null;
  readonly chest: Section | null;
  readonly waist: Section | null;
  readonly hip: Section | null;
  /** Between the outer ends of the shoulder blades (acromia). */
  readonly shoulderBreadthCm: number | null;
  /** Floor to crotch, which lies below the hips' section. */
  readonly inseamCm: number | null;
  /** Acromion to wrist. */
  readonly armLengthCm: number | null;
}

export interface SceneStance {
  /** 0 from the front, > 0: the nose points to the image's right, ±90 from the side. */
  readonly yawDeg: number;
  /** Between each hanging arm and the vertical, as seen from the front. */
  readonly armsAwayDeg: number;
  /** How far the arms are lifted to the front. */
  readonly armsForwardDeg: number;
  /** Between the middles of the ankles. */
  readonly feetApartCm: number;
}

/** An ID-1 card between thumb and fingers. With no angles it faces along the optical axis of a level camera, long side upright. */
export interface SceneCard {
  /** The subject's own. */
  readonly hand: 'left' | 'right';
  /** Raised: beside the shoulder. Hanging: below the hand. */
  readonly arm: 'raised' | 'hanging';
  /** About the horizontal; > 0: the upper edge leans back. */
  readonly tiltXDeg: number;
  /** About the vertical; > 0: the front turns to the image's right. */
  readonly tiltYDeg: number;
  /** In its plane, clockwise as seen; the hand turns with it. */
  readonly rollDeg: number;
  readonly colour: Srgb;
}

export interface SceneLooks {
  readonly skin: MonkTone | Srgb;
  readonly hair: SceneHair;
  readonly shirt: Srgb;
  readonly trousers: Srgb;
  /** null: bare feet. */
  readonly shoes: Srgb | null;
}

/** A plain wall and floor. Colours are as seen at 0 EV under white light. */
export interface SceneRoom {
  readonly wall: Srgb;
  readonly floor: Srgb;
  /** From the middle of the body to the wall behind it. */
  readonly wallDistanceCm: number;
  /** 0..1: unevenness of wall and floor. */
  readonly texture: number;
  /** 0..1: how dark it is where the feet stand. */
  readonly contactShadow: number;
}

export interface BodyCamera {
  /** Above the floor. */
  readonly heightCm: number;
  /** Along the floor to the middle of the body. */
  readonly distanceCm: number;
  readonly verticalFovDeg: number;
  /** > 0: looks up. */
  readonly tiltDeg: number;
  /** > 0: the camera leans to its right, so that the figure leans to the image's left. */
  readonly rollDeg: number;
  /** Stops; clips like a sensor. */
  readonly exposureEv: number;
  /** Standard deviation of a Gaussian. */
  readonly defocusPx: number;
  /** Standard deviation at white, in linear light. */
  readonly noise: number;
}

export interface BodyScene {
  readonly width: number;
  readonly height: number;
  readonly body: SceneBody;
  readonly stance: SceneStance;
  readonly looks: SceneLooks;
  readonly card: SceneCard | null;
  readonly camera: BodyCamera;
  readonly light: SceneLight;
  readonly room: SceneRoom;
  /** Decides the sensor's noise: the same scene gives the same bytes. */
  readonly seed: number;
}

export const DEFAULT_CARD: SceneCard = {
  hand: 'right',
  arm: 'raised',
  tiltXDeg: 0,
  tiltYDeg: 0,
  rollDeg: 0,
  colour: [244, 244, 240],
};

/** A person of middle size seen from the front, whole, by a phone held level. */
export const DEFAULT_BODY_SCENE: BodyScene = {
  width: 720,
  height: 1280,
  body: {
    statureCm: 170,
    neck: null,
    chest: null,
    waist: null,
    hip: null,
    shoulderBreadthCm: null,
    inseamCm: null,
    armLengthCm: null,
  },
  stance: { yawDeg: 0, armsAwayDeg: 30, armsForwardDeg: 0, feetApartCm: 24 },
  looks: {
    skin: 5,
    hair: { style: 'short', colour: [44, 32, 26] },
    shirt: [58, 84, 120],
    trousers: [52, 54, 62],
    shoes: [228, 226, 222],
  },
  card: null,
  camera: {
    heightCm: 95,
    distanceCm: 240,
    verticalFovDeg: 50,
    tiltDeg: 0,
    rollDeg: 0,
    exposureEv: 0,
    defocusPx: 0,
    noise: 0.01,
  },
  light: { azimuthDeg: 25, elevationDeg: 40, intensity: 0.85, ambient: 0.5, colour: [255, 255, 255] },
  room: {
    wall: [164, 168, 172],
    floor: [150, 132, 112],
    wallDistanceCm: 90,
    texture: 0.3,
    contactShadow: 0.6,
  },
  seed: 1,
};

/** What differs from a scene; whatever is not named stays. */
export interface BodySceneChanges {
  readonly width?: number;
  readonly height?: number;
  readonly body?: Partial<SceneBody>;
  readonly stance?: Partial<SceneStance>;
  readonly looks?: Partial<SceneLooks>;
  /** Completed from the scene's card, or from DEFAULT_CARD. */
  readonly card?: Partial<SceneCard> | null;
  readonly camera?: Partial<BodyCamera>;
  readonly light?: Partial<SceneLight>;
  readonly room?: Partial<SceneRoom>;
  readonly seed?: number;
}

/** The scene with the changes applied, as a new object. */
export function changeBodyScene(scene: BodyScene, changes: BodySceneChanges): BodyScene {
  const card =
    changes.card === undefined
      ? scene.card
      : changes.card && { ...(scene.card ?? DEFAULT_CARD), ...changes.card };
  return {
    width: changes.width ?? scene.width,
    height: changes.height ?? scene.height,
    body: { ...scene.body, ...changes.body },
    stance: { ...scene.stance, ...changes.stance },
    looks: { ...scene.looks, ...changes.looks },
    card,
    camera: { ...scene.camera, ...changes.camera },
    light: { ...scene.light, ...changes.light },
    room: { ...scene.room, ...changes.room },
    seed: changes.seed ?? scene.seed,
  };
}

/** A scene by what is special about it: `bodyScene({ stance: { yawDeg: 90 } })`. */
export function bodyScene(changes: BodySceneChanges = {}): BodyScene {
  return changeBodyScene(DEFAULT_BODY_SCENE, changes);
}
