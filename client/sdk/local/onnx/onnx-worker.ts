/** Finds faces and bodies with the edge's own models on onnxruntime-web. */
import scriptUrl from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import { env } from 'onnxruntime-web/wasm';
import { parseCanonicalFace } from '../../../../src/vision/canonical-face.ts';
import { createFaceFinder } from '../../../../src/vision/face-finder.ts';
import { followBodies } from '../follow-bodies.ts';
import { followFaces } from '../follow-faces.ts';
import type { LocalSubject } from '../local-detector.ts';
import { modelNamed } from '../model-list.ts';
import { type DetectorScope, serveDetector } from '../serve-detector.ts';
import type { SubjectFollower } from '../subject-follower.ts';
import { RUNTIME_BYTES } from './onnx-runtime-bytes.ts';
import { onnxThreads } from './onnx-threads.ts';
import { createWebModelRunner } from './web-model-runner.ts';

const scope = globalThis as unknown as DetectorScope;

/** What each subject is found with, in the order in which `FOLLOW` takes it. */
const MODELS: Readonly<Record<LocalSubject, readonly string[]>> = {
  face: ['face-detector', 'face-mesh', 'canonical-face'],
  // The smallest, which guides live sessions at the edge too.
  body: ['pose-detector', 'pose-landmark-lite'],
};

type Files = readonly Uint8Array[];

const FOLLOW: Readonly<Record<LocalSubject, (files: Files) => Promise<SubjectFollower>>> = {
  async face([detector, mesh, geometry]) {
    const models = {
      detector: await createWebModelRunner(detector!),
      mesh: await createWebModelRunner(mesh!),
    };
    return followFaces(createFaceFinder(models), parseCanonicalFace(new TextDecoder().decode(geometry)));
  },
  async body([detector, landmarks]) {
    return followBodies({
      detector: await createWebModelRunner(detector!),
      landmarks: await createWebModelRunner(landmarks!),
    });
  },
};

serveDetector(scope, async (list, files, subject) => {
  const needed = MODELS[subject].map((name) => modelNamed(list, name));
  files.expect(needed.reduce((bytes, file) => bytes + file.bytes, RUNTIME_BYTES));
  const [wasm, ...loaded] = await Promise.all([
    files.asset(wasmUrl),
    ...needed.map((file) => files.model(file)),
  ]);
  const { href, origin } = new URL(scriptUrl, import.meta.url);
  env.wasm.wasmPaths = { mjs: href };
  env.wasm.wasmBinary = wasm;
  env.wasm.proxy = false;
  env.wasm.numThreads = onnxThreads({
    isolated: globalThis.crossOriginIsolated,
    sameOrigin: origin === location.origin,
    cores: navigator.hardwareConcurrency,
  });
  return {
    follower: await FOLLOW[subject](loaded),
    models: needed.map(({ name, version, sha256 }) => ({ name, version, sha256: sha256 ?? '' })),
  };
});
