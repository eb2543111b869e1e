import { calibratedLab, calibrateFromCard } from '../../src/vision/card/card-colour.ts';
import { cardScale } from '../../src/vision/card/card-scale.ts';
import { type FoundCard, findCard } from '../../src/vision/card/find-card.ts';
import type { Cv } from '../../src/vision/open-cv.ts';
import type { Box, RgbImage } from '../../src/vision/types.ts';
import { type CardScene, ILLUMINANTS, renderCardScene } from './card-scenes.ts';

export interface SceneOutcome {
  readonly scene: CardScene;
  readonly found: 'right' | 'wrong' | 'several' | 'none';
  /** Of the card. */
  readonly score: number | null;
  /** Of the scale at the card's depth, as a share, the lens not being known; null where the card was not found. */
  readonly scaleError: number | null;
  /** The same with the true focal length. */
  readonly knownLensScaleError: number | null;
  /** The stated standard deviation of it. */
  readonly scaleSd: number | null;
  readonly cornerErrorPx: number | null;
  readonly tiltErrorDeg: number | null;
  /** ΔE76 of a grey of 0.4 under the scene's light after calibration; null where that was refused. */
  readonly greyDeltaE: number | null;
  readonly ms: number;
}

/** Further than this from the true corners, as a share of the card's width, it is another thing that was found. */
const SAME_SHARE = 0.1;
const GREY = 0.4;

/** Renders a scene, changes it as `develop` does, and looks for its card. */
export async function measureScene(
  cv: Cv,
  scene: CardScene,
  develop: (image: RgbImage) => Promise<RgbImage>,
): Promise<SceneOutcome> {
  const { image, truth } = renderCardScene(scene);
  const developed = await develop(image);
  const started = performance.now();
  const finding = findCard(cv, developed);
  const ms = performance.now() - started;
  const missed = {
    score: null,
    scaleError: null,
    knownLensScaleError: null,
    scaleSd: null,
    cornerErrorPx: null,
    tiltErrorDeg: null,
    greyDeltaE: null,
  };
  if (finding.found !== 'one') return { scene, found: finding.found, ...missed, ms };
  const { card } = finding;
  const cornerErrorPx = cornerError(card, truth.corners);
  if (cornerErrorPx > SAME_SHARE * scene.cardPx) return { scene, found: 'wrong', ...missed, ms };
  const scale = cardScale(card);
  const known = findCard(cv, developed, { within: around(card, scene.cardPx), focalPx: scene.focalPx });
  return {
    scene,
    found: 'right',
    score: card.score,
    knownLensScaleError: known.found === 'one' ? cardScale(known.card).pxPerCm / truth.pxPerCm - 1 : null,
    scaleError: scale.pxPerCm / truth.pxPerCm - 1,
    scaleSd: scale.relativeSd,
    cornerErrorPx,
    tiltErrorDeg: card.tiltDeg - truth.tiltDeg,
    greyDeltaE: greyDeltaE(developed, card, scene),
    ms,
  };
}

/** Farthest of the four corners, whichever end of the card is taken for its left one. */
function cornerError({ corners }: FoundCard, truth: Float64Array): number {
  const errors = [0, 1, 2, 3].map((turn) =>
    Math.max(
      ...corners.map(({ x, y }, i) => {
        const at = ((i + turn) % 4) * 2;
        return Math.hypot(x - truth[at]!, y - truth[at + 1]!);
      }),
    ),
  );
  return Math.min(...errors);
}

function around({ corners }: FoundCard, marginPx: number): Box {
  const xs = corners.map(({ x }) => x);
  const ys = corners.map(({ y }) => y);
  const [x, y] = [Math.min(...xs) - marginPx, Math.min(...ys) - marginPx];
  return { x, y, width: Math.max(...xs) + marginPx - x, height: Math.max(...ys) + marginPx - y };
}

function greyDeltaE(image: RgbImage, card: FoundCard, scene: CardScene): number | null {
  const colour = calibrateFromCard(image, card);
  if (colour.status === 'rejected') return null;
  const byte = (linear: number) =>
    Math.round(255 * (linear <= 0.0031308 ? linear * 12.92 : 1.055 * linear ** (1 / 2.4) - 0.055));
  const light = ILLUMINANTS[scene.illuminant];
  const [red, green, blue] = light.map((channel) => byte(GREY * channel)) as [number, number, number];
  const seen = calibratedLab(colour.calibration, red, green, blue);
  const trueL = 116 * Math.cbrt(GREY) - 16;
  return Math.hypot(seen.l - trueL, seen.a, seen.b);
}
