/** How long a worker takes for a contour job, from the bytes to the SVG; nothing of NATS, Redis or HTTP is in it. */
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { createFaceContoursJobHandler } from '../../src/analysis/analyzers/face-contours/face-contours-job-handler.ts';
import { createFaceContoursThreads } from '../../src/analysis/analyzers/face-contours/face-contours-threads.ts';
import { contourOptionsSchema } from '../../src/protocol/contour-options.ts';
import type { JobRequest } from '../../src/protocol/jobs.ts';
import { drawFaceMap, FACE_REGIONS } from './drawn-face-map.ts';
import { type Figures, figure } from './figures.ts';
import { median, percentileText } from './quantiles.ts';

export interface ContourJobOptions {
  readonly modelsFolder: string;
  /** A JPEG of about a megapixel. */
  readonly jpeg: Uint8Array<ArrayBuffer>;
  readonly rounds: number;
  readonly print: (line: string) => void;
}

const GOAL_MS = 120;
/** OpenCV is loaded by the first, and compiled by the next. */
const WARM_UP_ROUNDS = 5;

/** One job after another, none of them cached: a map of the picture's size with eight regions, two landmarks. */
export async function measureContourJob({
  modelsFolder,
  jpeg,
  rounds,
  print,
}: ContourJobOptions): Promise<Figures> {
  const { width, height } = await sharp(jpeg).metadata();
  const map = await sharp(drawFaceMap(width, height), { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toBuffer();
  const threads = await createFaceContoursThreads({ modelsFolder, threads: 1 });
  const handler = createFaceContoursJobHandler({ threads, cache: null, delayMs: 0 });
  try {
    const times: number[] = [];
    for (let round = 0; round < WARM_UP_ROUNDS + rounds; round++) {
      const parts = new Map([
        ['image', Uint8Array.from(jpeg)],
        ['segmentation-map', Uint8Array.from(map)],
      ]);
      const startMs = performance.now();
      const { result } = await handler.run(jobOf(parts, width, height), parts, {
        attempt: 1,
        signal: new AbortController().signal,
        progress: () => {},
      });
      if (round >= WARM_UP_ROUNDS) times.push(performance.now() - startMs);
      const found = Object.keys(result.mask_contours as object).length;
      if (found !== FACE_REGIONS.length)
        throw new Error(`${found} of ${FACE_REGIONS.length} regions were found`);
    }
    print(`  ${width} × ${height}, ${FACE_REGIONS.length} regions: ${percentileText(times)} ms`);
    return { contourMedianMs: figure(median(times), 'ms', GOAL_MS) };
  } finally {
    await threads.close();
  }
}

function jobOf(
  parts: ReadonlyMap<string, Uint8Array<ArrayBuffer>>,
  width: number,
  height: number,
): JobRequest {
  return {
    jobId: 'bench',
    kind: 'face-contours',
    owner: null,
    submittedAtMs: 0,
    correlation: { requestId: 'bench', analysisSessionId: null, frameSeq: null },
    params: {
      landmarks: [
        [width * 0.38, height * 0.42],
        [width * 0.62, height * 0.44],
      ],
      options: contourOptionsSchema.parse({}),
      loadtestMode: false,
      doneStatus: 'completed',
    },
    parts: [...parts].map(([name, data]) => ({
      name,
      bytes: data.length,
      sha256: createHash('sha256').update(data).digest('hex'),
      contentType: name === 'image' ? 'image/jpeg' : 'image/png',
    })),
    webhookUrl: null,
  };
}
