import type { MeasureId, ProfileName } from '../../src/protocol/checks.ts';
import type { HintCode } from '../../src/protocol/hint-codes.ts';
import {
  type BodyScene,
  type BodySceneChanges,
  changeBodyScene,
} from '../../src/synthetic/body/body-scene.ts';

/** A stance in which every moderate measure of that profile passes. */
export const GOOD_STANCES = {
  'body-front': { yawDeg: 0, armsAwayDeg: 28, feetApartCm: 22 },
  'body-side': { yawDeg: 90, armsAwayDeg: 6, feetApartCm: 22 },
} as const satisfies Partial<Record<ProfileName, BodySceneChanges['stance']>>;

/** What hides a whole body against a wall and a floor of the same grey, in light without a direction. */
const LIKE_THE_WALL = {
  light: { intensity: 1, ambient: 1 },
  looks: { shirt: [163, 163, 163], trousers: [163, 163, 163], shoes: [163, 163, 163], skin: [163, 163, 163] },
  room: { wall: [150, 150, 150], floor: [150, 150, 150], contactShadow: 0, texture: 0 },
} as const;

export interface BodySceneFault {
  readonly profile: keyof typeof GOOD_STANCES;
  readonly measure: MeasureId;
  /** What is wrong, in the words of a test's title. */
  readonly name: string;
  /** What the person is told first. */
  readonly hint: HintCode;
  /** What differs from a good scene. */
  readonly changes: BodySceneChanges;
}

const front = (
  measure: MeasureId,
  name: string,
  hint: HintCode,
  changes: BodySceneChanges,
): BodySceneFault => ({ profile: 'body-front', measure, name, hint, changes });

const side = (
  measure: MeasureId,
  name: string,
  hint: HintCode,
  changes: BodySceneChanges,
): BodySceneFault => ({ profile: 'body-side', measure, name, hint, changes });

/** One clear fault each. Other measures may object too, later in the order of mending. */
export const BODY_SCENE_FAULTS: readonly BodySceneFault[] = [
  front('body-in-frame', 'too near, the feet outside', 'feet-in-view', { camera: { distanceCm: 180 } }),
  front('body-in-frame', 'a camera that looks up', 'feet-in-view', { camera: { tiltDeg: 12 } }),
  front('body-in-frame', 'a camera that looks down', 'head-in-view', { camera: { tiltDeg: -8 } }),
  front('body-in-frame', 'hands beyond both sides', 'arms-closer', { stance: { armsAwayDeg: 60 } }),
  front('body-ratio', 'far away', 'step-closer', { camera: { distanceCm: 420 } }),
  front('body-turn', 'turned half', 'face-camera', { stance: { yawDeg: 35 } }),
  front('body-turn', 'in profile', 'face-camera', { stance: GOOD_STANCES['body-side'] }),
  front('body-turn', 'from behind', 'face-camera', { stance: { yawDeg: 180 } }),
  front('upright', 'a camera held aslant', 'stand-upright', { camera: { rollDeg: 10 } }),
  front('arms-away', 'arms that touch the trunk', 'arms-away', { stance: { armsAwayDeg: 4 } }),
  front('arms-away', 'raised arms', 'arms-closer', {
    stance: { armsAwayDeg: 65 },
    camera: { distanceCm: 290 },
  }),
  front('feet-apart', 'feet together', 'feet-apart', { stance: { feetApartCm: 8 } }),
  front('feet-apart', 'a wide stand', 'feet-together', { stance: { feetApartCm: 70 } }),
  front('body-light', 'almost no light', 'more-light', { camera: { exposureEv: -4 } }),
  front('body-light', 'blown to white', 'less-light', { camera: { exposureEv: 2.5 } }),
  front('body-back-light', 'a bright wall behind an unlit body', 'avoid-back-light', {
    light: { intensity: 0.02, ambient: 0.02 },
    room: { wall: [255, 255, 255] },
  }),
  front('background-contrast', 'clothes like the wall', 'plain-background', LIKE_THE_WALL),
  side('body-turn', 'from the front', 'turn-sideways', { stance: { yawDeg: 0 } }),
  side('body-turn', 'turned half', 'turn-sideways', { stance: { yawDeg: 45 } }),
  side('body-in-frame', 'too near, the feet outside', 'feet-in-view', { camera: { distanceCm: 180 } }),
  side('body-ratio', 'far away', 'step-closer', { camera: { distanceCm: 420 } }),
  side('upright', 'a camera held aslant', 'stand-upright', { camera: { rollDeg: -16 } }),
];

/** At the size of a live preview. */
export function goodBodyScene(
  scene: BodyScene,
  profile: keyof typeof GOOD_STANCES,
  changes: BodySceneChanges = {},
): BodyScene {
  return changeBodyScene(scene, {
    width: 360,
    height: 640,
    ...changes,
    stance: { ...GOOD_STANCES[profile], ...changes.stance },
  });
}
