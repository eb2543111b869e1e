import type { Cv } from '../open-cv.ts';
import type { Box, RgbImage } from '../types.ts';
import { cardCandidates } from './card-candidates.ts';
import {
  CARD_HEIGHT_CM,
  CARD_WIDTH_CM,
  type Homography,
  homographyTo,
  inverse,
  isConvex,
  isWithin,
  jacobianAt,
  type PlanePoint,
  project,
  type Quad,
  quadArea,
  quadCentre,
  sideLengths,
} from './card-geometry.ts';
import { type CardPose, poseHomography } from './card-pose.ts';
import { distinctQuads } from './distinct-quads.ts';
import { type Luminances, luminanceAt, luminancesOf } from './luminances.ts';
import { plausiblePose } from './plausible-pose.ts';
import { type RefinedQuad, refineSides } from './refine-sides.ts';

export interface FoundCard {
  /** Where the sides, drawn out, meet: clockwise as seen, the first side a long one; pixels, to a fraction. */
  readonly corners: Quad;
  /** 0 (anything) to 1 (a card beyond doubt). */
  readonly score: number;
  /** Between the card's normal and the camera's axis, degrees. */
  readonly tiltDeg: number;
  /** From the card's plane (centimetres, origin in its middle, x along its length) to pixels. */
  readonly homography: Homography;
  readonly pose: CardPose;
  /** Standard deviation of the focal length that the pose stands on, as a share; 0 where the caller gave it. */
  readonly focalSdShare: number;
  /** Standard deviation of a corner's coordinate, pixels. */
  readonly cornerSdPx: number;
  /** Pixels a centimetre of the card's plane, seen at this pixel: the root of how areas scale there. */
  pxPerCmAt(x: number, y: number): number;
}

export type CardFinding =
  | { readonly found: 'one'; readonly card: FoundCard }
  /** More than one that may be it, best first: a narrower search region may tell which. */
  | { readonly found: 'several'; readonly cards: readonly FoundCard[] }
  | { readonly found: 'none' };

export interface FindCardOptions {
  /** Where to look, in pixels; the whole picture where it is not given. */
  readonly within?: Box;
  /** Of the picture as it is, where the camera is known. */
  readonly focalPx?: number;
}

/** Of the card's face, what is about as bright as most of it: print, a finger and shade take the rest. */
const MIN_FACE_SHARE = 0.5;
const FACE_TOLERANCE = 0.22;
const MIN_TOTAL_SUPPORT = 0.6;
const MIN_SCORE = 0.6;
/** A second card counts where its score is at least this share of the best. */
const RIVAL_SHARE = 0.75;
const MIN_LONG_SIDE_PX = 36;
/** Of candidates, that are looked at closely: each takes about a millisecond. */
const MAX_CANDIDATES = 250;
/** What the line fits do not know of: a lens's distortion, a card's edge that is not sharp. */
const CORNER_SD_FLOOR_PX = 0.1;

/**
 * Looks for a white ID-1 card. It has to be brighter than what is around it, and all four of its sides to be seen over
 * a third of their length or more; one corner may be hidden. Takes about half a second for a picture of two megapixels, far
 * less with a search region. Made for pictures of up to about 2000 pixels, as `decodeImage` gives them: in larger ones a
 * camera's blur is wider than the edges that are looked for.
 * @param cv as `loadOpenCv` gives it
 */
export function findCard(cv: Cv, image: RgbImage, options: FindCardOptions = {}): CardFinding {
  const box = clippedBox(options.within, image);
  if (box === null) return { found: 'none' };
  const light = luminancesOf(image);
  const cards = distinctQuads(cardCandidates(cv, image, box), MAX_CANDIDATES)
    .map((quad) => refineSides(light, quad))
    .flatMap((refined) => (refined === null ? [] : (cardOf(light, refined, options.focalPx) ?? [])))
    .sort((a, b) => b.score - a.score);
  const apart: FoundCard[] = [];
  for (const card of cards) if (!apart.some((better) => overlaps(better, card))) apart.push(card);
  const rivals = apart.filter(({ score }) => score >= RIVAL_SHARE * apart[0]!.score);
  const [first] = rivals;
  if (first === undefined) return { found: 'none' };
  return rivals.length === 1 ? { found: 'one', card: first } : { found: 'several', cards: rivals };
}

