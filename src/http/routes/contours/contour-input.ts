/** What can be said of a contour request before it is a job. */
import { FramegateError } from '../../../protocol/framegate-error.ts';
import type { ContoursDeps, ImageSize } from './contours-deps.ts';

export interface Landmark {
  readonly x: number;
  readonly y: number;
}

const DATA_URL = /^data:[\w.+-]+\/[\w.+-]+;base64,/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * Bytes of a base64 text, with or without `data:…;base64,`, line breaks and padding.
 * Throws request-invalid naming the field, and payload-too-large for more than `maxBytes`.
 */
export function base64Bytes(field: string, given: string, maxBytes: number): Uint8Array<ArrayBuffer> {
  const text = given.slice(DATA_URL.exec(given.slice(0, 100))?.[0].length ?? 0).replace(/[\r\n]/g, '');
  const digits = text.endsWith('==') ? text.length - 2 : text.endsWith('=') ? text.length - 1 : text.length;
  if (digits === 0 || digits % 4 === 1 || !BASE64.test(text)) {
    throw invalid(field, 'is not base64');
  }
  if (Math.floor((digits * 3) / 4) > maxBytes) throw tooLarge(field, maxBytes);
  return Uint8Array.from(Buffer.from(text, 'base64'));
}

/** Throws request-invalid where a landmark lies outside of the image, or the first two are one. */
export function checkLandmarks(landmarks: readonly Landmark[], { width, height }: ImageSize): void {
  const outside = landmarks.findIndex(({ x, y }) => x < 0 || y < 0 || x > width || y > height);
  if (outside >= 0) throw invalid(`landmarks.${outside}`, 'lies outside of the image');
  const [first, second] = landmarks as [Landmark, Landmark];
  if (first.x === second.x && first.y === second.y) {
    throw invalid('landmarks.1', 'is in the same place as the first');
  }
}

/** Throws request-invalid or image-*, as the map cannot be of this image. */
export function checkMap(map: Uint8Array, image: ImageSize, imageSize: ContoursDeps['imageSize']): void {
  const { width, height, format } = named('segmentation_map', () => imageSize(map));
  if (format === 'jpeg') {
    throw invalid('segmentation_map', 'has to be a PNG: a JPEG has no exact values');
  }
  if (width !== image.width || height !== image.height) {
    throw invalid(
      'segmentation_map',
      `is ${width} × ${height} pixels, the image ${image.width} × ${image.height}`,
    );
  }
}

/** Says which of two pictures an error speaks of. */
export function named<T>(field: string, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    if (!(thrown instanceof FramegateError)) throw thrown;
    const { code, message, details } = thrown;
    throw new FramegateError(code, `${field}: ${message}`, { cause: thrown, ...(details && { details }) });
  }
}

export function invalid(path: string, problem: string): FramegateError {
  const text = `${path}: ${problem}`;
  return new FramegateError('request-invalid', text, { details: { problems: [{ path, text }] } });
}

function tooLarge(field: string, maxBytes: number): FramegateError {
  return new FramegateError('payload-too-large', `${field} has more than ${maxBytes} bytes`, {
    details: { maxBytes },
  });
}
