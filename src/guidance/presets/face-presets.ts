import { always, atLeast, between, type Preset, upTo, within } from './preset.ts';

/**
 * The thresholds, strict / moderate / relaxed. Where they come from:
 *
 * - face-ratio: the peers' .55 to .75 are shares of an oval guide. Here it is the frame itself: Yoti's 35 to 80 %, lowered
 *   for the desk camera (a face at 60 cm fills about a third of the height) and raised for the arm's-length phone.
 *   The outline needs more air, and at the close end perspective bends it.
 * - centring: an official portrait's face lies within 0.09 of the middle; relaxed is two of these.
 * - yaw: CameraKit's 5 / 10 / 15, of which 5 is ISO/IEC 19794-5's. roll: the same, its 5 inside of ISO's 8. The contour is
 *   wrong by the yaw, so that its relaxed end is tighter.
 * - pitch: CameraKit's windows are 10, 20 and 30 wide. What reads as level differs with the shape of nose and brow by some
 *   degrees, so that each gets a little more on both sides, about 0.
 * - back-light: a white wall in the same light is about 1 stop above the white of the eye; from 2 stops on the face is
 *   a quarter of what is behind it.
 * - exposure: white of the eye at 0.32 ± so many stops. Upwards the scale ends at 1.6, and the
 *   lightest skin runs over from 1 on: tighter than that, so that a light is too bright for every tone or for none.
 * - clipping: OFIQ's over-exposure score falls from a few per cent on.
 * - side-light: CameraKit's .10 / .15 / .20 between gamma-encoded values near 0.6 are .33 / .47 / .58 in linear light.
 * - colour-cast: neutral daylight and a well balanced camera stay below 8; a tungsten bulb left uncorrected is near 30.
 *   The contour does not depend on it.
 * - eyes-open: open eyes are 0.07 (a squint, or the glare of glasses) to 0.15, closed ones up to 0.045.
 * - mouth-closed: closed lips are 0 to 0.02, a smile that shows teeth 0.1 to 0.3; OFIQ's limit is 0.36 in this unit.
 * - resolution: of the live preview, 512 px on its longer side, where the mesh holds to 2 % down to about 40 px. The still
 *   has a multiple of it.
 * - motion: at 1/30 s of exposure 0.5 a second smears by 1.7 % of the distance between the eyes: one pixel at 60.
 * - sharpness: sharp portraits read 0.43 to 0.87 at 512 px, a smear of 22 px or a blur of σ 4 px up to 0.42.
 */
const FACE: Preset = {
  'face-count': always({ min: 1, max: 1 }),
  'out-of-frame': atLeast(0.06, 0.03, 0),
  'face-ratio': between([0.42, 0.75], [0.36, 0.8], [0.3, 0.85]),
  centring: upTo(0.09, 0.12, 0.18),
  roll: within(5, 10, 15),
  yaw: within(5, 10, 15),
  pitch: within(7, 12, 16),
  'back-light': upTo(1.4, 1.7, 2),
  exposure: between([-1.4, 0.8], [-1.8, 0.95], [-2.2, 1.3]),
  clipping: upTo(0.03, 0.08, 0.15),
  'side-light': upTo(0.33, 0.47, 0.6),
  'eyes-open': atLeast(0.065, 0.057, 0.05),
  'mouth-closed': upTo(0.09, 0.18, 0.3),
  resolution: atLeast(52, 44, 36),
  motion: upTo(0.35, 0.5, 0.8),
  sharpness: atLeast(0.5, 0.42, 0.38),
};

export const FACE_SKIN: Preset = { ...FACE, 'colour-cast': upTo(12, 17, 22) };

export const FACE_CONTOUR: Preset = {
  ...FACE,
  'out-of-frame': atLeast(0.1, 0.07, 0.04),
  'face-ratio': between([0.42, 0.7], [0.36, 0.74], [0.3, 0.78]),
  yaw: within(5, 8, 12),
  roll: within(5, 8, 12),
  'mouth-closed': upTo(0.07, 0.14, 0.24),
};

/**
 * Head and shoulders, for the tone of face and neck and the sizes of the head:
 *
 * - face-ratio, out-of-frame: a neck takes about a third of a face below the chin, the shoulders' line another. So much room
 *   is left around a face in the middle up to half of the frame.
 * - resolution: a face at the lower end of its ratio has 25 to 35 px between the eyes in the preview.
 */
export const PORTRAIT: Preset = {
  ...FACE_SKIN,
  'out-of-frame': atLeast(0.4, 0.33, 0.27),
  'face-ratio': between([0.27, 0.45], [0.23, 0.5], [0.2, 0.55]),
  resolution: atLeast(34, 28, 22),
};
