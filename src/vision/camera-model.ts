/** MediaPipe's assumption for the geometry of faces, near enough for phones held upright and for 4:3 webcams. */
const VERTICAL_FOV_DEG = 63;

/** A pinhole camera without distortion, principal point in the middle of the picture. */
export interface CameraModel {
  readonly focalPx: number;
  readonly centerX: number;
  readonly centerY: number;
}

/**
 * The camera assumed behind a picture whose lens is not known. A picture wider than 4:3 is taken as a 4:3 sensor
 * with its top and bottom cut off, as webcams do it: 63° of height over 16:9 would mean a 95° wide lens.
 */
export function assumedCamera(width: number, height: number): CameraModel {
  const sensorHeight = Math.max(height, width * 0.75);
  return {
    focalPx: sensorHeight / 2 / Math.tan((VERTICAL_FOV_DEG * Math.PI) / 360),
    centerX: width / 2,
    centerY: height / 2,
  };
}
