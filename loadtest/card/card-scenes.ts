import { type CardLook, drawCard, type PlacedCard, placeCard } from '../../src/synthetic/draw-card.ts';
import { defocus } from '../../src/synthetic/lens.ts';
import { seededRandom, smoothstep, valueNoise } from '../../src/synthetic/seeded-noise.ts';
import { expose } from '../../src/synthetic/sensor.ts';
import type { RgbImage } from '../../src/vision/types.ts';

export const BACKGROUNDS = ['wall', 'clothes', 'hand'] as const;
export type CardBackground = (typeof BACKGROUNDS)[number];

/** Light on everything by channel, linear, luminance about 0.8: daylight, a warm lamp, a bluish sky. */
export const ILLUMINANTS = {
  daylight: [0.8, 0.8, 0.8],
  warm: [1.05, 0.77, 0.4],
  cool: [0.64, 0.83, 1.05],
} as const;
export type Illuminant = keyof typeof ILLUMINANTS;

export interface CardScene {
  readonly width: number;
  readonly height: number;
  readonly focalPx: number;
  readonly background: CardBackground;
  readonly illuminant: Illuminant;
  readonly hasPrint: boolean;
  /** Of a card that faces the camera. */
  readonly cardPx: number;
  readonly x: number;
  readonly y: number;
  readonly turnDeg: number;
  readonly yawDeg: number;
  readonly pitchDeg: number;
  readonly blurPx: number;
  readonly noise: number;
  readonly seed: number;
}

export interface RenderedCardScene {
  readonly image: RgbImage;
  readonly truth: PlacedCard;
}

const CARD_CM = 8.56;
/** Of a phone's main camera held upright: 63° of height, as assumed, and what others have. */
const VERTICAL_FOV_DEG = [55, 75] as const;

/** Scenes as the accuracy is asked for: up to `maxTiltDeg` about both axes, cards of 60 to 200 pixels of 1706. */
export function cardSceneOf(
  seed: number,
  size: { width: number; height: number },
  maxTiltDeg = 25,
): CardScene {
  const random = seededRandom(seed);
  const between = (least: number, most: number) => least + random() * (most - least);
  const { width, height } = size;
  const cardPx = between(60, 200);
  const fovDeg = between(...VERTICAL_FOV_DEG);
  // A tilt and its direction, so that the whole is at most the angle that is asked for.
  const tilt = between(0, maxTiltDeg);
  const direction = between(0, 2 * Math.PI);
  return {
    width,
    height,
    focalPx: height / 2 / Math.tan((fovDeg * Math.PI) / 360),
    background: BACKGROUNDS[Math.floor(random() * 3)]!,
    illuminant: (Object.keys(ILLUMINANTS) as Illuminant[])[Math.floor(random() * 3)]!,
    hasPrint: random() < 0.5,
    cardPx,
    x: width / 2 + between(-1, 1) * Math.max(0, width / 2 - 0.8 * cardPx),
    y: height / 2 + between(-1, 1) * Math.max(0, height / 2 - 0.8 * cardPx),
    turnDeg: between(0, 360),
    yawDeg: tilt * Math.cos(direction),
    pitchDeg: tilt * Math.sin(direction),
    blurPx: between(0.5, 1.2),
    noise: between(0.005, 0.025),
    seed,
  };
}

/** @param options.withCard false: the same picture without it */
export function renderCardScene(
  scene: CardScene,
  options: { readonly withCard?: boolean; shade?: CardLook['shade'] } = {},
): RenderedCardScene {
  const { width, height, focalPx } = scene;
  const light = ILLUMINANTS[scene.illuminant];
  const truth = placeCard({ ...scene, distanceCm: (focalPx * CARD_CM) / scene.cardPx });
  const picture = new Float32Array(width * height * 3);
  paintBackground(picture, scene, light);
  if (options.withCard !== false) {
    drawCard(picture, width, height, truth, { light, hasPrint: scene.hasPrint, shade: options.shade });
  }
  if (scene.background === 'hand') paintHand(picture, scene, truth, light);
  defocus(picture, width, height, scene.blurPx);
  const data = expose(picture, { exposureEv: 0, noise: scene.noise, seed: scene.seed });
  return { image: { data, width, height }, truth };
}

