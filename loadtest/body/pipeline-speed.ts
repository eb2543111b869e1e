import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type BodySceneChanges, bodyScene } from '../../src/synthetic/body/body-scene.ts';
import { renderBody } from '../../src/synthetic/body/render-body.ts';
import { drawCardInto, placeCard } from '../../src/synthetic/draw-card.ts';
import { openModels } from '../../src/vision/model-registry.ts';
import type { RgbImage } from '../../src/vision/types.ts';
import { encodeImage } from '../../test/support/encode-image.ts';
import { type Figures, figure } from '../bench/figures.ts';
import { median } from '../bench/quantiles.ts';

/** Three megapixels, as a phone's camera gives a page. */
const SIZE = { width: 1440, height: 2160 };
const ROUNDS = 7;
const GIB = 1024 ** 3;
const FIGURES: Readonly<Record<string, BodySceneChanges>> = {
  front: { card: {} },
  side: { stance: { yawDeg: 90, armsAwayDeg: 6, feetApartCm: 22 } },
};

/** Seconds from the pictures of front, side and card to a measurement, and the memory of the process that does it. */
export async function measurePipelineSpeed(options: {
  readonly modelsFolder: string;
  readonly print: (line: string) => void;
}): Promise<Figures> {
  const canonical = await (await openModels(options.modelsFolder)).loadCanonicalFace();
  const folder = await mkdtemp(join(tmpdir(), 'framegate-body-'));
  try {
    for (const [name, changes] of Object.entries(FIGURES)) {
      const { image } = renderBody(bodyScene({ ...SIZE, looks: { skin: 6 }, ...changes }), canonical);
      await writeFile(join(folder, `${name}.jpg`), await encodeImage(image, 'jpeg'));
    }
    await writeFile(join(folder, 'ref.jpg'), await encodeImage(cardAlone(), 'jpeg'));
    const script = fileURLToPath(new URL('./pipeline-process.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [script, folder, String(ROUNDS)]);
    const { coldMs, roundMs, peakBytes } = JSON.parse(stdout) as {
      coldMs: number;
      roundMs: number[];
      peakBytes: number;
    };
    options.print(`first measurement, models not yet loaded: ${Math.round(coldMs)} ms`);
    options.print(`the next ${ROUNDS}: ${roundMs.map(Math.round).join(', ')} ms`);
    return {
      bodyMedianSeconds: figure(median(roundMs) / 1000, 's', 3),
      bodyPeakGib: figure(peakBytes / GIB, 'GiB', 1),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function cardAlone(): RgbImage {
  const { width, height } = SIZE;
  const wall = { width, height, data: new Uint8Array(width * height * 3).fill(78) };
  const middle = { x: width / 2, y: height / 2 };
  const turned = { turnDeg: 4, yawDeg: 5, pitchDeg: -4 };
  const placed = placeCard({ ...SIZE, ...middle, ...turned, focalPx: 2000, distanceCm: 30 });
  const look = { light: [0.8, 0.8, 0.8], hasPrint: true } as const;
  return drawCardInto(wall, placed, look, { blurPx: 0.8, noise: 0.01, seed: 1 });
}
