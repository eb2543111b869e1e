import type { FaceDetection } from './face-detections.ts';
import { boundsOf, LANDMARK } from './landmarks.ts';
import type { Region } from './types.ts';

/** Room around the face that the mesh model was trained with. */
const MARGIN = 1.5;

/** Where the mesh looks for a face that the detector found: upright by the line between the eyes. */
export function regionFromDetection(detection: FaceDetection): Region {
  const { box, keypoints } = detection;
  return {
    centerX: box.x + box.width / 2,
    centerY: box.y + box.height / 2,
    sizePx: MARGIN * Math.max(box.width, box.height),
    rotationRad: Math.atan2(keypoints[3]! - keypoints[1]!, keypoints[2]! - keypoints[0]!),
  };
}

/** Where the mesh looks in the next frame. */
export function regionFromLandmarks(landmarks: Float32Array): Region {
  const { x, y, width, height } = boundsOf(landmarks);
  const right = LANDMARK.rightEyeOuter * 3;
  const left = LANDMARK.leftEyeOuter * 3;
  return {
    centerX: x + width / 2,
    centerY: y + height / 2,
    sizePx: MARGIN * Math.max(width, height),
    rotationRad: Math.atan2(
      landmarks[left + 1]! - landmarks[right + 1]!,
      landmarks[left]! - landmarks[right]!,
    ),
  };
}

/** The whole image in the middle of a square: the letterbox of the detector. */
export function letterbox(width: number, height: number): Region {
  return { centerX: width / 2, centerY: height / 2, sizePx: Math.max(width, height), rotationRad: 0 };
}
