import { median } from '../bench/quantiles.ts';
import { INPUT_KINDS, type InputKind, type TimedFrames } from './face-landmarker-calls.ts';
import type { OpenFaceLandmarker } from './open-face-landmarker.ts';
import type { OwnCompute } from './own-compute.ts';
import type { PictureSet } from './peer-pictures.ts';

export interface ComputeSides {
  readonly own: OwnCompute;
  readonly landmarker: OpenFaceLandmarker;
}

/** Medians of the rounds; each round's is that of its frames. */
export interface ComputeFigures {
  readonly computeMs: number;
  readonly faceLandmarkerMs: number;
  readonly computeWithDecodeMs: number;
  readonly faceLandmarkerWithDecodeMs: number;
  /** Of a detectForVideo, what WebGL takes to get the picture in and out. */
  readonly webglCopyMs: number;
  readonly input: InputKind;
  /** CPU time of a frame in all of Chromium, over that of the process in which ours runs. */
  readonly cpuRatio: number;
}

type Variant = 'own' | 'own+decode' | 'landmarker' | 'landmarker+decode';

const WARM_UP_RUNS = 3;
const COPY_TIMES = 60;

/** Warms both up, then lets them take turns, round by round; while one works the other waits. */
export async function compareCompute(
  { own, landmarker }: ComputeSides,
  sets: readonly PictureSet[],
  rounds: number,
  print: (line: string) => void,
): Promise<ComputeFigures> {
  const sequence = sets.flatMap((set) => set.sequence);

  await landmarker.load(false);
  const input = await fasterInput(landmarker, sequence);
  await landmarker.load(true);
  for (let run = 0; run < WARM_UP_RUNS; run++) {
    await landmarker.run({ sequence, input, decode: run === 0 });
    await own.run({ sequence, decode: run === 0 });
  }
  const webglCopyMs = await landmarker.webglCopyMs(COPY_TIMES);

  const takes: Readonly<Record<Variant, () => Promise<TimedFrames>>> = {
    own: () => own.run({ sequence, decode: false }),
    landmarker: () => landmarker.run({ sequence, input, decode: false }),
    'own+decode': () => own.run({ sequence, decode: true }),
    'landmarker+decode': () => landmarker.run({ sequence, input, decode: true }),
  };
  const order = Object.keys(takes) as Variant[];
  const medians: Record<Variant, number[]> = {
    own: [],
    landmarker: [],
    'own+decode': [],
    'landmarker+decode': [],
  };
  const last: Partial<Record<Variant, TimedFrames>> = {};
  const allOwn: number[] = [];
  const allLandmarker: number[] = [];
  let [ownCpuMs, landmarkerCpuMs] = [0, 0];
  for (let round = 1; round <= rounds; round++) {
    // Whoever always went first would always meet the other's warm caches.
    for (const variant of round % 2 === 1 ? order : order.toReversed()) {
      const [ownBefore, landmarkerBefore] = [process.cpuUsage(), await landmarker.cpuSeconds()];
      const timed = await takes[variant]();
      const { user, system } = process.cpuUsage(ownBefore);
      if (variant === 'own') ownCpuMs += (user + system) / 1000;
      if (variant === 'landmarker')
        landmarkerCpuMs += 1000 * ((await landmarker.cpuSeconds()) - landmarkerBefore);
      last[variant] = timed;
      medians[variant].push(median(timed.ms));
      if (variant === 'own') allOwn.push(...timed.ms);
      if (variant === 'landmarker') allLandmarker.push(...timed.ms);
    }
    const text = order.map((variant) => `${variant} ${medians[variant].at(-1)!.toFixed(2)}`).join(', ');
    print(`  round ${round}: ${text} ms`);
  }
  const meshOnlyMs = await meshOnly(landmarker, sets[0]!.sequence, input);
  print(`  median of rounds (lowest – highest round; mean and p99 of all frames), ms a frame`);
  print(`    ours                      ${spread(medians.own)}; ${meanAndTail(allOwn)}`);
  print(`    FaceLandmarker            ${spread(medians.landmarker)}; ${meanAndTail(allLandmarker)}`);
  print(`    ours, with decode         ${spread(medians['own+decode'])}`);
  print(`    FaceLandmarker, with it   ${spread(medians['landmarker+decode'])}`);
  print(
    `    FaceLandmarker without matrices, ${sets[0]!.name} frames alone: ${meshOnlyMs.toFixed(2)}; of each, WebGL's taking and giving back of the ` +
      `picture is about ${webglCopyMs.toFixed(2)} (no GPU here); input: ${input}`,
  );
  const cpuMs = { own: ownCpuMs / allOwn.length, landmarker: landmarkerCpuMs / allLandmarker.length };
  print(`    CPU of a frame: ours ${cpuMs.own.toFixed(2)}, Chromium ${cpuMs.landmarker.toFixed(2)} ms`);
  printFound(sets, last, print);
  return {
    computeMs: median(medians.own),
    faceLandmarkerMs: median(medians.landmarker),
    computeWithDecodeMs: median(medians['own+decode']),
    faceLandmarkerWithDecodeMs: median(medians['landmarker+decode']),
    webglCopyMs,
    input,
    cpuRatio: cpuMs.landmarker / cpuMs.own,
  };
}

/** A runtime that has just been loaded is slow at first. */
async function meshOnly(
  landmarker: OpenFaceLandmarker,
  sequence: readonly number[],
  input: InputKind,
): Promise<number> {
  await landmarker.load(false);
  for (let run = 0; run < WARM_UP_RUNS; run++) await landmarker.run({ sequence, input, decode: false });
  return median((await landmarker.run({ sequence, input, decode: false })).ms);
}

/** FaceLandmarker gets its picture in the form that it is quicker with. */
async function fasterInput(landmarker: OpenFaceLandmarker, sequence: readonly number[]): Promise<InputKind> {
  const ms = new Map<InputKind, number>();
  for (const input of [...INPUT_KINDS, ...INPUT_KINDS]) {
    ms.set(input, median((await landmarker.run({ sequence, input, decode: false })).ms));
  }
  return INPUT_KINDS.toSorted((one, other) => ms.get(one)! - ms.get(other)!)[0]!;
}

/** A picture counts as found when the face was there in the last frame that showed it. */
function printFound(
  sets: readonly PictureSet[],
  last: Partial<Record<Variant, TimedFrames>>,
  print: (line: string) => void,
): void {
  let from = 0;
  for (const { name, indices, sequence } of sets) {
    const countOf = (timed: TimedFrames | undefined): number => {
      const byPicture = new Map(sequence.map((index, place) => [index, timed?.found[from + place] ?? false]));
      return [...byPicture.values()].filter(Boolean).length;
    };
    print(
      `    ${name}: of ${indices.length} pictures, ours found ${countOf(last.own)}, FaceLandmarker ${countOf(last.landmarker)}`,
    );
    from += sequence.length;
  }
}

function spread(medians: readonly number[]): string {
  return `${median(medians).toFixed(2)} (${Math.min(...medians).toFixed(2)} – ${Math.max(...medians).toFixed(2)})`;
}

function meanAndTail(ms: readonly number[]): string {
  const sorted = ms.toSorted((one, other) => one - other);
  const mean = ms.reduce((sum, value) => sum + value, 0) / ms.length;
  return `mean ${mean.toFixed(2)}, p99 ${sorted[Math.floor(0.99 * sorted.length)]!.toFixed(2)}`;
}
