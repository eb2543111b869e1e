import type { FaceDetection } from './face-detections.ts';
import { createFaceDetector, type FaceDetector } from './face-detector.ts';
import { createFaceMesh, type FaceMesh, type MeshResult } from './face-mesh.ts';
import { regionFromDetection, regionFromLandmarks } from './face-region.ts';
import { boundsOf, intersectionOverUnion } from './landmarks.ts';
import type { FaceModels } from './model-runner.ts';
import type { Box, Region, RgbImage, TrackState } from './types.ts';

/** Below this the mesh itself says that it does not look at a face. */
const MIN_MESH_SCORE = 0.5;
/** How often a followed face lets the detector look for others. */
const FRAMES_BETWEEN_DETECTIONS = 15;
/** A face has to be this much larger than the followed one to take its place, so that two alike do not alternate. */
const TAKE_OVER_AREA = 1.4;
const MIN_REGION_PX = 24;

export interface FoundFaces {
  /** The largest face, or null. */
  readonly mesh: MeshResult | null;
  readonly faceCount: number;
  readonly secondFaceRatio: number;
  readonly track: TrackState | null;
}

/** What finds the face: the project's own models, or another one that gives the same 468 points. */
export interface FaceFinder<Image extends RgbImage = RgbImage> {
  /** One picture at a time; `track` is what the picture before it left, null where there is none. */
  find(image: Image, track: TrackState | null): Promise<FoundFaces>;
}

/** Detector and mesh of the project; keeps nothing between two pictures. */
export function createFaceFinder(models: FaceModels): FaceFinder {
  const detector = createFaceDetector(models.detector);
  const mesh = createFaceMesh(models.mesh);
  return { find: (image, track) => findFaces(image, track, detector, mesh) };
}

/**
 * Finds the largest face as MediaPipe does: the mesh follows where it was, and the detector looks when there is
 * nothing to follow, when the mesh has lost the face, and now and then for other faces.
 */
export async function findFaces(
  image: RgbImage,
  track: TrackState | null,
  detector: FaceDetector,
  mesh: FaceMesh,
): Promise<FoundFaces> {
  const followed =
    track !== null && isUsable(track.region, image) ? await look(mesh, image, track.region) : null;
  if (followed !== null && track !== null && track.framesSinceDetect + 1 < FRAMES_BETWEEN_DETECTIONS) {
    return found(followed, track.faceCount, track.secondFaceRatio, track.framesSinceDetect + 1);
  }
  const detections = await detector.detect(image);
  const own = followed === null ? null : detectionOf(followed, detections);
  const other = detections.find((detection) => detection !== own);
  const takenOver =
    followed !== null && other !== undefined && areaOf(other.box) > TAKE_OVER_AREA * faceArea(followed, own);
  if (followed !== null && !takenOver) return count(followed, detections);
  const candidates = takenOver ? detections.filter((detection) => detection !== own) : detections;
  for (const detection of candidates) {
    const fresh = await lookTwice(mesh, image, regionFromDetection(detection));
    if (fresh !== null) return count(fresh, detections);
  }
  if (followed !== null) return count(followed, detections);
  return { mesh: null, faceCount: 0, secondFaceRatio: 0, track: null };
}

async function look(mesh: FaceMesh, image: RgbImage, region: Region): Promise<MeshResult | null> {
  const result = await mesh.find(image, region);
  return result.score >= MIN_MESH_SCORE ? result : null;
}

/** The detector's region is coarse; the mesh's own is the one that following converges to. */
async function lookTwice(mesh: FaceMesh, image: RgbImage, region: Region): Promise<MeshResult | null> {
  const first = await look(mesh, image, region);
  if (first === null) return null;
  return (await look(mesh, image, regionFromLandmarks(first.landmarks))) ?? first;
}

function count(face: MeshResult, detections: readonly FaceDetection[]): FoundFaces {
  const own = detectionOf(face, detections);
  const others = detections.filter((detection) => detection !== own);
  const second = others.reduce((largest, { box }) => Math.max(largest, areaOf(box)), 0);
  return found(face, others.length + 1, Math.min(1, second / faceArea(face, own)), 0);
}

function found(
  face: MeshResult,
  faceCount: number,
  secondFaceRatio: number,
  framesSinceDetect: number,
): FoundFaces {
  const region = regionFromLandmarks(face.landmarks);
  return {
    mesh: face,
    faceCount,
    secondFaceRatio,
    track: { region, framesSinceDetect, faceCount, secondFaceRatio },
  };
}

/** The detection that shows the same face as the mesh. */
function detectionOf(face: MeshResult, detections: readonly FaceDetection[]): FaceDetection | null {
  const box = boundsOf(face.landmarks);
  let best: FaceDetection | null = null;
  let bestOverlap = 0.2;
  for (const detection of detections) {
    const overlap = intersectionOverUnion(detection.box, box);
    if (overlap > bestOverlap) [best, bestOverlap] = [detection, overlap];
  }
  return best;
}

function faceArea(face: MeshResult, own: FaceDetection | null): number {
  return areaOf(own?.box ?? boundsOf(face.landmarks));
}

function areaOf(box: Box): number {
  return box.width * box.height;
}

/** A track comes from outside of this module and may be of another picture size. */
function isUsable({ centerX, centerY, sizePx, rotationRad }: Region, { width, height }: RgbImage): boolean {
  const inside = centerX >= 0 && centerY >= 0 && centerX <= width && centerY <= height;
  return (
    inside && sizePx >= MIN_REGION_PX && sizePx <= 4 * Math.max(width, height) && Number.isFinite(rotationRad)
  );
}
