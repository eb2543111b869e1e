import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BodyPose } from '../../src/vision/pose-landmarks.ts';
import type { RgbImage } from '../../src/vision/types.ts';

/**
 * How far MediaPipe's own tests let x and y be off these landmarks, as a share of width and height; they do not look at
 * z. (pose_landmarker_test: kLandmarksAbsMargin)
 */
export const GOLDEN_POSE_MARGIN = 0.03;

/** What MediaPipe expects of one point: x and z in widths of the picture, y in heights. */
export interface GoldenPoint {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly visibility: number;
  readonly presence: number;
}

/** One point found, less what is expected. */
export interface PointError {
  /** The larger of |x| and |y|, as shares of width and height: what the margin is for. */
  readonly share: number;
  readonly px: number;
  /** Found − expected. */
  readonly dxPx: number;
  readonly dyPx: number;
  readonly visibility: number;
  readonly presence: number;
}

/** The 33 points of pose_landmarks.pbtxt. */
export async function readGoldenPose(folder: string): Promise<GoldenPoint[]> {
  const text = await readFile(join(folder, 'pose_landmarks.pbtxt'), 'utf8');
  return Array.from(text.matchAll(/landmark \{([^}]*)\}/g), ([, fields]) => {
    const read = (name: string): number => Number(new RegExp(`\\b${name}: (\\S+)`).exec(fields!)![1]);
    return {
      x: read('x'),
      y: read('y'),
      z: read('z'),
      visibility: read('visibility'),
      presence: read('presence'),
    };
  });
}

export function goldenPoseErrors(
  golden: readonly GoldenPoint[],
  found: Pick<BodyPose, 'landmarks' | 'visibility' | 'presence'>,
  { width, height }: Pick<RgbImage, 'width' | 'height'>,
): PointError[] {
  return golden.map((point, i) => {
    const dx = found.landmarks[i * 3]! - point.x * width;
    const dy = found.landmarks[i * 3 + 1]! - point.y * height;
    return {
      share: Math.max(Math.abs(dx) / width, Math.abs(dy) / height),
      px: Math.hypot(dx, dy),
      dxPx: dx,
      dyPx: dy,
      visibility: found.visibility[i]! - point.visibility,
      presence: found.presence[i]! - point.presence,
    };
  });
}
