import type { BodyStage, BodyView, BodyViewEvidence } from '../../../protocol/body-measurement.ts';
import type { ModelIdentity } from '../../../protocol/records.ts';
import { createBodyAppearance } from '../../../vision/body-appearance.ts';
import type { BodyFinder, FoundBodies } from '../../../vision/body-finder.ts';
import { maskInImage } from '../../../vision/body-mask.ts';
import type { FaceFinder } from '../../../vision/face-finder.ts';
import { readSceneAppearance } from '../../../vision/scene-appearance.ts';
import type { RgbImage } from '../../../vision/types.ts';
import { readSkinPatches } from '../skin/read-skin-patches.ts';
import { faceSizes } from './face-sizes.ts';
import { openGaps } from './open-gaps.ts';
import { packMask } from './pack-mask.ts';
import { type CardSearch, readCard } from './read-card.ts';
import { snapMask } from './snap-mask.ts';
import { problem, viewProblems } from './view-problems.ts';

export interface BodyViewDeps {
  /** Has to give masks. */
  readonly bodyFinder: BodyFinder;
  readonly faceFinder: FaceFinder;
  readonly findCard: CardSearch;
  /** Whose models these are, by finder. */
  readonly models: { readonly body: readonly ModelIdentity[]; readonly face: readonly ModelIdentity[] };
}

export interface BodyViewMeta {
  /** Hex. */
  readonly imageSha256: string;
  /** Of the picture as it is decoded, where EXIF told it. */
  readonly focalPx: number | null;
  /** Is told how long each stage took. */
  readonly timed?: (stage: BodyStage, ms: number) => void;
}

const DARK_SCENE = 0.01;

/**
 * What one picture says of a body, without any size in centimetres. Never throws for what the picture shows: that is in
 * `problems`.
 * @param image decoded and upright
 */
export async function readBodyView(
  image: RgbImage,
  view: BodyView,
  deps: BodyViewDeps,
  { imageSha256, focalPx, timed = () => undefined }: BodyViewMeta,
): Promise<BodyViewEvidence> {
  const { width, height } = image;
  const showsBody = view === 'front' || view === 'side';
  const lap = stopwatch(timed);

  const bodies: FoundBodies | null = showsBody ? await deps.bodyFinder.find(image, null) : null;
  const pose = bodies?.body ?? null;
  const seenMask = pose?.mask ?? null;
  lap('pose');

  const face = view === 'portrait' ? await deps.faceFinder.find(image, null) : null;
  const mesh = face?.mesh?.landmarks ?? null;

  const appearance = seenMask === null ? null : createBodyAppearance().read(image, seenMask);
  const scene = readSceneAppearance(image);
  const problems = viewProblems({
    view,
    width,
    height,
    bodyCount: bodies?.bodyCount ?? 0,
    pose,
    appearance,
  });
  if (view === 'portrait' && mesh === null) problems.push(problem('no-face', false, 'no face is seen'));
  if (!showsBody && scene.luminanceMean < DARK_SCENE)
    problems.push(problem('too-dark', false, 'the picture is too dark'));
  lap('pre-check');

  const landmarks = pose?.landmarks ?? null;
  // Of a picture that may not be measured nothing is searched that sizes are made of.
  const blocks = problems.some(({ blocks: one }) => one);
  const card =
    blocks || (showsBody && landmarks === null)
      ? null
      : readCard(image, deps.findCard, { landmarks, focalPx });
  if (card === null && (view === 'front' || view === 'ref') && !blocks)
    problems.push(problem('no-card', false, 'no reference card is seen'));
  lap('card');

  const mask =
    seenMask === null || landmarks === null
      ? null
      : snapMask(image, view === 'front' ? openGaps(image, seenMask, landmarks) : seenMask);
  lap('segmentation');

  const skin =
    view === 'ref' || blocks
      ? []
      : readSkinPatches({
          image,
          landmarks,
          visibility: pose?.visibility ?? null,
          mask: seenMask === null ? null : maskInImage(seenMask, width, height),
          faceMesh: mesh,
        });
  lap('skin');

  return {
    view,
    imageSha256,
    width,
    height,
    focalPx,
    problems,
    lightingOk: !problems.some(({ code }) => code === 'too-dark' || code === 'too-bright'),
    card,
    body:
      pose === null || mask === null
        ? null
        : {
            landmarks: [...pose.landmarks],
            worldLandmarks: [...pose.worldLandmarks],
            visibility: [...pose.visibility],
            presence: [...pose.presence],
            score: Math.min(1, Math.max(0, pose.score)),
            mask: packMask(mask),
          },
    face: mesh === null ? null : faceSizes(mesh),
    skin,
    models: [...(showsBody ? deps.models.body : []), ...(view === 'portrait' ? deps.models.face : [])],
  };
}

function stopwatch(timed: (stage: BodyStage, ms: number) => void): (stage: BodyStage) => void {
  let before = performance.now();
  return (stage) => {
    const now = performance.now();
    timed(stage, now - before);
    before = now;
  };
}
