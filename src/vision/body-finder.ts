import { HEAD_POINT_COUNT } from './body-points.ts';
import type { PoseModels } from './model-runner.ts';
import { createPoseDetector, type PoseDetection, type PoseDetector } from './pose-detector.ts';
import { type BodyPose, createPoseLandmarks, type PoseLandmarks } from './pose-landmarks.ts';
import { canLookAt, regionFromAlignment } from './pose-region.ts';
import type { BodyTrack, Region, RgbImage } from './types.ts';

/**
 * The legs into which the landmarks read a whole small body are detected with 0.59 at most; people, also those of whom
 * only head and shoulders are in view, with 0.66 and more.
 */
const MIN_DETECTION = 0.6;
/** Below this the landmark model itself says that it does not look at a person. */
const MIN_SCORE = 0.5;
/** How often a followed body lets the detector look for others. */
const FRAMES_BETWEEN_DETECTIONS = 15;
/** A body has to be this much larger than the followed one to take its place, so that two alike do not alternate. */
const TAKE_OVER_AREA = 1.4;
/** Two poses are one body where they lie this near, as a share of the region. */
const SAME_BODY_RATIO = 0.08;
/** The same between a first and a second look: people hold within 0.015, what was read into legs or chairs seldom does. */
const MAX_UNREST_RATIO = 0.04;
/** Who is smaller, to the largest by area, stands far behind and is no second subject; flags and coats are often this small. */
const MIN_OTHER_AREA = 0.05;
/** Nobody needs to know how large a crowd is. */
const MAX_BODIES = 4;
/** Detections that are looked at: a picture full of people or of what looks like them must not hold up the others. */
const MAX_LOOKS = 6;

export interface FoundBodies {
  /** The largest body, or null. */
  readonly body: BodyPose | null;
  /** People in view as far as known, at most 4: the detector does not run on every frame. */
  readonly bodyCount: number;
  /** Area of the second largest body's region ÷ the largest's, 0 where there is none. */
  readonly secondBodyRatio: number;
  readonly track: BodyTrack | null;
}

export interface BodyFinder {
  /** One picture at a time; `track` is what the picture before it left, null where there is none. */
  find(image: RgbImage, track: BodyTrack | null): Promise<FoundBodies>;
}

export interface BodyFinderOptions {
  /** Gives the segmentation of every picture, also of those where nobody new is looked for. */
  readonly withMask: boolean;
}

/** Detector and landmarks of the project; keeps nothing between two pictures. */
export function createBodyFinder(
  models: PoseModels,
  { withMask }: BodyFinderOptions = { withMask: false },
): BodyFinder {
  const detector = createPoseDetector(models.detector);
  const landmarks = createPoseLandmarks(models.landmarks);
  return { find: (image, track) => findBodies(image, track, { detector, landmarks, withMask }) };
}

export interface BodySearch extends BodyFinderOptions {
  readonly detector: PoseDetector;
  readonly landmarks: PoseLandmarks;
}

/**
 * Finds the largest body as MediaPipe does: the landmarks follow where it was, and the detector looks when there is
 * nothing to follow, when the body is lost, and now and then for other people. For those it looks with the known body
 * painted over, and each is looked at, as the detector alone sees people in coats and flags too.
 */
export async function findBodies(
  image: RgbImage,
  track: BodyTrack | null,
  search: BodySearch,
): Promise<FoundBodies> {
  const isDue = track === null || track.framesSinceDetect + 1 >= FRAMES_BETWEEN_DETECTIONS;
  const followed = track && (await look(search, image, track.region, search.withMask || isDue));
  if (followed !== null && track !== null && !isDue) {
    return found(followed, track.bodyCount, track.secondBodyRatio, track.framesSinceDetect + 1);
  }
  const known =
    followed === null ? await confirm(search, image, await search.detector.detect(image), []) : [followed];
  if (known.length === 0) return choose(known, null);
  const masks = known.flatMap(({ mask }) => (mask === null ? [] : [mask]));
  return choose(await confirm(search, image, await search.detector.detect(image, masks), known), followed);
}

