import type { ProfileName } from '../protocol/checks.ts';
import { BODY_FRONT, BODY_SIDE } from './presets/body-presets.ts';
import { REFERENCE_CARD } from './presets/card-presets.ts';
import { FACE_CONTOUR, FACE_SKIN, PORTRAIT } from './presets/face-presets.ts';
import type { Preset } from './presets/preset.ts';

export const PRESETS: Readonly<Record<ProfileName, Preset>> = {
  'face-skin': FACE_SKIN,
  'face-contour': FACE_CONTOUR,
  'body-front': BODY_FRONT,
  'body-side': BODY_SIDE,
  portrait: PORTRAIT,
  'reference-card': REFERENCE_CARD,
};

/** CameraKit takes its picture after 800 ms of passing frames; long enough to settle, too short to drift. */
const DWELL_MS = 800;
/** A person who stands away from the phone hears the hint, moves limbs rather than a head, and settles later. */
const BODY_DWELL_MS = 1500;

/** How long the verdict has to hold before a capture. */
export const PROFILE_DWELL_MS: Readonly<Record<ProfileName, number>> = {
  'face-skin': DWELL_MS,
  'face-contour': DWELL_MS,
  'body-front': BODY_DWELL_MS,
  'body-side': BODY_DWELL_MS,
  portrait: DWELL_MS,
  'reference-card': DWELL_MS,
};
