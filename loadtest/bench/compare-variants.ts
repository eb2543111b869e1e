/** Our four sizes with their colour against four pipelines of sharp that know nothing of each other. */
import sharp from 'sharp';
import { makeVariants } from '../../src/analysis/analyzers/image-variants/make-variants.ts';
import { IMAGE_SIZE_NAMES, IMAGE_SIZES } from '../../src/protocol/image-records.ts';
import { type Figures, figure } from './figures.ts';
import { median } from './quantiles.ts';

const WEBP_QUALITY = 85;
const GOAL = 0.6;

/** Turn by turn in one run, each side with all cores: the pipelines of the other side run at once as well. */
export async function compareVariants(
  jpeg: Uint8Array<ArrayBuffer>,
  rounds: number,
  print: (line: string) => void,
): Promise<Figures> {
  const ownMs: number[] = [];
  const pipelinesMs: number[] = [];
  let [ownBytes, pipelinesBytes] = [0, 0];
  for (let round = 0; round <= rounds; round++) {
    const own = await timed(() =>
      makeVariants(jpeg, { webpQuality: WEBP_QUALITY, avif: false, crop: null, rotateDeg: 0 }),
    );
    const pipelines = await timed(() => fourPipelines(jpeg));
    // The first of each warms up.
    if (round === 0) continue;
    ownMs.push(own.ms);
    pipelinesMs.push(pipelines.ms);
    ownBytes = own.value.variants.reduce((sum, { size_bytes: bytes }) => sum + bytes, 0);
    pipelinesBytes = pipelines.value.reduce((sum, { length }) => sum + length, 0);
  }
  print(
    `  ${(jpeg.length / 1e6).toFixed(1)} MB JPEG: ours ${median(ownMs).toFixed(0)} ms, ${ownBytes} bytes; ` +
      `four pipelines at once ${median(pipelinesMs).toFixed(0)} ms, ${pipelinesBytes} bytes`,
  );
  return {
    variantsRatio: figure(median(ownMs) / median(pipelinesMs), 'of the pipelines', GOAL),
    variantsBytesRatio: figure(ownBytes / pipelinesBytes, 'of the pipelines'),
  };
}

async function fourPipelines(jpeg: Uint8Array): Promise<readonly Buffer[]> {
  const [files] = await Promise.all([
    Promise.all(
      IMAGE_SIZE_NAMES.map((size) =>
        sharp(jpeg)
          .autoOrient()
          .resize({ width: IMAGE_SIZES[size], withoutEnlargement: true })
          .webp({ quality: WEBP_QUALITY })
          .toBuffer(),
      ),
    ),
    sharp(jpeg).stats(),
  ]);
  return files;
}

async function timed<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly ms: number }> {
  const startMs = performance.now();
  const value = await work();
  return { value, ms: performance.now() - startMs };
}
