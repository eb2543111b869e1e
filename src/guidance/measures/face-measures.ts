import type { Measure } from '../types.ts';
import { backLight } from './back-light.ts';
import { centring } from './centring.ts';
import { clipping } from './clipping.ts';
import { colourCast } from './colour-cast.ts';
import { exposure } from './exposure.ts';
import { eyesOpen } from './eyes-open.ts';
import { faceCount } from './face-count.ts';
import { faceRatio } from './face-ratio.ts';
import { motion } from './motion.ts';
import { mouthClosed } from './mouth-closed.ts';
import { outOfFrame } from './out-of-frame.ts';
import { pitch } from './pitch.ts';
import { resolution } from './resolution.ts';
import { roll } from './roll.ts';
import { sharpness } from './sharpness.ts';
import { sideLight } from './side-light.ts';
import { yaw } from './yaw.ts';

/** Every face measure, in the order of FACE_MEASURE_IDS: what a person should mend first stands first. */
export const FACE_MEASURES: readonly Measure[] = [
  faceCount,
  outOfFrame,
  faceRatio,
  centring,
  roll,
  yaw,
  pitch,
  backLight,
  exposure,
  clipping,
  sideLight,
  colourCast,
  eyesOpen,
  mouthClosed,
  resolution,
  motion,
  sharpness,
];
