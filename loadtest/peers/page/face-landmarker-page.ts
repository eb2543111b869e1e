/** Runs in Chromium: FaceLandmarker as its documentation says to use it on a video, with a clock around each frame. */
import type { FaceLandmarker as FaceLandmarkerType } from '@mediapipe/tasks-vision';
import type { FaceLandmarkerCalls, TimedFrames } from '../face-landmarker-calls.ts';

interface Picture {
  readonly blob: Blob;
  readonly bitmap: ImageBitmap;
  readonly data: ImageData;
}

/** A camera's 30 frames a second; only their order and distance matter to FaceLandmarker. */
const FRAME_DISTANCE_MS = 33;

const packagePath = '/tasks-vision/';
const { FaceLandmarker } = (await import(`${packagePath}vision_bundle.mjs`)) as {
  FaceLandmarker: typeof FaceLandmarkerType;
};

let landmarker: FaceLandmarkerType;
let pictures: Picture[] = [];
let timestampMs = 0;

async function loadPicture(url: string): Promise<Picture> {
  const blob = await (await fetch(url)).blob();
  const bitmap = await createImageBitmap(blob);
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
  context.drawImage(bitmap, 0, 0);
  return { blob, bitmap, data: context.getImageData(0, 0, width, height) };
}

/** Lets the page breathe, as between two frames of a video, without the delay of a timer. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

const calls: FaceLandmarkerCalls = {
  async load({ pictureUrls, matrices }) {
    if (pictures.length === 0) pictures = await Promise.all(pictureUrls.map(loadPicture));
    landmarker?.close();
    landmarker = await FaceLandmarker.createFromOptions(
      {
        wasmLoaderPath: `${packagePath}wasm/vision_wasm_internal.js`,
        wasmBinaryPath: `${packagePath}wasm/vision_wasm_internal.wasm`,
      },
      {
        baseOptions: { modelAssetPath: '/face_landmarker.task', delegate: 'CPU' },
        runningMode: 'VIDEO',
        numFaces: 1,
        outputFaceBlendshapes: false,
        outputFacialTransformationMatrixes: matrices,
      },
    );
  },

  async run({ sequence, input, decode }) {
    const ms: number[] = [];
    const found: boolean[] = [];
    for (const index of sequence) {
      const { blob, bitmap, data } = pictures[index]!;
      timestampMs += FRAME_DISTANCE_MS;
      const startedMs = performance.now();
      const made = decode ? await createImageBitmap(blob) : input === 'image-bitmap' ? bitmap : data;
      const { faceLandmarks } = landmarker.detectForVideo(made, timestampMs);
      ms.push(performance.now() - startedMs);
      found.push(faceLandmarks.length > 0);
      if (decode && made instanceof ImageBitmap) made.close();
      await nextTask();
    }
    return { ms, found } satisfies TimedFrames;
  },

  async webglCopyMs(times) {
    const { bitmap } = pictures[0]!;
    const { width, height } = bitmap;
    const gl = new OffscreenCanvas(width, height).getContext('webgl2')!;
    const pixels = new Uint8Array(width * height * 4);
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    gl.bindFramebuffer(gl.FRAMEBUFFER, gl.createFramebuffer());
    const took: number[] = [];
    for (let time = 0; time < times; time++) {
      const startedMs = performance.now();
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, bitmap);
      gl.framebufferTexture2D(
        gl.FRAMEBUFFER,
        gl.COLOR_ATTACHMENT0,
        gl.TEXTURE_2D,
        gl.getParameter(gl.TEXTURE_BINDING_2D) as WebGLTexture,
        0,
      );
      gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
      took.push(performance.now() - startedMs);
      await nextTask();
    }
    return took.sort((one, other) => one - other)[times >> 1]!;
  },
};

Object.assign(globalThis, { faceLandmarker: calls });
