/** A JPEG taken apart: what stands before its first scan, and the rest from the scan's header on. */
export interface JpegSegment {
  readonly marker: number;
  readonly payload: Uint8Array;
}

export interface TakenJpeg {
  readonly segments: readonly JpegSegment[];
  /** Of the first scan: the payload of its header, and all bytes behind it, the end of the image included. */
  readonly scanHeader: Uint8Array;
  readonly scan: Uint8Array;
}

const START_OF_SCAN = 0xda;

export function takeJpeg(jpeg: Uint8Array): TakenJpeg {
  const view = new DataView(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  const segments: JpegSegment[] = [];
  for (let at = 2; ; ) {
    const marker = view.getUint8(at + 1);
    const end = at + 2 + view.getUint16(at + 2);
    const payload = jpeg.subarray(at + 4, end);
    if (marker === START_OF_SCAN) return { segments, scanHeader: payload, scan: jpeg.subarray(end) };
    segments.push({ marker, payload });
    at = end;
  }
}

export function jpegSegment(marker: number, payload: Uint8Array): Buffer {
  const head = Buffer.from([0xff, marker, (payload.length + 2) >> 8, (payload.length + 2) & 255]);
  return Buffer.concat([head, payload]);
}

export function putJpeg({ segments, scanHeader, scan }: TakenJpeg): Buffer {
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    ...segments.map(({ marker, payload }) => jpegSegment(marker, payload)),
    jpegSegment(START_OF_SCAN, scanHeader),
    scan,
  ]);
}

/** The same with its frame header (any start of frame) changed. */
export function withFrameHeader(
  jpeg: TakenJpeg,
  change: (payload: Uint8Array) => void,
  newMarker?: number,
): TakenJpeg {
  const segments = jpeg.segments.map((segment) => {
    const isFrame =
      segment.marker >= 0xc0 && segment.marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(segment.marker);
    if (!isFrame) return segment;
    const payload = Uint8Array.from(segment.payload);
    change(payload);
    return { marker: newMarker ?? segment.marker, payload };
  });
  return { ...jpeg, segments };
}

export function withSegments(jpeg: TakenJpeg, ...further: readonly JpegSegment[]): TakenJpeg {
  return { ...jpeg, segments: [...further, ...jpeg.segments] };
}

export function withoutSegments(jpeg: TakenJpeg, marker: number): TakenJpeg {
  return { ...jpeg, segments: jpeg.segments.filter((segment) => segment.marker !== marker) };
}
