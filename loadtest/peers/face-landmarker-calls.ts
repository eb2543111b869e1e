/** What a picture goes into detectForVideo as; the faster one of the two is what gets compared. */
export const INPUT_KINDS = ['image-data', 'image-bitmap'] as const;
export type InputKind = (typeof INPUT_KINDS)[number];

export interface LandmarkerRun {
  /** Pictures by their place in the list that was loaded, as a camera would show them. */
  readonly sequence: readonly number[];
  readonly input: InputKind;
  /** Whether the picture is decoded within the measured time, or was before. */
  readonly decode: boolean;
}

export interface TimedFrames {
  /** Of each frame of the sequence. */
  readonly ms: readonly number[];
  /** Whether a face was found in it. */
  readonly found: readonly boolean[];
}

/** What page/face-landmarker-page.ts offers as `globalThis.faceLandmarker`. */
export interface FaceLandmarkerCalls {
  /** Loads the model and the pictures; `matrices` asks for the head's pose too. */
  load(options: { pictureUrls: readonly string[]; matrices: boolean }): Promise<void>;
  run(order: LandmarkerRun): Promise<TimedFrames>;
  /** Median milliseconds in which WebGL takes a picture and gives its pixels back: a part of every detectForVideo. */
  webglCopyMs(times: number): Promise<number>;
}

/** Paths of the loopback server. */
export const PATHS = {
  script: '/page.js',
  task: '/face_landmarker.task',
  package: '/tasks-vision/',
  pictures: '/pictures/',
} as const;
