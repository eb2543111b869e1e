/**
 * What do skin, contours and image variants cost, what do the skin scores answer to, and how many requests does the HTTP
 * interface answer? See loadtest/README.md for what each figure is held against.
 *
 *   node loadtest/bench-analysis.ts [--only skin,accuracy,contours,variants,service] [--rounds 5] [--photographs FOLDER] [--json]
 */
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { importWithProgress } from '../src/cli/import-with-progress.ts';
import { changeScene, DEFAULT_SCENE } from '../src/synthetic/face-scene.ts';
import { renderFace } from '../src/synthetic/render-face.ts';
import { loadFaceModels } from '../src/vision/load-face-models.ts';
import { MODELS_FOLDER } from '../src/vision/model-registry.ts';
import type { CanonicalFace, RgbImage } from '../src/vision/types.ts';
import { compareVariants } from './bench/compare-variants.ts';
import { measureContourJob } from './bench/contour-job.ts';
import { type Figures, printFigures } from './bench/figures.ts';
import { measureImageService } from './bench/image-service.ts';
import { largeJpeg } from './bench/large-jpeg.ts';
import { partsOf } from './bench/parts-of.ts';
import { runScript } from './bench/run-script.ts';
import { measureSkinJob } from './bench/skin-job.ts';
import { FAULT_STRENGTHS } from './skin/fault-response.ts';
import { measureSkinAccuracy, SKIN_PARTS } from './skin/measure-skin-accuracy.ts';
import { renderedPicture, skinAccuracyPictures } from './skin/skin-pictures.ts';

const PARTS = ['skin', 'accuracy', 'contours', 'variants', 'service'] as const;
/** Enough for a figure within minutes; loadtest/skin-accuracy.ts takes all. */
const ACCURACY_PHOTOGRAPHS = 4;
const SEED_JPEG_BYTES = 2_200_000;
const MEGAPIXEL_EDGE_PX = 1000;

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string', default: PARTS.join(',') },
    rounds: { type: 'string', default: '5' },
    photographs: { type: 'string' },
  },
});
await runScript(async () => {
  const parts = partsOf(values.only, PARTS);
  const rounds = Number(values.rounds);
  const print = (line: string) => process.stderr.write(`${line}\n`);
  await importWithProgress(MODELS_FOLDER, process.stderr);
  const loaded = await loadFaceModels(MODELS_FOLDER);
  const { canonical } = loaded;

  const measures: Readonly<Record<(typeof PARTS)[number], () => Promise<Figures>>> = {
    skin: async () =>
      measureSkinJob({
        modelsFolder: MODELS_FOLDER,
        jpeg: await encoded(renderedPicture(canonical, 4).image),
        rounds: rounds * 5,
        print,
      }),
    accuracy: async () =>
      measureSkinAccuracy({
        ...(await skinAccuracyPictures(loaded, {
          photographs: values.photographs,
          most: ACCURACY_PHOTOGRAPHS,
          print,
        })),
        strengths: FAULT_STRENGTHS,
        parts: SKIN_PARTS,
        print,
      }),
    contours: async () =>
      measureContourJob({
        modelsFolder: MODELS_FOLDER,
        jpeg: await megapixelFace(canonical),
        rounds: rounds * 5,
        print,
      }),
    variants: async () => compareVariants(await largeJpeg(canonical, SEED_JPEG_BYTES), rounds, print),
    service: async () =>
      measureImageService({
        jpeg: await largeJpeg(canonical, SEED_JPEG_BYTES),
        rounds,
        secondsPerRound: 4,
        print,
      }),
  };

  let figures: Figures = {};
  for (const part of parts) {
    print(`\n${part}`);
    figures = { ...figures, ...(await measures[part]()) };
  }
  printFigures(figures, print);
  if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
});

async function megapixelFace(canonical: CanonicalFace): Promise<Uint8Array<ArrayBuffer>> {
  const { image } = renderFace(
    changeScene(DEFAULT_SCENE, { width: MEGAPIXEL_EDGE_PX, height: MEGAPIXEL_EDGE_PX }),
    canonical,
  );
  return encoded(image);
}

async function encoded({ data, width, height }: RgbImage): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(
    await sharp(data, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 90 })
      .toBuffer(),
  );
}
