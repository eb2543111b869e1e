import type { LoadedFaceModels } from '../../src/vision/load-face-models.ts';
import { type Figures, figure } from '../bench/figures.ts';
import { compareCompute } from './compare-compute.ts';
import { findTaskFile } from './find-task-file.ts';
import { openFaceLandmarker } from './open-face-landmarker.ts';
import { createOwnCompute } from './own-compute.ts';
import { ownInBrowserMs } from './own-in-browser.ts';
import type { PeerPictures } from './peer-pictures.ts';

export interface ComputeOrder {
  readonly taskFile: string | undefined;
  readonly pictures: PeerPictures;
  readonly loaded: LoadedFaceModels;
  readonly rounds: number;
  readonly print: (line: string) => void;
}

/** The work on one frame, on one thread of Node, against FaceLandmarker in Chromium. */
export async function measureCompute({
  taskFile,
  pictures,
  loaded,
  rounds,
  print,
}: ComputeOrder): Promise<Figures> {
  const landmarker = await openFaceLandmarker(findTaskFile(taskFile), pictures.jpegs);
  try {
    print(
      `\ncompute of a frame: one thread of Node ${process.version}, FaceLandmarker in ${landmarker.browserVersion}`,
    );
    print("  ours: detector or following, warp, mesh, pose, the pixels' statistics");
    print('  FaceLandmarker: VIDEO, CPU, one face, mesh and pose matrices, no blendshapes');
    const own = await createOwnCompute(loaded, pictures.jpegs);
    const found = await compareCompute({ own, landmarker }, pictures.sets, rounds, print);
    const inBrowserMs = await ownInBrowserMs(pictures.jpegs[0]!);
    print(
      `    for information: our detector in the browser's worker ${inBrowserMs.toFixed(2)} ms, to it and back`,
    );
    const withoutCopyMs = found.faceLandmarkerMs - found.webglCopyMs;
    return {
      timesFasterThanFaceLandmarker: figure(found.faceLandmarkerMs / found.computeMs, 'times', 5),
      faceLandmarkerMs: figure(found.faceLandmarkerMs, 'ms'),
      computeMs: figure(found.computeMs, 'ms'),
      timesFasterWithDecode: figure(found.faceLandmarkerWithDecodeMs / found.computeWithDecodeMs, 'times'),
      timesLessCpuThanFaceLandmarker: figure(found.cpuRatio, 'times'),
      timesFasterWithoutWebglCopy: figure(withoutCopyMs / found.computeMs, 'times'),
      ownInBrowserMs: figure(inBrowserMs, 'ms'),
    };
  } finally {
    await landmarker.close();
  }
}
