import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadBodyRegressors } from '../../src/analysis/body/regressors/load-body-regressors.ts';
import { createBodyFinder } from '../../src/vision/body-finder.ts';
import { findCard } from '../../src/vision/card/find-card.ts';
import { loadPoseModels } from '../../src/vision/load-pose-models.ts';
import { openModels } from '../../src/vision/model-registry.ts';
import { loadOpenCv } from '../../src/vision/open-cv.ts';
import { encodeImage } from '../../test/support/encode-image.ts';
import type { Figures } from '../bench/figures.ts';
import { drawLines } from './rendered/draw-lines.ts';
import { DISTANCES_CM, figureScenes } from './rendered/figure-scenes.ts';
import { type FigureShape, madeUpShapes, peopleShapes } from './rendered/figure-shapes.ts';
import { type FigureOutcome, measureFigure } from './rendered/measure-figure.ts';
import { figuresOf } from './rendered/rendered-figures.ts';

export interface RenderedOptions {
  readonly modelsFolder: string;
  /** null: made-up shapes, whose circumferences nobody has taped. */
  readonly ansur: string | null;
  readonly isQuick: boolean;
  /** Where pictures with their measured lines go; null for nowhere. */
  readonly gallery: string | null;
  readonly print: (line: string) => void;
}

const SHAPES = 60;
const QUICK_SHAPES = 4;
const GALLERY_FIGURES = 6;

/**
 * How right is a whole measurement, from picture to size? Figures with the breadths and depths of people whom no fit has
 * seen, each at two distances, the card tilted by up to 25°, the camera not quite level.
 */
export async function measureRenderedBodies(options: RenderedOptions): Promise<Figures> {
  const { modelsFolder, ansur, isQuick, gallery, print } = options;
  const { regressors } = await loadBodyRegressors(modelsFolder);
  const { models, identities } = await loadPoseModels(modelsFolder, 'full');
  const canonical = await (await openModels(modelsFolder)).loadCanonicalFace();
  const cv = await loadOpenCv();
  const bench = {
    regressors,
    canonical,
    deps: {
      bodyFinder: createBodyFinder(models, { withMask: true }),
      // Only portraits are looked at for faces.
      faceFinder: { find: () => Promise.reject(new Error('no portrait is rendered')) },
      findCard: (image, found) => findCard(cv, image, found),
      models: { body: identities, face: [] },
    },
  } satisfies Parameters<typeof measureFigure>[3];
  const count = isQuick ? QUICK_SHAPES : SHAPES;
  const shapes: readonly FigureShape[] =
    ansur === null ? madeUpShapes(count) : await peopleShapes(ansur, count);

  const outcomes: FigureOutcome[] = [];
  for (const [index, shape] of shapes.entries()) {
    for (const [turn, distanceCm] of DISTANCES_CM.entries()) {
      const scenes = figureScenes(shape.body, distanceCm, 1000 + index * DISTANCES_CM.length + turn);
      const outcome = await measureFigure(shape, scenes, index, bench);
      if (outcome.refusal !== null) print(`${shape.body.statureCm} cm, ${distanceCm} cm: ${outcome.refusal}`);
      if (gallery !== null && index < GALLERY_FIGURES && turn === 0) await keep(outcome, gallery, index);
      // Pictures of 120 figures are a gigabyte.
      outcomes.push({ ...outcome, pictures: EMPTY, evidence: [] });
    }
    if ((index + 1) % 10 === 0) print(`${index + 1} of ${shapes.length} shapes`);
  }
  await models.detector.close();
  await models.landmarks.close();
  return figuresOf(outcomes);
}

const NOTHING = { data: new Uint8Array(0), width: 0, height: 0 };
const EMPTY = { front: NOTHING, side: NOTHING };

async function keep({ pictures, evidence, sizes }: FigureOutcome, folder: string, index: number) {
  await mkdir(folder, { recursive: true });
  for (const one of evidence) {
    if (one.view !== 'front' && one.view !== 'side') continue;
    const drawn = drawLines(pictures[one.view], one, sizes?.lines ?? []);
    await writeFile(join(folder, `${index}-${one.view}.png`), await encodeImage(drawn, 'png'));
  }
}
