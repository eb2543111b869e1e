import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { RUNTIME_BYTES as TASKS_BYTES } from '../../client/sdk/local/face-landmarker/face-landmarker-bytes.ts';
import { createFaceLandmarkerFinder } from '../../client/sdk/local/face-landmarker/face-landmarker-finder.ts';
import { type FileCache, type FileCaches, loadFile } from '../../client/sdk/local/load-file.ts';
import { modelListUrl, modelNamed, parseModelList } from '../../client/sdk/local/model-list.ts';
import { RUNTIME_BYTES as ONNX_BYTES } from '../../client/sdk/local/onnx/onnx-runtime-bytes.ts';
import { onnxThreads } from '../../client/sdk/local/onnx/onnx-threads.ts';

const sha256 = async (data: Uint8Array) => createHash('sha256').update(data).digest('hex');
const BYTES = new TextEncoder().encode('a model');
const HASH = createHash('sha256').update(BYTES).digest('hex');

function memoryCaches(): FileCaches & { readonly kept: Map<string, Uint8Array<ArrayBuffer>> } {
  const kept = new Map<string, Uint8Array<ArrayBuffer>>();
  const cache: FileCache = {
    match: async (key) => (kept.has(key) ? new Response(kept.get(key)) : undefined),
    put: async (key, response) => {
      kept.set(key, new Uint8Array(await response.arrayBuffer()));
    },
    keys: async () => [...kept.keys()].map((url) => ({ url })),
    delete: async (key) => kept.delete(key),
  };
  return { kept, open: async () => cache };
}

function network(answer: () => Response) {
  const asked: string[] = [];
  return {
    asked,
    fetch: async (url: string) => {
      asked.push(url);
      return answer();
    },
  };
}

const FILE = {
  name: 'face-mesh',
  version: '1.0.0',
  url: 'https://edge/m',
  bytes: BYTES.length,
  sha256: HASH,
};

describe('the list of models', () => {
  test.each([
    ['https://edge.example', 'https://edge.example/models/manifest.json'],
    ['https://edge.example/deep/?x=1#y', 'https://edge.example/deep/models/manifest.json'],
    ['https://edge.example/deep', 'https://edge.example/deep/models/manifest.json'],
    ['wss://edge.example', 'https://edge.example/models/manifest.json'],
    ['ws://127.0.0.1:8080/', 'http://127.0.0.1:8080/models/manifest.json'],
    ['/', 'https://page.example/models/manifest.json'],
    ['assets', 'https://page.example/app/assets/models/manifest.json'],
  ])('of %s is at %s', (modelsUrl, expected) => {
    expect(modelListUrl(modelsUrl, 'https://page.example/app/index.html')).toBe(expected);
  });

  test('has addresses relative to itself', () => {
    const models = [{ name: 'face-mesh', version: '1.0.0', url: 'face-mesh.onnx', bytes: 7, sha256: HASH }];
    const faceLandmarker = { url: '/models/face_landmarker.task', bytes: 9 };
    const list = parseModelList({ models, faceLandmarker }, 'https://edge/models/manifest.json');
    expect(modelNamed(list, 'face-mesh').url).toBe('https://edge/models/face-mesh.onnx');
    expect(list.faceLandmarker).toMatchObject({
      url: 'https://edge/models/face_landmarker.task',
      sha256: null,
    });
    expect(() => modelNamed(list, 'face-detector')).toThrowError(
      expect.objectContaining({ code: 'detector-unavailable' }),
    );
  });

  test.each([null, 'text', {}, { models: [{}] }, { models: [{ ...FILE, sha256: 'no hash' }] }])(
    'refuses %j',
    (value) => {
      expect(() => parseModelList(value, 'https://edge/models/manifest.json')).toThrowError(
        expect.objectContaining({ code: 'detector-unavailable' }),
      );
    },
  );
});

