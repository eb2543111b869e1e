export interface VideoPicture {
  /** Milliseconds since the epoch. */
  readonly capturedAtMs: number;
  /** Grows with each picture that the video has shown, also those that nobody was told of. */
  readonly count: number;
}

/** A capture time that is further away is not of this clock. */
const MAX_AGE_MS = 2000;

/** Calls back for each new picture of a video, until it is stopped. A page that is not shown gets none. */
export function eachVideoPicture(
  video: HTMLVideoElement,
  handler: (picture: VideoPicture) => void,
): () => void {
  return 'requestVideoFrameCallback' in HTMLVideoElement.prototype
    ? byVideoFrame(video, handler)
    : byAnimationFrame(video, handler);
}

function byVideoFrame(video: HTMLVideoElement, handler: (picture: VideoPicture) => void): () => void {
  let request = 0;
  const next = () => {
    request = video.requestVideoFrameCallback((_, { captureTime, presentedFrames }) => {
      next();
      const ageMs = performance.now() - (captureTime ?? Number.NaN);
      const capturedAtMs = Date.now() - (ageMs >= 0 && ageMs < MAX_AGE_MS ? ageMs : 0);
      handler({ capturedAtMs, count: presentedFrames });
    });
  };
  next();
  return () => video.cancelVideoFrameCallback(request);
}

/** For older browsers. The count is that of the decoder: time goes on whether or not there is a new picture. */
function byAnimationFrame(video: HTMLVideoElement, handler: (picture: VideoPicture) => void): () => void {
  const shown = () => video.getVideoPlaybackQuality().totalVideoFrames;
  let request = 0;
  // What is shown already is not new.
  let last = shown();
  const next = () => {
    request = requestAnimationFrame(() => {
      next();
      const count = shown();
      if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || count === last) return;
      last = count;
      handler({ capturedAtMs: Date.now(), count });
    });
  };
  next();
  return () => cancelAnimationFrame(request);
}