function clippedBox(within: Box | undefined, { width, height }: RgbImage): Box | null {
  const box = within ?? { x: 0, y: 0, width, height };
  const left = Math.max(0, Math.floor(box.x));
  const top = Math.max(0, Math.floor(box.y));
  const right = Math.min(width, Math.ceil(box.x + box.width));
  const bottom = Math.min(height, Math.ceil(box.y + box.height));
  if (right - left < MIN_LONG_SIDE_PX || bottom - top < MIN_LONG_SIDE_PX) return null;
  return { x: left, y: top, width: right - left, height: bottom - top };
}

function overlaps(a: FoundCard, b: FoundCard): boolean {
  return isWithin(a.corners, quadCentre(b.corners)) || isWithin(b.corners, quadCentre(a.corners));
}

function cardOf(light: Luminances, refined: RefinedQuad, focalPx: number | undefined): FoundCard | null {
  const { corners, sides } = refined;
  if (!isConvex(corners) || quadArea(corners) <= 0) return null;
  const longSidePx = Math.max(...sideLengths(corners));
  if (longSidePx < MIN_LONG_SIDE_PX) return null;
  const lengths = sideLengths(corners);
  const perimeter = lengths.reduce((sum, length) => sum + length, 0);
  const support = sides.reduce((sum, side, i) => sum + (side.support * lengths[i]!) / perimeter, 0);
  if (support < MIN_TOTAL_SUPPORT) return null;

  const linesSdPx = linesSd(refined);
  const pose = plausiblePose(corners, light, linesSdPx, focalPx);
  if (pose === null) return null;
  const faceShare = evenShare(light, pose.corners);
  if (faceShare < MIN_FACE_SHARE) return null;

  const spread = Math.max(...sides.map(({ spreadPx }) => spreadPx));
  const contrast = Math.min(...sides.map((side) => side.contrast));
  const score =
    support *
    Math.exp(-((spread / 0.6) ** 2) / 2) *
    Math.exp(-(pose.misfit ** 2) / 2) *
    Math.min(1, 0.5 + contrast * 2) *
    Math.min(1, faceShare + 0.3);
  if (score < MIN_SCORE) return null;

  const homography = poseHomography(pose.fitted);
  const toPlane = inverse(homography);
  return {
    corners: pose.corners,
    score,
    tiltDeg: pose.fitted.tiltDeg,
    homography,
    pose: pose.fitted,
    focalSdShare: pose.focalSdShare,
    cornerSdPx: Math.hypot(linesSdPx, pose.fitted.misfitPx / 2),
    pxPerCmAt(x, y) {
      const [a, b, c, d] = jacobianAt(homography, project(toPlane, { x, y }));
      return Math.sqrt(Math.abs(a * d - b * c));
    },
  };
}

/** Share of the card's face that is about as bright as its bright parts. */
function evenShare(light: Luminances, corners: Quad): number {
  const plane = homographyTo(corners);
  if (plane === null) return 0;
  const values: number[] = [];
  for (let row = 0; row < 9; row++) {
    for (let column = 0; column < 13; column++) {
      const point: PlanePoint = {
        x: ((column + 0.5) / 13 - 0.5) * 0.86 * CARD_WIDTH_CM,
        y: ((row + 0.5) / 9 - 0.5) * 0.8 * CARD_HEIGHT_CM,
      };
      const { x, y } = project(plane, point);
      values.push(luminanceAt(light, x, y));
    }
  }
  values.sort((first, second) => first - second);
  const level = values[Math.floor(values.length * 0.7)]!;
  return values.filter((value) => Math.abs(value - level) <= FACE_TOLERANCE * level).length / values.length;
}

/** Of a corner's coordinate, from how the edges spread about their lines. */
function linesSd({ sides }: RefinedQuad): number {
  const fromLines = Math.max(...sides.map(({ spreadPx, samples }) => (2 * spreadPx) / Math.sqrt(samples)));
  return Math.hypot(CORNER_SD_FLOOR_PX, fromLines);
}
