import { FramegateError, toFramegateError } from '../../../src/protocol/framegate-error.ts';
import type { ModelIdentity } from '../../../src/protocol/records.ts';
import { createFrameAnalysis, type FrameAnalysisStage } from '../../../src/vision/analyse-frame.ts';
import type { FaceFinder } from '../../../src/vision/face-finder.ts';
import { boundsOf } from '../../../src/vision/landmarks.ts';
import type { CanonicalFace, TrackState } from '../../../src/vision/types.ts';
import { serveWorker, type WorkerScope } from '../serve-worker.ts';
import type { DetectorCalls, DetectorProgress } from './detector-calls.ts';
import { download, type FileCaches, loadFile } from './load-file.ts';
import type { ModelFile, ModelList } from './model-list.ts';
import { createPictureReader, type PictureReader, type ReadPicture } from './picture-reader.ts';

/** What a detector's worker is made of. */
export interface LoadedFinder {
  readonly finder: FaceFinder<ReadPicture>;
  readonly canonical: CanonicalFace;
  readonly models: readonly ModelIdentity[];
  /** For a finder that keeps something of the last picture itself. */
  forget?(): Promise<void>;
}

export interface DetectorFiles {
  /** Says how many bytes will be loaded in all; before the first of them. */
  expect(totalBytes: number): void;
  model(file: ModelFile): Promise<Uint8Array<ArrayBuffer>>;
  /** A file of the client's own build. */
  asset(url: string): Promise<Uint8Array<ArrayBuffer>>;
  sha256(data: Uint8Array<ArrayBuffer>): Promise<string>;
}

interface Ready extends LoadedFinder {
  readonly stage: FrameAnalysisStage<ReadPicture>;
  readonly reader: PictureReader;
}

/** What is needed of a detector's worker: `globalThis`. */
export interface DetectorScope extends WorkerScope {
  readonly caches?: FileCaches;
}

/** Enough for the engine to compile what every frame runs. */
const WARM_UP_PICTURES = 4;

/** The worker's side of a LocalDetector, whatever finds the face. Takes one picture after the other, in their order. */
export function serveDetector(
  scope: DetectorScope,
  prepare: (list: ModelList, files: DetectorFiles) => Promise<LoadedFinder>,
): void {
  // Kept: a detector may take the network from the libraries that it loads.
  const fetchFile = (url: string): Promise<Response> => networkFetch(url);
  const networkFetch = fetch.bind(globalThis);
  let ready: Ready | null = null;
  let track: TrackState | null = null;
  let turn: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.catch(() => {});
    return mine.catch((thrown: unknown) => {
      throw toFramegateError(thrown, 'detector-unavailable');
    });
  };
  const loaded = (): Ready => {
    if (ready === null) throw new FramegateError('detector-unavailable', 'the detector is not loaded');
    return ready;
  };

  const say = serveWorker<DetectorCalls>(scope, {
    load: (list) =>
      inTurn(async () => {
        const finder = await prepare(list, createFiles());
        ready = {
          ...finder,
          stage: createFrameAnalysis(finder.finder, finder.canonical),
          reader: createPictureReader(),
        };
        await warmUp(ready);
        return finder.models;
      }),
    look: (bitmap) =>
      inTurn(async () => {
        const started = performance.now();
        const { finder, reader } = loaded();
        const found = await finder.find(reader.read(bitmap), track);
        track = found.track;
        return {
          faceCount: found.faceCount,
          box: found.mesh && boundsOf(found.mesh.landmarks),
          tookMs: performance.now() - started,
        };
      }),
    analyse: (bitmap, transfer) =>
      inTurn(async () => {
        const { stage, reader } = loaded();
        const result = await stage.analyse(reader.read(bitmap), track);
        track = result.track;
        const landmarks = result.analysis.face?.landmarks.buffer;
        if (landmarks instanceof ArrayBuffer) transfer.push(landmarks);
        return result.analysis;
      }),
    forget: () =>
      inTurn(async () => {
        track = null;
        await ready?.forget?.();
      }),
  });

  function createFiles(): DetectorFiles {
    let loadedBytes = 0;
    let totalBytes = 0;
    const onBytes = (bytes: number): void => {
      loadedBytes += bytes;
      // A file may be larger than was said of it.
      const progress: DetectorProgress = { loadedBytes, totalBytes: Math.max(totalBytes, loadedBytes) };
      say(progress);
    };
    const deps = { fetch: fetchFile, caches: scope.caches, sha256, onBytes };
    return {
      expect(bytes) {
        totalBytes = bytes;
        onBytes(0);
      },
      model: (file) => loadFile(file, deps),
      asset: (url) => download(url, deps),
      sha256,
    };
  }
}

async function sha256(data: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', data));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function warmUp({ stage }: Ready): Promise<void> {
  const [width, height] = [512, 384];
  const rgba = new ImageData(new Uint8ClampedArray(width * height * 4).fill(128), width, height);
  const picture = { data: new Uint8Array(width * height * 3).fill(128), width, height, rgba };
  const region = { centerX: width / 2, centerY: height / 2, sizePx: height, rotationRad: 0 };
  for (let i = 0; i < WARM_UP_PICTURES; i++) {
    await stage.analyse(picture, { region, framesSinceDetect: 0, faceCount: 1, secondFaceRatio: 0 });
  }
}