/** The followed body stays the one that is looked at, unless another is much larger. */
function choose(bodies: readonly BodyPose[], followed: BodyPose | null): FoundBodies {
  const bySize = bodies.toSorted((a, b) => areaOf(b) - areaOf(a));
  const largest = bySize[0];
  if (largest === undefined) return { body: null, bodyCount: 0, secondBodyRatio: 0, track: null };
  const stays = followed !== null && areaOf(largest) <= TAKE_OVER_AREA * areaOf(followed);
  const main = stays ? followed : largest;
  const others = bySize.filter((body) => body !== main && areaOf(body) >= MIN_OTHER_AREA * areaOf(main));
  const ratio = others[0] === undefined ? 0 : Math.min(1, areaOf(others[0]) / areaOf(main));
  return found(main, 1 + others.length, ratio, 0);
}

/** The known bodies and those among the detections that the landmarks confirm. */
async function confirm(
  search: BodySearch,
  image: RgbImage,
  detections: readonly PoseDetection[],
  known: readonly BodyPose[],
): Promise<BodyPose[]> {
  const bodies = [...known];
  for (const detection of detections.slice(0, MAX_LOOKS)) {
    if (bodies.length === MAX_BODIES) break;
    if (detection.score < MIN_DETECTION || bodies.some((body) => shows(detection, body))) continue;
    const body = await lookTwice(search, image, regionFromAlignment(detection.keypoints));
    if (body !== null && !bodies.some((other) => apartRatio(other, body) < SAME_BODY_RATIO))
      bodies.push(body);
  }
  return bodies;
}

async function look(
  { landmarks }: BodySearch,
  image: RgbImage,
  region: Region,
  withMask: boolean,
): Promise<BodyPose | null> {
  if (!canLookAt(region, image)) return null;
  const body = await landmarks.find(image, region, withMask);
  return body.score >= MIN_SCORE ? body : null;
}

/**
 * The detector's region is coarse; the landmarks' own is the one that following converges to. A pose that does not
 * hold from there was read into something else, or into a part of a person.
 */
async function lookTwice(search: BodySearch, image: RgbImage, region: Region): Promise<BodyPose | null> {
  const first = await look(search, image, region, false);
  const second = first && (await look(search, image, first.nextRegion, true));
  return first !== null && second !== null && apartRatio(first, second) <= MAX_UNREST_RATIO ? second : null;
}

function found(
  body: BodyPose,
  bodyCount: number,
  secondBodyRatio: number,
  framesSinceDetect: number,
): FoundBodies {
  const track = { region: body.nextRegion, framesSinceDetect, bodyCount, secondBodyRatio };
  return { body, bodyCount, secondBodyRatio, track };
}

/** Whether a detection is of this body: the head that it boxes is the body's own. */
function shows({ box }: PoseDetection, { landmarks }: BodyPose): boolean {
  let x = 0;
  let y = 0;
  for (let i = 0; i < HEAD_POINT_COUNT; i++) {
    x += landmarks[i * 3]! / HEAD_POINT_COUNT;
    y += landmarks[i * 3 + 1]! / HEAD_POINT_COUNT;
  }
  const apart = Math.hypot(box.x + box.width / 2 - x, box.y + box.height / 2 - y);
  return apart < Math.max(box.width, box.height) / 2;
}

/**
 * How far two poses lie apart, as a share of the larger region: the mean over the points, each by how surely it is seen in
 * both. Where the model only guesses, below the picture's edge, it guesses anew each time.
 */
function apartRatio(a: BodyPose, b: BodyPose): number {
  let sumPx = 0;
  let total = 0;
  for (let i = 0; i < a.visibility.length; i++) {
    const weight = Math.min(a.visibility[i]! * a.presence[i]!, b.visibility[i]! * b.presence[i]!);
    const dx = a.landmarks[i * 3]! - b.landmarks[i * 3]!;
    const dy = a.landmarks[i * 3 + 1]! - b.landmarks[i * 3 + 1]!;
    sumPx += weight * Math.hypot(dx, dy);
    total += weight;
  }
  if (total === 0) return Number.POSITIVE_INFINITY;
  return sumPx / total / Math.max(a.nextRegion.sizePx, b.nextRegion.sizePx);
}

function areaOf({ nextRegion }: BodyPose): number {
  return nextRegion.sizePx ** 2;
}
