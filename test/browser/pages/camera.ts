import { type Camera, type CameraPicture, cameraFrom, openCamera } from '../../../client/sdk/index.ts';

/** Cameras for camera.test.ts: what a test does with one is a function that runs in the page. */
const video = document.createElement('video');
video.muted = true;
video.playsInline = true;
document.body.append(video);

async function show(camera: Camera): Promise<void> {
  video.srcObject = camera.stream;
  await video.play();
}

/** The next pictures; the caller closes them. */
function nextPictures(camera: Camera, count: number): Promise<CameraPicture[]> {
  return new Promise((resolve) => {
    const taken: CameraPicture[] = [];
    const end = camera.pictures(
      video,
      () => taken.length < count,
      (picture) => {
        taken.push(picture);
        if (taken.length < count) return;
        end();
        resolve(taken);
      },
    );
  });
}

/** The code of what is thrown, or null. */
async function codeOf(work: Promise<unknown>): Promise<string | null> {
  return work.then(
    () => null,
    (error: unknown) => (error as { code?: string }).code ?? String(error),
  );
}

/** What a decoder makes of an encoded picture: its size and some of its colours. */
async function decoded({ data, format }: { data: Uint8Array; format: string }) {
  const blob = new Blob([data as Uint8Array<ArrayBuffer>], { type: `image/${format}` });
  return inspected(await createImageBitmap(blob));
}

function inspected(bitmap: ImageBitmap) {
  const { width, height } = bitmap;
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d')!;
  context.drawImage(bitmap, 0, 0);
  const at = (x: number, y: number) => [
    ...context.getImageData(width * x, height * y, 1, 1).data.slice(0, 3),
  ];
  return { width, height, middle: at(0.5, 0.5), topLeft: at(0.1, 0.1), bottomRight: at(0.9, 0.9) };
}

/** A stream of the page: each `paint` is one picture of it. Its left top is red, so that mirrors and turns show. */
function paintedStream(width: number, height: number) {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d')!;
  const stream = canvas.captureStream(0);
  const track = stream.getVideoTracks()[0] as CanvasCaptureMediaStreamTrack;
  return {
    stream,
    paint(grey: number) {
      context.fillStyle = `rgb(${grey} ${grey} ${grey})`;
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.fillStyle = 'rgb(255 0 0)';
      context.fillRect(0, 0, canvas.width / 4, canvas.height / 4);
      track.requestFrame();
    },
    resize(newWidth: number, newHeight: number) {
      canvas.width = newWidth;
      canvas.height = newHeight;
    },
  };
}

const cameraPage = {
  video,
  openCamera,
  cameraFrom,
  show,
  nextPictures,
  codeOf,
  decoded,
  inspected,
  paintedStream,
};

declare global {
  interface Window {
    cameraPage: typeof cameraPage;
  }
}

window.cameraPage = cameraPage;
