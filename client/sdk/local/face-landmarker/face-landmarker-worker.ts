/** Finds faces with MediaPipe's FaceLandmarker, where the node has its file. */
import { FaceLandmarker } from '@mediapipe/tasks-vision';
import scriptUrl from '@mediapipe/tasks-vision/vision_wasm_module_internal.js?url';
import wasmUrl from '@mediapipe/tasks-vision/vision_wasm_module_internal.wasm?url';
import { FramegateError } from '../../../../src/protocol/framegate-error.ts';
import { parseCanonicalFace } from '../../../../src/vision/canonical-face.ts';
import { followFaces } from '../follow-faces.ts';
import { modelNamed } from '../model-list.ts';
import { type DetectorScope, serveDetector } from '../serve-detector.ts';
import { RUNTIME_BYTES } from './face-landmarker-bytes.ts';
import { createFaceLandmarkerFinder } from './face-landmarker-finder.ts';

/** How tasks-vision takes a runtime that is loaded already: it looks for both in the global scope. */
interface TaskScope extends DetectorScope {
  custom_dbg?(): void;
  Module?: {
    print(): void;
    printErr(): void;
    instantiateWasm(imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance) => void): void;
  };
}

const scope = globalThis as unknown as TaskScope;

const quiet = (): void => {};

const MAX_FACES = 2;
const VIDEO = { runningMode: 'VIDEO' } as const;

serveDetector(scope, async (list, files) => {
  const task = list.faceLandmarker;
  if (task === null) {
    throw new FramegateError('detector-unavailable', 'the node has no face_landmarker.task');
  }
  const face = modelNamed(list, 'canonical-face');
  files.expect(RUNTIME_BYTES + task.bytes + face.bytes);
  const [wasm, model, geometry] = await Promise.all([
    files.asset(wasmUrl),
    files.model(task),
    files.model(face),
  ]);
  withoutNetwork();
  await import(/* @vite-ignore */ new URL(scriptUrl, import.meta.url).href);
  // It talks of every graph that it starts; on the console of an application that would read like errors.
  scope.custom_dbg = quiet;
  const compiled = await WebAssembly.compile(wasm);
  scope.Module = {
    print: quiet,
    printErr: quiet,
    instantiateWasm(imports, receive) {
      void WebAssembly.instantiate(compiled, imports).then(receive);
    },
  };
  const landmarker = await FaceLandmarker.createFromOptions(
    // Nothing to load by address.
    { wasmLoaderPath: '', wasmBinaryPath: '' },
    { baseOptions: { modelAssetBuffer: model, delegate: 'CPU' }, numFaces: MAX_FACES, ...VIDEO },
  );
  return {
    follower: followFaces(
      createFaceLandmarkerFinder(landmarker, () => performance.now()),
      parseCanonicalFace(new TextDecoder().decode(geometry)),
      // Set anew, the graph begins anew: it no longer knows where the face was.
      () => landmarker.setOptions(VIDEO),
    ),
    models: [
      { name: task.name, version: task.version, sha256: await files.sha256(model) },
      { name: face.name, version: face.version, sha256: face.sha256 ?? '' },
    ],
  };
});

/**
 * MediaPipe Tasks reports its use to Google (README of the package, "Privacy Notice"). Nothing leaves the device here: what
 * runs in this worker after its files are there gets no network. It gives up reporting at the first refusal.
 */
function withoutNetwork(): void {
  const fetch = () => Promise.reject(new TypeError('no network in a detector'));
  Object.assign(scope, { fetch, XMLHttpRequest: undefined, WebSocket: undefined, EventSource: undefined });
}
