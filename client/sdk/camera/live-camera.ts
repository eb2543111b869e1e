import { createNanoEvents } from 'nanoevents';
import type { ErrorCode } from '../../../src/protocol/error-codes.ts';
import { FramegateError } from '../../../src/protocol/framegate-error.ts';
import type { Camera, CameraEvents, CameraInfo, CameraRequest } from './camera.ts';
import { cameraFacing } from './camera-facing.ts';
import { cameraFailure } from './camera-failure.ts';
import { createCameraPicture } from './camera-picture.ts';
import { eachVideoPicture } from './each-video-picture.ts';
import type { Size } from './fit-size.ts';
import { grabPicture } from './grab-picture.ts';
import { capabilitiesOf, listCameras } from './list-cameras.ts';
import type { PictureStore } from './open-picture-store.ts';
import { createRateWatch } from './rate-watch.ts';
import { stopStream } from './request-stream.ts';
import { createPhotoTaker } from './take-photo.ts';

/** 640×360: fewer leave too little of a face. */
const MIN_PIXELS = 230_400;
const CHECK_MS = 1000;
/** A photo shows the moment of a picture only while that one is new. */
const PHOTO_MAX_AGE_MS = 1000;

export interface LiveCameraParts {
  readonly stream: MediaStream;
  readonly store: PictureStore;
  /** Null for a stream of the page itself, which has no other devices. */
  readonly reopen: ((request: CameraRequest) => Promise<MediaStream>) | null;
}

