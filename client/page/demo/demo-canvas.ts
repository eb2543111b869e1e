import { FramegateError } from '../../../src/protocol/framegate-error.ts';

/** A canvas that stands in for a camera. */
export interface DemoCanvas {
  show(picture: {
    readonly rgba: Uint8ClampedArray<ArrayBuffer>;
    readonly width: number;
    readonly height: number;
  }): void;
  /** What is shown from now on, at first what is shown already. */
  startStream(): MediaStream;
  stop(): void;
}

/** Throws browser-unsupported where a canvas gives no stream. */
export function openDemoCanvas(): DemoCanvas {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { alpha: false });
  if (context === null || typeof canvas.captureStream !== 'function') {
    throw new FramegateError('browser-unsupported', 'this browser makes no stream of a canvas');
  }
  let stream: MediaStream | null = null;
  return {
    show({ rgba, width, height }) {
      if (canvas.width !== width) canvas.width = width;
      if (canvas.height !== height) canvas.height = height;
      context.putImageData(new ImageData(rgba, width, height), 0, 0);
    },
    startStream() {
      stream ??= canvas.captureStream();
      return stream;
    },
    stop() {
      for (const track of stream?.getTracks() ?? []) track.stop();
    },
  };
}
