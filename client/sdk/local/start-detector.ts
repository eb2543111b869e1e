import { FramegateError } from '../../../src/protocol/framegate-error.ts';
import { spawnWorker } from '../spawn-worker.ts';
import faceLandmarkerWorkerUrl from './face-landmarker/face-landmarker-worker.ts?worker&url';
import type {
  LocalDetector,
  LocalDetectorName,
  LocalDetectorOptions,
  LocalSubject,
} from './local-detector.ts';
import { type ModelList, modelListUrl, parseModelList } from './model-list.ts';
import onnxWorkerUrl from './onnx/onnx-worker.ts?worker&url';
import { calledOff, openWorkerDetector } from './worker-detector.ts';

const WORKER_URLS: Readonly<Record<LocalDetectorName, string>> = {
  onnx: onnxWorkerUrl,
  'face-landmarker': faceLandmarkerWorkerUrl,
};

/** Rejects with FramegateError detector-unavailable. */
export async function startDetector(
  subject: LocalSubject,
  { detector, modelsUrl, onProgress, signal }: Omit<LocalDetectorOptions, 'profile'>,
): Promise<LocalDetector> {
  const list = await readList(modelListUrl(modelsUrl, location.href), signal);
  const name = chooseDetector(subject, detector, list);
  const worker = spawnWorker(new URL(WORKER_URLS[name], import.meta.url).href, { name: `framegate-${name}` });
  return openWorkerDetector(worker, { name, subject, list, onProgress, signal });
}

function chooseDetector(
  subject: LocalSubject,
  wanted: LocalDetectorOptions['detector'],
  { faceLandmarker }: ModelList,
): LocalDetectorName {
  // FaceLandmarker knows faces only.
  if (subject !== 'face') return 'onnx';
  if (wanted !== 'auto') return wanted;
  return faceLandmarker === null ? 'onnx' : 'face-landmarker';
}

async function readList(url: string, signal: AbortSignal | undefined): Promise<ModelList> {
  try {
    const response = await fetch(url, signal === undefined ? {} : { signal });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return parseModelList(await response.json(), url);
  } catch (cause) {
    if (signal?.aborted) throw calledOff(signal);
    if (cause instanceof FramegateError) throw cause;
    throw new FramegateError('detector-unavailable', `${url} could not be read: ${String(cause)}`, {
      retryable: true,
      cause,
    });
  }
}
