import type { BodyView } from '../../protocol/body-vocabulary.ts';
import type { CanonicalFace, RgbImage } from '../../vision/types.ts';
import { drawCardInto, placeCard } from '../draw-card.ts';
import { type BodySceneChanges, bodyScene } from './body-scene.ts';
import { renderBody } from './render-body.ts';

/** As a phone gives them. */
const SIZE = { width: 720, height: 1280 };
/** What is wrong at first, and what is right then; the sensor's noise differs from picture to picture. */
export interface DemoPictures {
  readonly wrong: RgbImage;
  readonly right: readonly RgbImage[];
}

const FIGURES: Readonly<
  Record<Exclude<BodyView, 'ref'>, readonly [wrong: BodySceneChanges, right: BodySceneChanges]>
> = {
  front: [{ stance: { armsAwayDeg: 5, feetApartCm: 22 } }, { stance: { armsAwayDeg: 28, feetApartCm: 22 } }],
  side: [
    { stance: { yawDeg: 20, armsAwayDeg: 10 } },
    { stance: { yawDeg: 90, armsAwayDeg: 6, feetApartCm: 22 } },
  ],
  portrait: [
    { camera: { heightCm: 157, distanceCm: 150, verticalFovDeg: 50 } },
    { camera: { heightCm: 158, distanceCm: 62, verticalFovDeg: 50 } },
  ],
};

/** Draws what the demo shows of a view: some seconds of work. */
export function demoPictures(view: BodyView, canonical: CanonicalFace): DemoPictures {
  if (view === 'ref') {
    return { wrong: cardPicture(125, 1), right: [cardPicture(30, 2), cardPicture(30, 3)] };
  }
  const [wrong, right] = FIGURES[view];
  const draw = (changes: BodySceneChanges, seed: number): RgbImage =>
    renderBody(bodyScene({ ...SIZE, ...changes, seed }), canonical).image;
  return { wrong: draw(wrong, 1), right: [draw(right, 2), draw(right, 3)] };
}

/** Long enough to read a hint, and to hold still. */
const WRONG_MS = 3500;
const RIGHT_MS = 6000;

/** What is wrong for a while, then what is right; a figure takes too long to draw for each picture to be new. */
export function* demoBodySequence(
  view: BodyView,
  canonical: CanonicalFace,
  { fps }: { readonly fps: number },
): Generator<{ readonly timeMs: number; readonly image: RgbImage }, undefined> {
  const { wrong, right } = demoPictures(view, canonical);
  for (let frame = 0; (frame * 1000) / fps < WRONG_MS + RIGHT_MS; frame++) {
    const timeMs = (frame * 1000) / fps;
    yield { timeMs, image: timeMs < WRONG_MS ? wrong : right[frame % right.length]! };
  }
}

function cardPicture(distanceCm: number, seed: number): RgbImage {
  const { width, height } = SIZE;
  const wall = { width, height, data: new Uint8Array(width * height * 3).fill(78) };
  const placed = placeCard({
    ...SIZE,
    focalPx: 1040,
    x: width / 2,
    y: height / 2,
    distanceCm,
    turnDeg: 3,
    yawDeg: 2,
    pitchDeg: -3,
  });
  const look = { light: [0.8, 0.8, 0.8], hasPrint: false } as const;
  return drawCardInto(wall, placed, look, { blurPx: 0.8, noise: 0.01, seed });
}
