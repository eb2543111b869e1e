/**
 * How well is the reference card found and measured? Cards drawn with an exact truth: 60 to 200 pixels wide in pictures
 * of 1280 × 1706, tilted by up to 25°, before a wall, before clothes, and in a hand that hides a corner; then pictures
 * without any card.
 *
 *   node loadtest/card-accuracy.ts [--scenes N] [--seed N] [--jpeg QUALITY] [--photographs FOLDER] [--json]
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { DEFAULT_SCENE } from '../src/synthetic/face-scene.ts';
import { paintRoom } from '../src/synthetic/room.ts';
import { expose } from '../src/synthetic/sensor.ts';
import { findCard } from '../src/vision/card/find-card.ts';
import { DEFAULT_DECODE_LIMITS, decodeImage } from '../src/vision/decode-image.ts';
import { loadOpenCv } from '../src/vision/open-cv.ts';
import type { RgbImage } from '../src/vision/types.ts';
import { sharedData } from '../test/support/shared-data.ts';
import { type Figures, figure, printFigures } from './bench/figures.ts';
import { runScript } from './bench/run-script.ts';
import { cardSceneOf, renderCardScene } from './card/card-scenes.ts';
import { measureScene, type SceneOutcome } from './card/measure-cards.ts';

const SIZE = { width: 1280, height: 1706 };
const { values } = parseArgs({
  options: {
    scenes: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    jpeg: { type: 'string', default: '90' },
    photographs: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

await runScript(async () => {
  const print = (line: string) => process.stderr.write(`${line}\n`);
  const cv = await loadOpenCv();
  const outcomes: SceneOutcome[] = [];
  for (let i = 0; i < Number(values.scenes); i++) {
    const scene = cardSceneOf(Number(values.seed) * 10_000 + i, SIZE);
    const outcome = await measureScene(cv, scene, asJpeg);
    outcomes.push(outcome);
    const isOff =
      Math.max(Math.abs(outcome.scaleError ?? 1), Math.abs(outcome.knownLensScaleError ?? 1)) > 0.01;
    if (isOff) print(describe(outcome));
    if ((i + 1) % 50 === 0) print(`${i + 1} of ${values.scenes}`);
  }
  const [photographs, rooms] = [await photographsWithout(), emptyPictures()];
  const found = (pictures: readonly RgbImage[]) =>
    pictures.filter((image) => findCard(cv, image).found !== 'none').length;
  const figures: Figures = {
    ...figuresOf(outcomes),
    falseFindsOnPhotographs: figure(found(photographs), `of ${photographs.length}`, 0),
    falseFindsOnRooms: figure(found(rooms), `of ${rooms.length}`, 0),
  };
  printFigures(figures, print);
  if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
});

async function asJpeg({ data, width, height }: RgbImage): Promise<RgbImage> {
  const bytes = await sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: Number(values.jpeg) })
    .toBuffer();
  return decodeImage(bytes, DEFAULT_DECODE_LIMITS);
}

function describe({
  scene,
  found,
  scaleError,
  knownLensScaleError,
  cornerErrorPx,
  tiltErrorDeg,
}: SceneOutcome): string {
  const { seed, background, cardPx, yawDeg, pitchDeg, blurPx } = scene;
  const numbers = [cardPx, yawDeg, pitchDeg, blurPx].map((value) => value.toFixed(1)).join(' ');
  const errors = [
    (scaleError ?? Number.NaN) * 100,
    (knownLensScaleError ?? Number.NaN) * 100,
    cornerErrorPx ?? Number.NaN,
    tiltErrorDeg ?? Number.NaN,
  ];
  return `${found} ${background} seed ${seed}: ${numbers}; ${errors.map((value) => value.toFixed(2)).join(' ')}`;
}

function figuresOf(outcomes: readonly SceneOutcome[]): Figures {
  const right = outcomes.filter(({ found }) => found === 'right');
  const share = (name: SceneOutcome['found']) =>
    outcomes.filter(({ found }) => found === name).length / outcomes.length;
  const scale = right.map(({ scaleError }) => Math.abs(scaleError!) * 100);
  const known = right.map(({ knownLensScaleError }) => Math.abs(knownLensScaleError ?? 1) * 100);
  const corner = right.map(({ cornerErrorPx }) => cornerErrorPx!);
  const tilt = right.map(({ tiltErrorDeg }) => Math.abs(tiltErrorDeg!));
  const grey = right.flatMap(({ greyDeltaE }) => greyDeltaE ?? []);
  const within = right.filter(({ scaleError, scaleSd }) => Math.abs(scaleError!) <= 2 * scaleSd!);
  return {
    cardFoundShare: figure(share('right'), 'of scenes', 0.98),
    cardWrongShare: figure(share('wrong') + share('several'), 'of scenes', 0),
    cardScoreLeast: figure(Math.min(...right.map(({ score }) => score!)), 'of 1'),
    cardKnownLensScaleErrorMedian: figure(quantile(known, 0.5), '%', 1),
    cardKnownLensScaleErrorMax: figure(quantile(known, 1), '%', 1),
    cardScaleErrorMedian: figure(quantile(scale, 0.5), '%', 1),
    cardScaleErrorP95: figure(quantile(scale, 0.95), '%'),
    cardScaleErrorMax: figure(quantile(scale, 1), '%'),
    cardScaleBias: figure((right.reduce((sum, o) => sum + o.scaleError!, 0) / right.length) * 100, '%'),
    cardScaleWithinTwoSd: figure(within.length / right.length, 'of found', 0.95),
    cardCornerErrorMedian: figure(quantile(corner, 0.5), 'px'),
    cardCornerErrorMax: figure(quantile(corner, 1), 'px'),
    cardTiltErrorMedian: figure(quantile(tilt, 0.5), '°'),
    cardTiltErrorMax: figure(quantile(tilt, 1), '°'),
    cardColourCalibratedShare: figure(grey.length / right.length, 'of found'),
    cardGreyDeltaEMax: figure(quantile(grey, 1), 'ΔE76 of a grey'),
    cardFindMs: figure(
      quantile(
        outcomes.map(({ ms }) => ms),
        0.5,
      ),
      'ms, median',
    ),
  };
}

function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

async function photographsWithout(): Promise<RgbImage[]> {
  const folder = values.photographs ?? sharedData('faces');
  if (folder === null) return [];
  const names = await readdir(folder);
  const pictures = names.filter((name) => /\.(jpe?g|png)$/i.test(name));
  return Promise.all(
    pictures.map(async (name) => decodeImage(await readFile(join(folder, name)), DEFAULT_DECODE_LIMITS)),
  );
}

/** Rooms with furniture and windows, and the card scenes without their cards. */
function emptyPictures(): RgbImage[] {
  const rooms = Array.from({ length: 10 }, (_, i) => {
    const scene = {
      ...DEFAULT_SCENE,
      ...SIZE,
      face: null,
      background: {
        ...DEFAULT_SCENE.background,
        texture: 1,
        seed: i + 1,
        window: i % 2 === 0 ? null : { x: 0.1, y: 0.15, width: 0.25, height: 0.12, brightness: 0.9 },
      },
    };
    const picture = new Float32Array(SIZE.width * SIZE.height * 3);
    paintRoom(scene, picture);
    return { data: expose(picture, { exposureEv: 0, noise: 0.01, seed: i }), ...SIZE };
  });
  const cardless = Array.from(
    { length: 10 },
    (_, i) => renderCardScene(cardSceneOf(777_000 + i, SIZE), { withCard: false }).image,
  );
  return [...rooms, ...cardless];
}
