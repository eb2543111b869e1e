/** Sizes, distances and angles are in image coordinates: pixels, y down, unmirrored. */
/** Interleaved 8-bit sRGB, `data.length === width * height * 3`. */
export interface RgbImage {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A rotated square of the image that a model looks at. */
export interface Region {
  readonly centerX: number;
  readonly centerY: number;
  readonly sizePx: number;
  /** Clockwise as seen (y down): the square's own x axis points along (cos, sin). */
  readonly rotationRad: number;
}

/**
 * Head pose. `yawDeg` > 0: the nose points to the image's right. `pitchDeg` > 0: chin up.
 * `rollDeg` > 0: the image-right eye is lower.
 */
export interface Pose {
  readonly yawDeg: number;
  readonly pitchDeg: number;
  readonly rollDeg: number;
  /** Camera to face in centimetres under the assumed field of view; a proportion rather than a measure. */
  readonly distanceCm: number;
}

/** The canonical face (MediaPipe): centimetres, x to the subject's left, y up, z towards the camera. */
export interface CanonicalFace {
  /** 468 × 3. */
  readonly positions: Float32Array;
  /** 468 × 2, 0..1. */
  readonly uvs: Float32Array;
  /** 898 × 3 vertex indices. */
  readonly triangles: Uint16Array;
  /** 468 weights of the Procrustes fit; all but 33 are zero. */
  readonly fitWeights: Float32Array;
}

/** CIE L*a*b* under D65. */
export interface Lab {
  readonly l: number;
  readonly a: number;
  readonly b: number;
}

/** What the pixels of the face say. Luminance is linear light, 0..1; shares are 0..1. */
export interface FaceAppearance {
  /** Median luminance of the skin regions (forehead and both cheeks). */
  readonly skinLuminance: number;
  /** Mean luminance of the face's image-left and image-right half, skin regions only. */
  readonly leftLuminance: number;
  readonly rightLuminance: number;
  /** 5th, 50th and 95th percentile of the whole face's luminance. */
  readonly luminanceP05: number;
  readonly luminanceP50: number;
  readonly luminanceP95: number;
  /** Share of the face's bare skin that is crushed to black, and that is blown to white. */
  readonly darkClippedShare: number;
  readonly brightClippedShare: number;
  /** Median colour of forehead and cheeks, as seen (not corrected for the light). */
  readonly skinLab: Lab;
  /**
   * 85th percentile of luminance inside the eye openings (eye-whites.ts): the white of the eye, the one part of a face that reflects
   * about the same for every skin tone, and so the measure of the light on the face. null where the openings are too small
   * (closed eyes, a distant face).
   */
  readonly eyeWhiteLuminance: number | null;
  /** How clearly the iris stands out in the eye where it does less (iris-contrast.ts): 0 (a closed lid) .. 1. */
  readonly irisContrast: number;
  /** Mean of the face's surroundings and of the upper background, linear luminance. */
  readonly surroundLuminance: number;
  /** Estimate of the light's colour from whites of eyes and neutral parts, as Lab chroma offset; null when unknown. */
  readonly colourCast: { readonly a: number; readonly b: number } | null;
  /** Edge energy at the eyes and the mouth relative to local contrast, 0 (blurred) .. 1 (sharp); fair to skin tone and size. */
  readonly sharpness: number;
}

export interface FaceAnalysis {
  /** 468 × (x, y, z): x and y in pixels of the image, z in the same scale, smaller is nearer. */
  readonly landmarks: Float32Array;
  /** The mesh model's own face score, 0..1. */
  readonly score: number;
  /** Bounds of the landmarks; may reach outside of the image. */
  readonly box: Box;
  readonly pose: Pose;
  readonly appearance: FaceAppearance;
}

/** What the whole frame says, apart from the face. */
export interface SceneAppearance {
  readonly luminanceMean: number;
  readonly luminanceP05: number;
  readonly luminanceP95: number;
}

export interface StageTimings {
  readonly decodeMs: number;
  /** Detector (when it ran), warp, mesh and pose. */
  readonly inferMs: number;
  /** Pixel statistics. */
  readonly appearanceMs: number;
}

export const BODY_PARTS = ['head', 'shoulders', 'arms', 'hips', 'knees', 'feet'] as const;
export type BodyPart = (typeof BODY_PARTS)[number];

export const PICTURE_EDGES = ['top', 'right', 'bottom', 'left'] as const;
export type PictureEdge = (typeof PICTURE_EDGES)[number];

/** What a frame says of the body in it. Plain data. */
export interface BodyAnalysis {
  /** 33 × (x, y, z): x and y in pixels of the image, z in the same scale from the middle of the hips, smaller is nearer. */
  readonly landmarks: Float32Array;
  /** 33 × (x, y, z) in metres from the middle of the hips, x to the image's right, y down, smaller z is nearer. */
  readonly worldLandmarks: Float32Array;
  /** For each point, 0..1 that nothing hides it. */
  readonly visibility: Float32Array;
  /** For each point, 0..1 that it lies in the picture. */
  readonly presence: Float32Array;
  /** The model's own score that there is a person, 0..1. */
  readonly score: number;
  /** Bounds of the silhouette, pixels; within the image. */
  readonly box: Box;
  readonly missingParts: readonly BodyPart[];
  /** Edges of the image that the silhouette runs into. */
  readonly edgesReached: readonly PictureEdge[];
  /** ΔE (1976) between both sides of the silhouette's edge, median over the edge. */
  readonly backgroundContrast: number;
  /** Median linear luminance of the silhouette and of what surrounds it, 0..1. */
  readonly luminance: number;
  readonly surroundLuminance: number;
  /** Share of the silhouette that is crushed to black or blown to white. */
  readonly clippedShare: number;
}

/** What a frame says of the reference card in it. Plain data. */
export interface CardAnalysis {
  /** Clockwise as seen, pixels. */
  readonly corners: readonly (readonly [x: number, y: number])[];
  /** Long side, pixels. */
  readonly lengthPx: number;
  /** Between the card's normal and the line of sight. */
  readonly tiltDeg: number;
  /** Why its colour cannot be read; null where it can. */
  readonly lightProblem:
    | 'clipped'
    | 'too-dark'
    | 'uneven-light'
    | 'uneven-colour'
    | 'too-small'
    | 'not-plain'
    | null;
}

/** What is looked for in a frame. */
export const FRAME_SUBJECTS = ['face', 'body', 'card'] as const;
export type FrameSubject = (typeof FRAME_SUBJECTS)[number];

/** Everything that guidance may know of one frame. Plain data: it crosses threads and can be made up in tests. */
export interface FrameAnalysis {
  readonly width: number;
  readonly height: number;
  /** The largest face, or null. */
  readonly face: FaceAnalysis | null;
  /** Faces in view as far as known: the detector does not run on every frame. */
  readonly faceCount: number;
  /** Area of the second largest face ÷ the largest's, 0 where there is none. */
  readonly secondFaceRatio: number;
  /** The largest body, or null; absent where none was looked for. */
  readonly body?: BodyAnalysis | null;
  /** People in view as far as known; absent where none were looked for. */
  readonly bodyCount?: number;
  /** The reference card, or null; absent where none was looked for. */
  readonly card?: CardAnalysis | null;
  readonly scene: SceneAppearance;
}

/** Where a face was: what the next frame may use. */
export interface TrackState {
  /** Where the next mesh looks. */
  readonly region: Region;
  /** Frames since the detector ran last. */
  readonly framesSinceDetect: number;
  readonly faceCount: number;
  readonly secondFaceRatio: number;
}

/** The same of a body. */
export interface BodyTrack {
  /** Where the next landmarks look. */
  readonly region: Region;
  readonly framesSinceDetect: number;
  readonly bodyCount: number;
  readonly secondBodyRatio: number;
}

/**
 * What the next frame of the same session may use; owned by the session, so that any thread can take any frame. Plain
 * JSON. A card is looked for anew in each frame.
 */
export type FrameTrack =
  | ({ readonly subject: 'face' } & TrackState)
  | ({ readonly subject: 'body' } & BodyTrack);

export interface FrameResult {
  readonly analysis: FrameAnalysis;
  readonly track: FrameTrack | null;
  readonly timings: StageTimings;
}

export type ImageFormat = 'jpeg' | 'png' | 'webp';

export interface FrameJob {
  /** The encoded image. It may be transferred: the caller does not touch it again. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** What the sender declared; checked against the bytes where given. */
  readonly declared?: { readonly format?: ImageFormat; readonly width?: number; readonly height?: number };
  /** What the frame before left; one of another subject is ignored. */
  readonly track: FrameTrack | null;
  /** What is looked for; a face where it is not given. */
  readonly subject?: FrameSubject;
  /** A larger picture is shrunk to this while it is decoded, where that is less than the pool's own limit. */
  readonly maxEdgePx?: number;
}

/** Turns encoded images into analyses, on as many threads as it has. The seam between edge and vision. */
export interface FrameAnalyser {
  /** How many jobs it works on at once; a caller that keeps more waiting only adds latency. */
  readonly concurrency: number;
  /** How many it works on truly side by side; the others of `concurrency` stand ready, so that no thread ever waits. */
  readonly threads: number;
  /** Rejects with FramegateError: image-*, decode-timeout, worker-crashed. */
  analyse(job: FrameJob): Promise<FrameResult>;
  close(): Promise<void>;
}
