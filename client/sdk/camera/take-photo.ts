import { fitSize, type Size } from './fit-size.ts';

const TIMEOUT_MS = 1200;
/** A photo is of a slightly later moment and makes some cameras blink: it has to be worth that. */
const MIN_GAIN = 1.5;

/** lib.dom does not know it. */
interface ImageCaptureLike {
  getPhotoCapabilities(): Promise<{ readonly imageWidth?: Range; readonly imageHeight?: Range }>;
  takePhoto(settings: { imageWidth: number; imageHeight: number }): Promise<Blob>;
}
type Range = { readonly max: number };

export type TakePhoto = (
  video: Size,
  limits: { maxWidth: number; maxHeight: number },
) => Promise<Blob | null>;

/**
 * Photos of a camera that takes larger ones than its video shows. Null where it does not, or not in time; after the first
 * failure it is not asked again.
 */
export function createPhotoTaker(track: MediaStreamTrack): TakePhoto {
  const { ImageCapture } = globalThis as { ImageCapture?: new (of: MediaStreamTrack) => ImageCaptureLike };
  let capture: ImageCaptureLike | null = null;
  let usable = ImageCapture !== undefined;

  async function take(video: Size, { maxWidth, maxHeight }: { maxWidth: number; maxHeight: number }) {
    capture ??= new ImageCapture!(track);
    const { imageWidth, imageHeight } = await capture.getPhotoCapabilities();
    const photo = { width: imageWidth?.max ?? 0, height: imageHeight?.max ?? 0 };
    // Capabilities are those of the sensor; the video may be turned.
    const long = Math.max(maxWidth, maxHeight);
    const pixels = (size: Size) => size.width * size.height;
    if (pixels(fitSize(photo, long)) < MIN_GAIN * pixels(fitSize(video, long))) return null;
    return capture.takePhoto({ imageWidth: photo.width, imageHeight: photo.height });
  }

  return async (video, limits) => {
    if (!usable) return null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(reject, TIMEOUT_MS, new Error('no photo in time'));
    });
    try {
      return await Promise.race([take(video, limits), late]);
    } catch {
      usable = false;
      return null;
    } finally {
      clearTimeout(timer);
    }
  };
}
