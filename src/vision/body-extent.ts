import { BODY_POINT, HEAD_POINT_COUNT } from './body-points.ts';
import type { BodyPose } from './pose-landmarks.ts';
import { BODY_PARTS, type BodyPart, PICTURE_EDGES, type PictureEdge } from './types.ts';

/** Below this the model itself says that the point is not in the picture, wherever it puts it. */
const MIN_PRESENCE = 0.5;
/** Of a mask in the picture's size. */
const PERSON = 128;
/** A shorter contact than this share of the edge is a stray pixel or a tuft of hair. */
const MIN_CONTACT_RATIO = 0.01;

const POINTS_OF: Readonly<Record<BodyPart, readonly number[]>> = {
  head: Array.from({ length: HEAD_POINT_COUNT }, (_, i) => i),
  shoulders: [BODY_POINT.leftShoulder, BODY_POINT.rightShoulder],
  arms: [BODY_POINT.leftElbow, BODY_POINT.rightElbow, BODY_POINT.leftWrist, BODY_POINT.rightWrist],
  hips: [BODY_POINT.leftHip, BODY_POINT.rightHip],
  knees: [BODY_POINT.leftKnee, BODY_POINT.rightKnee],
  feet: [
    BODY_POINT.leftAnkle,
    BODY_POINT.rightAnkle,
    BODY_POINT.leftHeel,
    BODY_POINT.rightHeel,
    BODY_POINT.leftFootIndex,
    BODY_POINT.rightFootIndex,
  ],
};

/** Parts of the body of which at least one point is not in the picture. */
export function missingParts(
  { landmarks, presence }: Pick<BodyPose, 'landmarks' | 'presence'>,
  width: number,
  height: number,
): BodyPart[] {
  const isIn = (point: number): boolean => {
    const x = landmarks[point * 3]!;
    const y = landmarks[point * 3 + 1]!;
    return x >= 0 && y >= 0 && x <= width && y <= height && presence[point]! >= MIN_PRESENCE;
  };
  return BODY_PARTS.filter((part) => !POINTS_OF[part].every(isIn));
}

/**
 * Edges of the picture that the person runs into. Where only legs are in view the landmarks may lie all in the picture,
 * on the wrong places; the mask still ends at the edge.
 * @param mask one byte a pixel, as maskInImage gives it
 */
export function edgesReached(mask: Uint8Array, width: number, height: number): PictureEdge[] {
  const contact = (length: number, at: (i: number) => number): number => {
    let pixels = 0;
    for (let i = 0; i < length; i++) if (mask[at(i)]! >= PERSON) pixels++;
    return pixels / length;
  };
  const ratios: Readonly<Record<PictureEdge, number>> = {
    top: contact(width, (x) => x),
    right: contact(height, (y) => y * width + width - 1),
    bottom: contact(width, (x) => (height - 1) * width + x),
    left: contact(height, (y) => y * width),
  };
  return PICTURE_EDGES.filter((edge) => ratios[edge] >= MIN_CONTACT_RATIO);
}
