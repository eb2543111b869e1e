/** Finds faces with the edge's own models on onnxruntime-web. */
import scriptUrl from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import { env } from 'onnxruntime-web/wasm';
import { parseCanonicalFace } from '../../../../src/vision/canonical-face.ts';
import { createFaceFinder } from '../../../../src/vision/face-finder.ts';
import { modelNamed } from '../model-list.ts';
import { type DetectorScope, serveDetector } from '../serve-detector.ts';
import { RUNTIME_BYTES } from './onnx-runtime-bytes.ts';
import { onnxThreads } from './onnx-threads.ts';
import { createWebModelRunner } from './web-model-runner.ts';

const scope = globalThis as unknown as DetectorScope;

serveDetector(scope, async (list, files) => {
  const needed = ['face-detector', 'face-mesh', 'canonical-face'].map((name) => modelNamed(list, name));
  files.expect(needed.reduce((bytes, file) => bytes + file.bytes, RUNTIME_BYTES));
  const [wasm, detector, mesh, geometry] = await Promise.all([
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
  const models = {
    detector: await createWebModelRunner(detector!),
    mesh: await createWebModelRunner(mesh!),
  };
  return {
    finder: createFaceFinder(models),
    canonical: parseCanonicalFace(new TextDecoder().decode(geometry)),
    models: needed.map(({ name, version, sha256 }) => ({ name, version, sha256: sha256 ?? '' })),
  };
});