/** A camera on a stream that has been opened. */
export function createLiveCamera({ stream: opened, store, reopen }: LiveCameraParts): Camera {
  const events = createNanoEvents<CameraEvents>();
  const loops = new Set<() => void>();
  const told = new Set<ErrorCode>();
  let stream: MediaStream;
  let track: MediaStreamTrack;
  let takePhoto: ReturnType<typeof createPhotoTaker>;
  let info: CameraInfo;
  let torchOn = false;
  let videoSize: Size | null = null;
  let lastPictureId = 0;
  let stopped = false;
  let switching: Promise<void> = Promise.resolve();
  let isSwitching = false;

  function describe(): CameraInfo {
    const { deviceId = '', facingMode, width = 0, height = 0, frameRate = null } = track.getSettings();
    const facing = cameraFacing(facingMode, track.label);
    return {
      device: { deviceId, label: track.label, facing },
      ...(videoSize ?? { width, height }),
      frameRate,
      mirrored: facing !== 'environment',
      torch: capabilitiesOf(track).torch ? (torchOn ? 'on' : 'off') : 'unsupported',
    };
  }

  function refresh(): void {
    if (stopped) return;
    const fresh = describe();
    if (JSON.stringify(fresh) === JSON.stringify(info)) return;
    info = fresh;
    events.emit('changed', info);
  }

  function adopt(next: MediaStream): void {
    const video = next.getVideoTracks()[0];
    if (!video) throw new FramegateError('camera-missing', 'the stream has no video');
    stream = next;
    track = video;
    takePhoto = createPhotoTaker(track);
    torchOn = false;
    videoSize = null;
    told.clear();
    info = describe();
    track.addEventListener('ended', lose, { once: true });
  }

  function lose(event: Event): void {
    if (event.target !== track || stopped) return;
    stop();
    events.emit('error', new FramegateError('camera-lost', 'the camera has been taken away'));
  }

  function tellOnce(code: ErrorCode, message: string, details: Record<string, unknown>): void {
    if (told.has(code)) return;
    told.add(code);
    events.emit('error', new FramegateError(code, message, { details }));
  }

  /** Rotation and what a camera says of itself only once it runs. */
  function measure({ videoWidth: width, videoHeight: height }: HTMLVideoElement): void {
    if (videoSize?.width === width && videoSize.height === height) return;
    videoSize = { width, height };
    refresh();
    if (width * height < MIN_PIXELS)
      tellOnce('camera-too-small', 'the camera gives too few pixels', { width, height });
  }

  function take(video: HTMLVideoElement, capturedAtMs: number) {
    lastPictureId += 1;
    const id = lastPictureId;
    const size = { width: video.videoWidth, height: video.videoHeight };
    const photographer = takePhoto;
    return createCameraPicture({
      id,
      capturedAtMs,
      ...size,
      source: grabPicture(video),
      store,
      takePhoto: async (limits) => {
        const isNewest = id === lastPictureId && Date.now() - capturedAtMs < PHOTO_MAX_AGE_MS;
        return isNewest && photographer === takePhoto ? takePhoto(size, limits) : null;
      },
    });
  }

  const devicesChanged = () => {
    if (!stopped) events.emit('changed', info);
  };

  function stop(): void {
    if (stopped) return;
    stopped = true;
    navigator.mediaDevices?.removeEventListener('devicechange', devicesChanged);
    for (const end of loops) end();
    stopStream(stream);
    store.close();
  }

  /** Phones give one camera at a time: the old one has to go first, and comes back where the new one fails. */
  async function change(request: CameraRequest, open: NonNullable<LiveCameraParts['reopen']>): Promise<void> {
    if (stopped) throw new FramegateError('camera-lost', 'the camera has been turned off');
    const { deviceId } = info.device;
    stopStream(stream);
    let failure: FramegateError | null = null;
    let next: MediaStream | null = null;
    try {
      next = await open(request);
    } catch (thrown) {
      failure = cameraFailure(thrown);
      next = await open({ deviceId }).catch(() => null);
    }
    if (stopped && next) stopStream(next);
    if (stopped) throw new FramegateError('camera-lost', 'the camera was turned off meanwhile');
    if (next) {
      adopt(next);
      events.emit('changed', info);
    } else {
      stop();
      events.emit('error', new FramegateError('camera-lost', 'the camera before does not start again'));
    }
    if (failure) throw failure;
  }

  adopt(opened);
  navigator.mediaDevices?.addEventListener('devicechange', devicesChanged);

  return {
    get stream() {
      return stream;
    },
    get info() {
      return info;
    },
    on: (name, handler) => events.on(name, handler),

    devices: async () => (reopen ? listCameras() : [info.device]),

    switchTo(request) {
      if (!reopen)
        return Promise.reject(
          new FramegateError('camera-missing', 'a stream of the page has no other cameras'),
        );
      const turn = switching.then(async () => {
        isSwitching = true;
        try {
          await change(request, reopen);
        } finally {
          isSwitching = false;
        }
      });
      switching = turn.catch(() => undefined);
      return turn;
    },

    async setTorch(on) {
      if (info.torch === 'unsupported')
        throw new FramegateError('browser-unsupported', 'this camera has no torch that pages can use');
      const lit = track;
      try {
        await lit.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] });
      } catch (thrown) {
        throw cameraFailure(thrown);
      }
      // Meanwhile it may have been changed for another camera.
      if (lit !== track) return;
      torchOn = on;
      refresh();
    },

    pictures(video, wanted, handler) {
      const rate = createRateWatch();
      const endPictures = eachVideoPicture(video, ({ capturedAtMs, count }) => {
        // A muted track shows black, or its last picture; of a video that does not play yet the first one cannot be had.
        if (stopped || isSwitching || track.muted || video.paused) return;
        rate.picture(count);
        measure(video);
        if (wanted()) handler(take(video, capturedAtMs));
      });
      const timer = setInterval(() => {
        // Browsers show fewer pictures, or none, in a video that is not on the screen.
        const isShown = !document.hidden && video.getClientRects().length > 0;
        const watching = isShown && !video.paused && !isSwitching;
        const perSecond = rate.check(performance.now(), watching);
        if (perSecond !== null)
          tellOnce('camera-too-slow', 'the camera gives too few pictures', { perSecond });
      }, CHECK_MS);
      const end = () => {
        loops.delete(end);
        clearInterval(timer);
        endPictures();
      };
      if (stopped) end();
      else loops.add(end);
      return end;
    },

    stop,
  };
}
