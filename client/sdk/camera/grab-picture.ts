import type { PictureSource } from './picture-store.ts';

/**
 * The pixels that the video shows now. A VideoFrame costs nothing, but is taken only of browsers that know of its
 * rotation: the others hand over what the sensor of a phone gives, lying on its side.
 */
export function grabPicture(video: HTMLVideoElement): Promise<PictureSource> {
  if (typeof VideoFrame === 'function' && 'rotation' in VideoFrame.prototype) {
    try {
      const frame = new VideoFrame(video);
      if (frame.displayWidth === video.videoWidth && frame.displayHeight === video.videoHeight)
        return Promise.resolve(frame);
      frame.close();
    } catch {
      // A video whose pixels cannot be had this way can still be drawn.
    }
  }
  return createImageBitmap(video);
}
