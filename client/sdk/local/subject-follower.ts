import type { FrameAnalysis, Region } from '../../../src/vision/types.ts';
import type { LocalLook } from './local-detector.ts';
import type { ReadPicture } from './picture-reader.ts';

/** Finds one kind of subject, follows it from picture to picture and measures it. One picture at a time. */
export interface SubjectFollower {
  look(picture: ReadPicture): Promise<Omit<LocalLook, 'tookMs'>>;
  analyse(picture: ReadPicture): Promise<FrameAnalysis>;
  /** Runs what every picture runs, so that the engine has compiled it. Comes before the first picture. */
  warmUp(): Promise<void>;
  /** The next picture has nothing to do with the last one. */
  forget(): Promise<void>;
}

/** A picture without anything in it, and where a subject would be followed in it. */
export function greyPicture(): { readonly picture: ReadPicture; readonly region: Region } {
  const [width, height] = [512, 384];
  const rgba = new ImageData(new Uint8ClampedArray(width * height * 4).fill(128), width, height);
  const picture = { data: new Uint8Array(width * height * 3).fill(128), width, height, rgba };
  return { picture, region: { centerX: width / 2, centerY: height / 2, sizePx: height, rotationRad: 0 } };
}