describe('a model file', () => {
  const load = (deps: Partial<Parameters<typeof loadFile>[1]>) =>
    loadFile(FILE, {
      caches: undefined,
      sha256,
      onBytes: () => {},
      fetch: async () => new Response(BYTES),
      ...deps,
    });

  test('comes from the network once, and tells its bytes each time', async () => {
    const caches = memoryCaches();
    const { asked, fetch } = network(() => new Response(BYTES));
    let bytes = 0;
    const onBytes = (more: number) => {
      bytes += more;
    };
    expect(await load({ caches, fetch, onBytes })).toEqual(BYTES);
    expect(await load({ caches, fetch, onBytes })).toEqual(BYTES);
    expect(asked).toHaveLength(1);
    expect(bytes).toBe(2 * BYTES.length);
  });

  test('of an older version leaves the cache, others stay', async () => {
    const caches = memoryCaches();
    const base = 'https://framegate.invalid/models';
    caches.kept.set(`${base}/face-mesh/older`, BYTES);
    caches.kept.set(`${base}/face-detector/its-own`, BYTES);
    await load({ caches });
    expect([...caches.kept.keys()]).toEqual([`${base}/face-detector/its-own`, `${base}/face-mesh/${HASH}`]);
  });

  test('that was damaged in the cache is loaded again', async () => {
    const caches = memoryCaches();
    caches.kept.set(`https://framegate.invalid/models/face-mesh/${HASH}`, new Uint8Array(3));
    expect(await load({ caches })).toEqual(BYTES);
  });

  test('that differs from its hash is refused and not kept', async () => {
    const caches = memoryCaches();
    const wrong = load({ caches, fetch: async () => new Response('another model') });
    await expect(wrong).rejects.toMatchObject({ code: 'detector-unavailable' });
    expect(caches.kept.size).toBe(0);
  });

  test.each([
    ['no network', async () => Promise.reject(new TypeError('offline'))],
    ['a missing file', async () => new Response('', { status: 404 })],
  ])('fails with the code of the detector for %s', async (_, fetch) => {
    await expect(load({ fetch })).rejects.toMatchObject({ code: 'detector-unavailable', retryable: true });
  });

  test('is loaded where the cache refuses everything', async () => {
    const refuse = () => Promise.reject(new Error('private window'));
    expect(await load({ caches: { open: refuse } })).toEqual(BYTES);
    const cache: FileCache = { match: refuse, put: refuse, keys: refuse, delete: refuse };
    expect(await load({ caches: { open: async () => cache } })).toEqual(BYTES);
  });
});

test('the sizes that the progress counts with are those of the installed runtimes', () => {
  const sizeOf = (file: string) => statSync(createRequire(import.meta.url).resolve(file)).size;
  expect(ONNX_BYTES).toBe(sizeOf('onnxruntime-web/ort-wasm-simd-threaded.wasm'));
  expect(TASKS_BYTES).toBe(sizeOf('@mediapipe/tasks-vision/vision_wasm_module_internal.wasm'));
});

test('the runtime has threads on isolated pages of its own origin only', () => {
  const page = { isolated: true, sameOrigin: true, cores: 8 };
  expect(onnxThreads(page)).toBe(4);
  expect(onnxThreads({ ...page, cores: 64 })).toBe(4);
  expect(onnxThreads({ ...page, cores: 1 })).toBe(1);
  expect(onnxThreads({ ...page, isolated: false })).toBe(1);
  expect(onnxThreads({ ...page, sameOrigin: false })).toBe(1);
});

describe('FaceLandmarker as a face finder', () => {
  const square = (x: number, size: number) =>
    Array.from({ length: 478 }, (_, i) => ({ x: x + (i % 2) * size, y: ((i >> 1) % 2) * size, z: 0.1 }));
  const image = { data: new Uint8Array(0), width: 200, height: 100, rgba: null };
  const finder = (faces: ReturnType<typeof square>[], times: number[] = []) =>
    createFaceLandmarkerFinder(
      {
        detectForVideo: (_: null, timeMs) => {
          times.push(timeMs);
          return { faceLandmarks: faces };
        },
      },
      () => 5,
    );

  test('gives the 468 points of the mesh in pixels, of the largest face', async () => {
    const found = await finder([square(0, 0.1), square(0.5, 0.2)]).find(image, null);
    expect(found).toMatchObject({ faceCount: 2, track: null });
    expect(found.secondFaceRatio).toBeCloseTo(0.25, 5);
    expect(found.mesh!.landmarks).toHaveLength(468 * 3);
    expect([...found.mesh!.landmarks.subarray(0, 3)].map(Math.round)).toEqual([100, 0, 20]);
  });

  test('says so where there is nobody', async () => {
    expect(await finder([]).find(image, null)).toMatchObject({
      mesh: null,
      faceCount: 0,
      secondFaceRatio: 0,
    });
  });

  test('tells a time that grows, whatever the clock says', async () => {
    const times: number[] = [];
    const still = finder([], times);
    for (let i = 0; i < 3; i++) await still.find(image, null);
    expect(times).toEqual([5, 6, 7]);
  });
});