type Light = readonly [number, number, number];

function paintBackground(picture: Float32Array, scene: CardScene, light: Light): void {
  const { width, height, seed } = scene;
  const random = seededRandom(seed ^ 0x5bd1);
  const level = 0.08 + random() * (scene.background === 'wall' ? 0.55 : 0.3);
  const tint = [0.85 + random() * 0.3, 0.9 + random() * 0.2, 0.8 + random() * 0.3];
  const gradient = (random() - 0.5) * 0.5;
  const isCloth = scene.background !== 'wall';
  const stripePx = 8 + random() * 40;
  const stripes = random() < 0.5 ? 0.5 : 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let brightness = level * (1 + gradient * (y / height - 0.5));
      if (isCloth) {
        const folds = valueNoise(x / 90, y / 140, seed) - 0.5;
        const weave = valueNoise(x / 3, y / 3, seed + 1) - 0.5;
        brightness *= 1 + 0.8 * folds + 0.3 * weave;
        if (stripes > 0 && Math.floor((x + 25 * folds) / stripePx) % 2 === 0) brightness *= 1 - stripes;
      }
      const at = (y * width + x) * 3;
      for (let channel = 0; channel < 3; channel++) {
        picture[at + channel] = brightness * tint[channel]! * light[channel]!;
      }
    }
  }
}

/** A thumb over one corner, and a palm that goes on outside of the card. */
function paintHand(
  picture: Float32Array,
  scene: CardScene,
  { corners, pxPerCm }: PlacedCard,
  light: Light,
): void {
  const { width, height, seed } = scene;
  const random = seededRandom(seed ^ 0x77aa);
  const corner = Math.floor(random() * 4);
  const [cx, cy] = [corners[corner * 2]!, corners[corner * 2 + 1]!];
  const [ax, ay] = [corners[((corner + 2) % 4) * 2]!, corners[((corner + 2) % 4) * 2 + 1]!];
  const length = Math.hypot(ax - cx, ay - cy);
  const [dx, dy] = [(ax - cx) / length, (ay - cy) / length];
  const skin = random() < 0.5 ? [0.55, 0.36, 0.26] : [0.2, 0.11, 0.07];
  const thumbPx = 0.9 * pxPerCm;
  const reach = (0.6 + random() * 0.8) * pxPerCm;
  const palmPx = 3.2 * pxPerCm;
  // Round ends: from the palm's middle to where the thumb reaches over the corner.
  const palm = { x: cx - dx * 3.8 * pxPerCm, y: cy - dy * 3.8 * pxPerCm };
  const tip = { x: cx + dx * (reach - thumbPx), y: cy + dy * (reach - thumbPx) };
  const far = palmPx + 8 * pxPerCm;
  for (let y = Math.max(0, Math.floor(cy - far)); y < Math.min(height, cy + far); y++) {
    for (let x = Math.max(0, Math.floor(cx - far)); x < Math.min(width, cx + far); x++) {
      const wobble = (valueNoise(x / (1.5 * pxPerCm), y / (1.5 * pxPerCm), seed) - 0.5) * 0.4 * pxPerCm;
      const away = Math.min(
        toSegment(x, y, palm, tip) - thumbPx,
        Math.hypot(x - palm.x, y - palm.y) - palmPx - wobble,
      );
      const cover = 1 - smoothstep(-0.7, 0.7, away);
      if (cover === 0) continue;
      const round = 0.75 + 0.25 * Math.min(1, -away / thumbPx);
      const at = (y * width + x) * 3;
      for (let channel = 0; channel < 3; channel++) {
        const colour = skin[channel]! * light[channel]! * round;
        picture[at + channel] = picture[at + channel]! + (colour - picture[at + channel]!) * cover;
      }
    }
  }
}

function toSegment(
  x: number,
  y: number,
  from: { x: number; y: number },
  to: { x: number; y: number },
): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const along = Math.min(1, Math.max(0, ((x - from.x) * dx + (y - from.y) * dy) / (dx * dx + dy * dy)));
  return Math.hypot(x - from.x - along * dx, y - from.y - along * dy);
}
