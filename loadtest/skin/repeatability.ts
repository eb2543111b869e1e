import sharp, { type Sharp } from 'sharp';
import type { ConcernId } from '../../src/analysis/analyzers/skin/skin-result.ts';
import { SKIN_FAULTS } from '../../src/synthetic/skin-faults/draw-skin-fault.ts';
import { LINEAR, srgbFromLinear } from '../../src/vision/colour.ts';
import type { RgbImage } from '../../src/vision/types.ts';
import { median } from '../bench/quantiles.ts';
import type { SkinPicture } from './skin-pictures.ts';
import type { SkinReader } from './skin-reader.ts';

interface Variant {
  readonly name: string;
  make(image: RgbImage): Promise<RgbImage>;
}

/** The same face as other cameras and uploads would have given it. */
const VARIANTS: readonly Variant[] = [
  { name: 'as it is', make: async (image) => image },
  ...[70, 80, 95].map((quality) => ({
    name: `JPEG ${quality}`,
    make: (image: RgbImage) => remade(image, (picture) => picture.jpeg({ quality })),
  })),
  ...[0.75, 1.5].map((scale) => ({
    name: `${100 * scale} %`,
    make: (image: RgbImage) =>
      remade(image, (picture) => picture.resize({ width: Math.round(image.width * scale) }).png()),
  })),
  ...[0.9, 1.1].map((gain) => ({
    name: `exposure × ${gain}`,
    make: async (image: RgbImage) => ({
      ...image,
      data: image.data.map((byte) => Math.round(255 * srgbFromLinear(gain * LINEAR[byte]!))),
    }),
  })),
  { name: 'mirrored', make: (image) => remade(image, (picture) => picture.flop().png()) },
];

export interface Repeatability {
  /** Standard deviations of the score over the variants of one picture: the root mean square and the most. */
  readonly sd: Readonly<Record<ConcernId, { rms: number; median: number; most: number }>>;
  /** The median move of each variant against the picture as it is. */
  readonly moves: Readonly<Record<string, Readonly<Record<ConcernId, number>>>>;
}

export async function measureRepeatability(
  reader: SkinReader,
  pictures: readonly SkinPicture[],
  progress: (done: number, all: number) => void,
): Promise<Repeatability> {
  const deviations = new Map<ConcernId, number[]>(SKIN_FAULTS.map((id) => [id, []]));
  const moves = new Map(VARIANTS.map(({ name }) => [name, new Map<ConcernId, number[]>()]));
  let done = 0;
  for (const { image } of pictures) {
    const readings = [];
    for (const { name, make } of VARIANTS) {
      const read = await reader.read(await make(image));
      if (read !== null) readings.push({ name, scores: read.scores });
      progress(++done, pictures.length * VARIANTS.length);
    }
    for (const id of SKIN_FAULTS) {
      const scores = readings.map(({ scores }) => scores[id]).filter((score) => score !== null);
      if (scores.length === VARIANTS.length) deviations.get(id)!.push(standardDeviation(scores));
      for (const { name, scores } of readings) {
        const [score, first] = [scores[id], readings[0]!.scores[id]];
        if (score === null || first === null) continue;
        const byId = moves.get(name)!;
        byId.set(id, [...(byId.get(id) ?? []), score - first]);
      }
    }
  }
  return {
    sd: Object.fromEntries(
      SKIN_FAULTS.map((id) => {
        const values = deviations.get(id)!;
        const rms = Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
        return [id, { rms, median: median(values), most: Math.max(...values) }];
      }),
    ) as Repeatability['sd'],
    moves: Object.fromEntries(
      [...moves].map(([name, byId]) => [
        name,
        Object.fromEntries([...byId].map(([id, values]) => [id, median(values)])),
      ]),
    ) as Repeatability['moves'],
  };
}

export function standardDeviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

async function remade(image: RgbImage, change: (picture: Sharp) => Sharp): Promise<RgbImage> {
  const { width, height, data } = image;
  const file = await change(sharp(data, { raw: { width, height, channels: 3 } })).toBuffer();
  const raw = await sharp(file).raw().toBuffer({ resolveWithObject: true });
  return { width: raw.info.width, height: raw.info.height, data: new Uint8Array(raw.data) };
}
