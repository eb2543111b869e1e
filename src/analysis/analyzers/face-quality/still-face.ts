import { interocularPx, landmarkAt, type Point } from '../../../guidance/face-geometry.ts';
import { luminanceOf } from '../../../vision/colour.ts';
import { LANDMARK } from '../../../vision/landmarks.ts';
import { FACE_OVAL, isInside, outlineOf } from '../../../vision/skin-regions.ts';
import type { FaceAnalysis, FrameAnalysis, RgbImage } from '../../../vision/types.ts';

/** A still and its face, prepared once; the features only read it. Lengths are in pixels of the still. */
export interface StillFace {
  readonly image: RgbImage;
  readonly analysis: FrameAnalysis;
  readonly face: FaceAnalysis;
  /** The subject's right eye stands at the image's left. */
  readonly rightEye: Point;
  readonly leftEye: Point;
  readonly betweenEyes: Point;
  readonly mouth: Point;
  /** Between the eyes as seen, and as a frontal view would show it. */
  readonly interocularSeenPx: number;
  readonly interocularPx: number;
  /** From between the eyes to the chin: OFIQ's T. */
  readonly eyesToChinPx: number;
  /** Linear luminance, 0..1, of pixels inside the face's oval, taken evenly over it. */
  readonly faceLuminance: Float32Array;
  /** Squares on the cheeks, 0.3 eye distances wide, half-way between eyes and mouth. null where one leaves the image. */
  readonly cheeks: { readonly right: CheekSquare; readonly left: CheekSquare } | null;
}

/** sRGB pixels, interleaved, of a square that is turned with the face. */
export type CheekSquare = Uint8Array;

const MAX_FACE_SAMPLES = 60_000;
const CHEEK_SHARE = 0.3;
/** Samples along a side of a cheek's square. */
const CHEEK_SAMPLES = 64;
const MOUTH_CORNERS = [61, 291] as const;

export function prepareStillFace(image: RgbImage, analysis: FrameAnalysis, face: FaceAnalysis): StillFace {
  const { landmarks } = face;
  const rightEye = middle(landmarks, LANDMARK.rightEyeOuter, LANDMARK.rightEyeInner);
  const leftEye = middle(landmarks, LANDMARK.leftEyeInner, LANDMARK.leftEyeOuter);
  const betweenEyes = { x: (rightEye.x + leftEye.x) / 2, y: (rightEye.y + leftEye.y) / 2 };
  const mouth = middle(landmarks, ...MOUTH_CORNERS);
  const chin = landmarkAt(landmarks, LANDMARK.chin);
  const interocularSeenPx = Math.hypot(leftEye.x - rightEye.x, leftEye.y - rightEye.y);
  const down = { x: (mouth.x - betweenEyes.x) / 2, y: (mouth.y - betweenEyes.y) / 2 };
  const sidePx = CHEEK_SHARE * interocularSeenPx;
  const rollRad = Math.atan2(leftEye.y - rightEye.y, leftEye.x - rightEye.x);
  const right = readSquare(image, { x: rightEye.x + down.x, y: rightEye.y + down.y }, sidePx, rollRad);
  const left = readSquare(image, { x: leftEye.x + down.x, y: leftEye.y + down.y }, sidePx, rollRad);
  return {
    image,
    analysis,
    face,
    rightEye,
    leftEye,
    betweenEyes,
    mouth,
    interocularSeenPx,
    interocularPx: interocularPx(face),
    eyesToChinPx: Math.hypot(chin.x - betweenEyes.x, chin.y - betweenEyes.y),
    faceLuminance: readFaceLuminance(image, face),
    cheeks: right === null || left === null ? null : { right, left },
  };
}

function middle(landmarks: Float32Array, from: number, to: number): Point {
  const first = landmarkAt(landmarks, from);
  const second = landmarkAt(landmarks, to);
  return { x: (first.x + second.x) / 2, y: (first.y + second.y) / 2 };
}

function readFaceLuminance(image: RgbImage, { landmarks, box }: FaceAnalysis): Float32Array {
  const outline = outlineOf(landmarks, 3, FACE_OVAL);
  const left = Math.max(0, Math.floor(box.x));
  const top = Math.max(0, Math.floor(box.y));
  const right = Math.min(image.width, Math.ceil(box.x + box.width));
  const bottom = Math.min(image.height, Math.ceil(box.y + box.height));
  const area = Math.max(0, right - left) * Math.max(0, bottom - top);
  const step = Math.max(1, Math.ceil(Math.sqrt(area / MAX_FACE_SAMPLES)));
  const values = new Float32Array(
    area === 0 ? 0 : Math.ceil((right - left) / step) * Math.ceil((bottom - top) / step),
  );
  let count = 0;
  for (let y = top; y < bottom; y += step) {
    for (let x = left; x < right; x += step) {
      if (!isInside(outline, x + 0.5, y + 0.5)) continue;
      const at = (y * image.width + x) * 3;
      values[count++] = luminanceOf(image.data[at]!, image.data[at + 1]!, image.data[at + 2]!);
    }
  }
  return values.subarray(0, count);
}

/** Nearest pixels of a turned square; null where any of it lies outside of the image. */
function readSquare(image: RgbImage, center: Point, sidePx: number, angleRad: number): CheekSquare | null {
  const count = Math.max(2, Math.min(CHEEK_SAMPLES, Math.round(sidePx)));
  const pixels = new Uint8Array(count * count * 3);
  const [cos, sin] = [Math.cos(angleRad), Math.sin(angleRad)];
  let to = 0;
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < count; column++) {
      const u = ((column + 0.5) / count - 0.5) * sidePx;
      const v = ((row + 0.5) / count - 0.5) * sidePx;
      const x = Math.floor(center.x + u * cos - v * sin);
      const y = Math.floor(center.y + u * sin + v * cos);
      if (x < 0 || y < 0 || x >= image.width || y >= image.height) return null;
      const at = (y * image.width + x) * 3;
      pixels[to++] = image.data[at]!;
      pixels[to++] = image.data[at + 1]!;
      pixels[to++] = image.data[at + 2]!;
    }
  }
  return pixels;
}
