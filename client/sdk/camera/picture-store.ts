import { FramegateError } from '../../../src/protocol/framegate-error.ts';
import type { EncodedFrame, StillLimits } from '../picture.ts';
import { copyFrame } from './copy-frame.ts';
import { fitSize, type Size } from './fit-size.ts';
import { firstStillStep, nextStillStep, type StillStep } from './still-step.ts';

export type PictureSource = VideoFrame | ImageBitmap;

/** Calls on pictures that are kept where they are encoded: in a worker, or without one. */
export type PictureCalls = {
  /** What can be encoded here; null where nothing can. */
  probe(argument: null): EncodedFrame['format'] | null;
  keep(picture: { id: number; source: PictureSource }): void;
  frame(wanted: { id: number; maxEdge: number; quality: number }): EncodedFrame;
  bitmap(wanted: { id: number; maxEdge: number }): ImageBitmap;
  /** `photo`: of the same moment, taken where it is the larger one. */
  still(wanted: { id: number; limits: StillLimits; photo: Blob | null }): EncodedFrame;
  release(id: number): void;
  /** Releases all, those too that are being kept. */
  clear(nothing: null): void;
};

/** The one canvas API over OffscreenCanvas and <canvas>. */
export interface Drawing {
  readonly canvas: OffscreenCanvas | HTMLCanvasElement;
  readonly context: OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D;
  /** The browser takes another type where it cannot do this one: see the blob's. */
  toBlob(type: string, quality: number): Promise<Blob>;
}

const FORMATS = ['jpeg', 'webp'] as const;

const isVideoFrame = (source: PictureSource): source is VideoFrame => 'displayWidth' in source;

function sizeOf(source: PictureSource): Size {
  return isVideoFrame(source)
    ? { width: source.displayWidth, height: source.displayHeight }
    : { width: source.width, height: source.height };
}

/** Keeps pictures and encodes them. Everything that it draws is upright and without metadata. */
export function createPictureStore(createDrawing: () => Drawing) {
  const pictures = new Map<number, PictureSource>();
  let format: EncodedFrame['format'] = 'jpeg';
  // Frames are of one size most of the time: their canvas is kept.
  let frameDrawing: Drawing | null = null;

  function sourceOf(id: number): PictureSource {
    const source = pictures.get(id);
    if (!source) throw new FramegateError('internal', 'a picture was used after it was closed');
    return source;
  }

  function draw(drawing: Drawing, source: PictureSource, { width, height }: Size): void {
    const { canvas, context } = drawing;
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    context.imageSmoothingQuality = 'high';
    context.drawImage(source, 0, 0, width, height);
  }

  async function encode(
    drawing: Drawing,
    source: PictureSource,
    { width, height, quality }: StillStep,
  ): Promise<EncodedFrame> {
    draw(drawing, source, { width, height });
    const blob = await drawing.toBlob(`image/${format}`, quality / 100);
    return { data: new Uint8Array(await blob.arrayBuffer()), width, height, format };
  }

  /** `source` is asked for before each step: it may have been copied meanwhile. */
  async function encodeWithin(source: () => PictureSource, limits: StillLimits): Promise<EncodedFrame> {
    const drawing = createDrawing();
    for (let step: StillStep | null = firstStillStep(sizeOf(source()), limits); step; ) {
      const still = await encode(drawing, source(), step);
      if (still.data.length <= limits.maxBytes) return still;
      step = nextStillStep(step, still.data.length, limits);
    }
    throw new FramegateError('payload-too-large', `no still fits into ${limits.maxBytes} bytes`);
  }

  /**
   * Puts a copy in the place of a frame, whose memory is the camera's: cameras fill a few buffers in turn, Chromium's as
   * few as three, and stall when a page holds them.
   */
  async function spareCamera(id: number, frame: VideoFrame): Promise<void> {
    const copy = await copyFrame(frame).catch(() => null);
    if (!copy) return;
    // Released meanwhile.
    if (pictures.get(id) !== frame) return copy.close();
    pictures.set(id, copy);
    frame.close();
  }

  /** Null where the photo is no better: smaller, of another orientation, damaged. */
  async function decodeBetter(photo: Blob, than: Size): Promise<ImageBitmap | null> {
    const bitmap = await createImageBitmap(photo).catch(() => null);
    if (!bitmap) return null;
    const upright = bitmap.width > bitmap.height === than.width > than.height;
    if (upright && bitmap.width * bitmap.height > than.width * than.height) return bitmap;
    bitmap.close();
    return null;
  }

  return {
    async probe() {
      const drawing = createDrawing();
      const bitmap = await createImageBitmap(new ImageData(2, 2));
      draw(drawing, bitmap, bitmap);
      bitmap.close();
      for (const candidate of FORMATS) {
        const { type } = await drawing.toBlob(`image/${candidate}`, 0.8);
        if (type !== `image/${candidate}`) continue;
        format = candidate;
        return format;
      }
      return null;
    },

    async keep({ id, source }: { id: number; source: PictureSource }) {
      pictures.set(id, source);
      if (isVideoFrame(source)) await spareCamera(id, source);
    },

    async frame(
      { id, maxEdge, quality }: { id: number; maxEdge: number; quality: number },
      transfer: object[] = [],
    ) {
      const source = sourceOf(id);
      frameDrawing ??= createDrawing();
      const frame = await encode(frameDrawing, source, { ...fitSize(sizeOf(source), maxEdge), quality });
      transfer.push(frame.data.buffer);
      return frame;
    },

    async bitmap({ id, maxEdge }: { id: number; maxEdge: number }, transfer: object[] = []) {
      const source = sourceOf(id);
      const drawing = createDrawing();
      draw(drawing, source, fitSize(sizeOf(source), maxEdge));
      const bitmap = await createImageBitmap(drawing.canvas);
      transfer.push(bitmap);
      return bitmap;
    },

    async still(
      { id, limits, photo }: { id: number; limits: StillLimits; photo: Blob | null },
      transfer: object[] = [],
    ) {
      const better = photo && (await decodeBetter(photo, sizeOf(sourceOf(id))));
      try {
        const still = await encodeWithin(() => better ?? sourceOf(id), limits);
        transfer.push(still.data.buffer);
        return still;
      } finally {
        better?.close();
      }
    },

    release(id: number) {
      pictures.get(id)?.close();
      pictures.delete(id);
    },

    clear() {
      for (const source of pictures.values()) source.close();
      pictures.clear();
    },
  };
}
