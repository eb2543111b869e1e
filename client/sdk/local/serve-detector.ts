import { FramegateError, toFramegateError } from '../../../src/protocol/framegate-error.ts';
import type { ModelIdentity } from '../../../src/protocol/records.ts';
import type { FrameAnalysis } from '../../../src/vision/types.ts';
import { serveWorker, type WorkerScope } from '../serve-worker.ts';
import type { DetectorCalls, DetectorProgress } from './detector-calls.ts';
import { download, type FileCaches, loadFile } from './load-file.ts';
import type { LocalSubject } from './local-detector.ts';
import type { ModelFile, ModelList } from './model-list.ts';
import { createPictureReader, type PictureReader } from './picture-reader.ts';
import type { SubjectFollower } from './subject-follower.ts';

/** What a detector's worker is made of. */
export interface LoadedFollower {
  readonly follower: SubjectFollower;
  readonly models: readonly ModelIdentity[];
}

export interface DetectorFiles {
  /** Says how many bytes will be loaded in all; before the first of them. */
  expect(totalBytes: number): void;
  model(file: ModelFile): Promise<Uint8Array<ArrayBuffer>>;
  /** A file of the client's own build. */
  asset(url: string): Promise<Uint8Array<ArrayBuffer>>;
  sha256(data: Uint8Array<ArrayBuffer>): Promise<string>;
}

interface Ready {
  readonly follower: SubjectFollower;
  readonly reader: PictureReader;
}

/** What is needed of a detector's worker: `globalThis`. */
export interface DetectorScope extends WorkerScope {
  readonly caches?: FileCaches;
}

/** The worker's side of a LocalDetector, whatever is found and by what. Takes one picture after the other, in their order. */
export function serveDetector(
  scope: DetectorScope,
  prepare: (list: ModelList, files: DetectorFiles, subject: LocalSubject) => Promise<LoadedFollower>,
): void {
  // Kept: a detector may take the network from the libraries that it loads.
  const fetchFile = (url: string): Promise<Response> => networkFetch(url);
  const networkFetch = fetch.bind(globalThis);
  let ready: Ready | null = null;
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
    load: ({ subject, list }) =>
      inTurn(async () => {
        const { follower, models } = await prepare(list, createFiles(), subject);
        ready = { follower, reader: createPictureReader() };
        await follower.warmUp();
        return models;
      }),
    look: (bitmap) =>
      inTurn(async () => {
        const started = performance.now();
        const { follower, reader } = loaded();
        const seen = await follower.look(reader.read(bitmap));
        return { ...seen, tookMs: performance.now() - started };
      }),
    analyse: (bitmap, transfer) =>
      inTurn(async () => {
        const { follower, reader } = loaded();
        const analysis = await follower.analyse(reader.read(bitmap));
        transfer.push(...pointBuffers(analysis));
        return analysis;
      }),
    forget: () => inTurn(async () => ready?.follower.forget()),
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

function pointBuffers({ face, body }: FrameAnalysis): ArrayBuffer[] {
  const points = [face?.landmarks, body?.landmarks, body?.worldLandmarks, body?.visibility, body?.presence];
  return points.flatMap((array) => (array?.buffer instanceof ArrayBuffer ? [array.buffer] : []));
}
