import type { FaceFinder } from '../../../../src/vision/face-finder.ts';
import { boundsOf, LANDMARK_COUNT } from '../../../../src/vision/landmarks.ts';
import type { RgbImage } from '../../../../src/vision/types.ts';

interface Point {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** What is needed of MediaPipe's FaceLandmarker in VIDEO mode. */
export interface VideoLandmarker<Pixels> {
  /** Points in shares of the picture; 478 a face, of which the first 468 are the mesh's. Times have to grow. */
  detectForVideo(
    pixels: Pixels,
    timestampMs: number,
  ): { readonly faceLandmarks: readonly (readonly Point[])[] };
}

/** It does not tell its scores; below a half it finds no face. */
const SCORE = 1;

/** FaceLandmarker as a FaceFinder. It follows faces by itself, so that there is no track to hand on. */
export function createFaceLandmarkerFinder<Pixels>(
  landmarker: VideoLandmarker<Pixels>,
  nowMs: () => number,
): FaceFinder<RgbImage & { readonly rgba: Pixels }> {
  let lastMs = 0;
  return {
    async find({ rgba, width, height }) {
      lastMs = Math.max(lastMs + 1, Math.round(nowMs()));
      const faces = landmarker
        .detectForVideo(rgba, lastMs)
        .faceLandmarks.map((points) => toMesh(points, width, height))
        .map((landmarks) => ({ landmarks, area: areaOf(landmarks) }))
        .toSorted((a, b) => b.area - a.area);
      const [largest, second] = faces;
      if (largest === undefined) return { mesh: null, faceCount: 0, secondFaceRatio: 0, track: null };
      return {
        mesh: { landmarks: largest.landmarks, score: SCORE },
        faceCount: faces.length,
        secondFaceRatio: second === undefined ? 0 : second.area / largest.area,
        track: null,
      };
    },
  };
}

/** z has the scale of x. */
function toMesh(points: readonly Point[], width: number, height: number): Float32Array {
  const landmarks = new Float32Array(LANDMARK_COUNT * 3);
  for (let i = 0; i < LANDMARK_COUNT; i++) {
    const { x, y, z } = points[i]!;
    landmarks[i * 3] = x * width;
    landmarks[i * 3 + 1] = y * height;
    landmarks[i * 3 + 2] = z * width;
  }
  return landmarks;
}

function areaOf(landmarks: Float32Array): number {
  const { width, height } = boundsOf(landmarks);
  return width * height;
}
