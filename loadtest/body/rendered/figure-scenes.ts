import { type BodyScene, bodyScene, type SceneBody } from '../../../src/synthetic/body/body-scene.ts';
import type { Srgb } from '../../../src/synthetic/face-scene.ts';
import { seededRandom } from '../../../src/synthetic/seeded-noise.ts';

/** From the camera to the body: as near as a tall person fits, and a third farther. */
export const DISTANCES_CM = [265, 330] as const;
const MAX_CARD_TILT_DEG = 25;
/** As a phone's picture is decoded. */
const SIZE = { width: 1080, height: 1920 };
/**
 * Skin as it reflects (L* 18 to 70), not the Monk scale's swatches, whose palest are as white as the card. No hand is,
 * and the card cannot be told from one that was.
 */
const SKINS: readonly Srgb[] = [
  [205, 162, 143],
  [190, 142, 120],
  [160, 115, 92],
  [105, 72, 56],
  [62, 44, 36],
];
/** Backgrounds that live guidance lets pass: the card stands out from them. */
const WALLS: readonly Srgb[] = [
  [96, 104, 112],
  [128, 132, 136],
  [140, 120, 100],
  [70, 74, 78],
];
const SHIRTS: readonly Srgb[] = [
  [58, 84, 120],
  [150, 60, 50],
  [40, 110, 80],
  [220, 210, 190],
];
const HAIR: readonly BodyScene['looks']['hair'][] = [
  { style: 'none', colour: [0, 0, 0] },
  { style: 'short', colour: [44, 32, 26] },
  { style: 'short', colour: [120, 90, 60] },
  { style: 'long', colour: [90, 60, 30] },
];

/** One person's two pictures: from the front with a card beside the shoulder, and from one side or the other. */
export interface FigureScenes {
  readonly front: BodyScene;
  readonly side: BodyScene;
}

export function figureScenes(body: SceneBody, distanceCm: number, seed: number): FigureScenes {
  const random = seededRandom(seed);
  const between = (least: number, most: number) => least + random() * (most - least);
  const of = <Choice>(choices: readonly Choice[]) => choices[Math.floor(random() * choices.length)]!;
  // A tilt and its direction, so that the whole is at most the angle that is asked for.
  const tilt = MAX_CARD_TILT_DEG * Math.sqrt(random());
  const direction = between(0, 2 * Math.PI);
  const shared = {
    ...SIZE,
    body,
    looks: { skin: of(SKINS), hair: of(HAIR), shirt: of(SHIRTS) },
    room: { wall: of(WALLS) },
    seed,
  };
  const camera = () => ({
    distanceCm,
    heightCm: between(85, 100),
    tiltDeg: between(-2, 2),
    rollDeg: between(-1, 1),
    defocusPx: 0.6,
  });
  return {
    front: bodyScene({
      ...shared,
      camera: camera(),
      stance: { armsAwayDeg: 30 },
      card: {
        hand: of(['left', 'right'] as const),
        tiltXDeg: tilt * Math.cos(direction),
        tiltYDeg: tilt * Math.sin(direction),
      },
    }),
    side: bodyScene({
      ...shared,
      camera: camera(),
      stance: { yawDeg: of([90, -90] as const), armsAwayDeg: 6 },
    }),
  };
}
