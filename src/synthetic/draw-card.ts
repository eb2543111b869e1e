import type { RgbImage } from '../vision/types.ts';
import { defocus } from './lens.ts';
import { expose } from './sensor.ts';
import { linearFromSrgb } from './srgb.ts';

/** ISO/IEC 7810 ID-1, centimetres. */
const WIDTH_CM = 8.56;
const HEIGHT_CM = 5.398;
const CORNER_CM = 0.318;
/** A thin line around the face, this far from the edge and this wide. */
const BORDER_FROM_CM = 0.2;
const BORDER_CM = 0.035;
/** Linear reflectances. */
const WHITE = 0.85;
const BORDER = 0.6;
const PRINT = 0.12;
/** Each pixel is the mean of this many places squared. */
const SAMPLES = 5;

/** Where a card is: a pinhole's axes, x to the right, y down, z away from the camera. */
export interface CardPlacement {
  readonly focalPx: number;
  /** Of the whole picture: the camera looks at its middle. */
  readonly width: number;
  readonly height: number;
  /** The card's middle, pixels. */
  readonly x: number;
  readonly y: number;
  /** Camera to the card's middle along the camera's axis. */
  readonly distanceCm: number;
  /** Turned in its own plane, clockwise as seen; then about its upright and its level axis. Degrees. */
  readonly turnDeg: number;
  readonly yawDeg: number;
  readonly pitchDeg: number;
}

/** A card in a picture, and the exact truth of it. */
export interface PlacedCard {
  /** Row-major 3×3: centimetres of the card (origin in its middle, x along its length, y down) to pixels. */
  readonly homography: Float64Array;
  /** Where the four sides, drawn out, meet: x, y pairs, clockwise from the card's own upper left. */
  readonly corners: Float64Array;
  /** Of something that faces the camera as far away as the card's middle. */
  readonly pxPerCm: number;
  /** Between the card's normal and the camera's axis. */
  readonly tiltDeg: number;
}

export interface CardLook {
  /** Light on the card by channel, linear: a perfectly white card would have this. */
  readonly light: readonly [red: number, green: number, blue: number];
  /** What is left of the light at a place of the card, 0..1; 1 everywhere where it is not given. */
  shade?(xCm: number, yCm: number): number;
  /** Lines of text and a mark; without it the card is plain, apart from its border. */
  readonly hasPrint: boolean;
}

export interface CardShot {
  /** Standard deviation of the camera's Gaussian blur. */
  readonly blurPx: number;
  /** Standard deviation at white, linear, as in `expose`. */
  readonly noise: number;
  readonly seed: number;
}

export function placeCard(placement: CardPlacement): PlacedCard {
  const { focalPx, width, height, distanceCm } = placement;
  const radians = Math.PI / 180;
  const [ct, st] = [Math.cos(placement.turnDeg * radians), Math.sin(placement.turnDeg * radians)];
  const [cy, sy] = [Math.cos(placement.yawDeg * radians), Math.sin(placement.yawDeg * radians)];
  const [cp, sp] = [Math.cos(placement.pitchDeg * radians), Math.sin(placement.pitchDeg * radians)];
  // Columns of pitch · yaw · turn.
  const axis = (x: number, y: number) => {
    const [yawX, yawZ] = [cy * x, -sy * x];
    return [yawX, cp * y - sp * yawZ, sp * y + cp * yawZ] as const;
  };
  const along = axis(ct, st);
  const across = axis(-st, ct);
  const centre = [
    ((placement.x - width / 2) * distanceCm) / focalPx,
    ((placement.y - height / 2) * distanceCm) / focalPx,
    distanceCm,
  ] as const;
  const columns = [along, across, centre];
  const homography = Float64Array.of(
    ...columns.map(([x, , z]) => focalPx * x + (width / 2) * z),
    ...columns.map(([, y, z]) => focalPx * y + (height / 2) * z),
    ...columns.map(([, , z]) => z),
  );
  const [halfWidth, halfHeight] = [WIDTH_CM / 2, HEIGHT_CM / 2];
  return {
    homography,
    corners: Float64Array.of(
      ...project(homography, -halfWidth, -halfHeight),
      ...project(homography, halfWidth, -halfHeight),
      ...project(homography, halfWidth, halfHeight),
      ...project(homography, -halfWidth, halfHeight),
    ),
    pxPerCm: focalPx / distanceCm,
    tiltDeg: Math.acos(Math.min(1, cy * cp)) / radians,
  };
}

/**
 * Draws a card over linear RGB (width × height × 3): white with a thin border, rounded corners, each pixel by its
 * share. Sharp and without noise: for a picture whose lens and sensor come later.
 */
export function drawCard(
  picture: Float32Array,
  width: number,
  height: number,
  card: PlacedCard,
  look: CardLook,
): void {
  const patch = patchOf(width, height, card, 1);
  if (patch === null) return;
  const layer = paintLayer(patch, card, look);
  for (let row = 0; row < patch.height; row++) {
    for (let column = 0; column < patch.width; column++) {
      const from = row * patch.width + column;
      const to = ((patch.y + row) * width + patch.x + column) * 3;
      for (let channel = 0; channel < 3; channel++) {
        picture[to + channel] =
          picture[to + channel]! * (1 - layer.cover[from * 3]!) + layer.light[from * 3 + channel]!;
      }
    }
  }
}

/** The same into a picture that is finished: with a camera's blur and noise of its own. Gives a new picture. */
export function drawCardInto(image: RgbImage, card: PlacedCard, look: CardLook, shot: CardShot): RgbImage {
  const data = Uint8Array.from(image.data);
  const patch = patchOf(image.width, image.height, card, 2 + Math.ceil(shot.blurPx * 3));
  if (patch === null) return { ...image, data };
  const { light, cover } = paintLayer(patch, card, look);
  defocus(light, patch.width, patch.height, shot.blurPx);
  defocus(cover, patch.width, patch.height, shot.blurPx);
  const exposed = new Float32Array(light.length);
  for (let at = 0; at < light.length; at++)
    exposed[at] = light[at]! + below(image, patch, at) * (1 - cover[at]!);
  const bytes = expose(exposed, { exposureEv: 0, noise: shot.noise, seed: shot.seed });
  for (let at = 0; at < bytes.length; at++) {
    // What the card doesn't touch has its noise already.
    if (cover[at]! > 1e-3) data[byteOf(image, patch, at)] = bytes[at]!;
  }
  return { ...image, data };
}

interface Patch {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function byteOf(image: RgbImage, patch: Patch, at: number): number {
  const pixel = Math.floor(at / 3);
  const [column, row] = [pixel % patch.width, Math.floor(pixel / patch.width)];
  return ((patch.y + row) * image.width + patch.x + column) * 3 + (at % 3);
}

function below(image: RgbImage, patch: Patch, at: number): number {
  return linearFromSrgb(image.data[byteOf(image, patch, at)]!);
}

/** null where the card is outside of the picture. */
function patchOf(width: number, height: number, { corners }: PlacedCard, marginPx: number): Patch | null {
  const xs = [corners[0]!, corners[2]!, corners[4]!, corners[6]!];
  const ys = [corners[1]!, corners[3]!, corners[5]!, corners[7]!];
  const left = Math.max(0, Math.floor(Math.min(...xs)) - marginPx);
  const top = Math.max(0, Math.floor(Math.min(...ys)) - marginPx);
  const right = Math.min(width, Math.ceil(Math.max(...xs)) + marginPx);
  const bottom = Math.min(height, Math.ceil(Math.max(...ys)) + marginPx);
  if (right <= left || bottom <= top) return null;
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** Light and cover, three a pixel; the light is that of the covered share only. */
function paintLayer(
  patch: Patch,
  card: PlacedCard,
  look: CardLook,
): { readonly light: Float32Array; readonly cover: Float32Array } {
  const light = new Float32Array(patch.width * patch.height * 3);
  const cover = new Float32Array(light.length);
  const toCard = inverse(card.homography);
  const share = 1 / (SAMPLES * SAMPLES);
  for (let row = 0; row < patch.height; row++) {
    for (let column = 0; column < patch.width; column++) {
      let [reflected, covered] = [0, 0];
      for (let sample = 0; sample < SAMPLES * SAMPLES; sample++) {
        const px = patch.x + column + ((sample % SAMPLES) + 0.5) / SAMPLES;
        const py = patch.y + row + (Math.floor(sample / SAMPLES) + 0.5) / SAMPLES;
        const w = toCard[6]! * px + toCard[7]! * py + toCard[8]!;
        const x = (toCard[0]! * px + toCard[1]! * py + toCard[2]!) / w;
        const y = (toCard[3]! * px + toCard[4]! * py + toCard[5]!) / w;
        const reflectance = reflectanceAt(x, y, look.hasPrint);
        if (reflectance === null) continue;
        covered += share;
        reflected += share * reflectance * (look.shade?.(x, y) ?? 1);
      }
      const at = (row * patch.width + column) * 3;
      for (let channel = 0; channel < 3; channel++) {
        cover[at + channel] = covered;
        light[at + channel] = reflected * look.light[channel]!;
      }
    }
  }
  return { light, cover };
}

/** null beside the card. */
function reflectanceAt(x: number, y: number, hasPrint: boolean): number | null {
  const inward = insetCm(x, y);
  if (inward < 0) return null;
  if (inward >= BORDER_FROM_CM && inward < BORDER_FROM_CM + BORDER_CM) return BORDER;
  return hasPrint && isPrinted(x, y) ? PRINT : WHITE;
}

/** How far within the rounded rectangle a place is; below 0 it is outside. */
function insetCm(x: number, y: number): number {
  const dx = WIDTH_CM / 2 - Math.abs(x);
  const dy = HEIGHT_CM / 2 - Math.abs(y);
  if (dx < CORNER_CM && dy < CORNER_CM) return CORNER_CM - Math.hypot(CORNER_CM - dx, CORNER_CM - dy);
  return Math.min(dx, dy);
}

/** Three lines of "words" at the lower left, and a round mark at the upper right. */
function isPrinted(x: number, y: number): boolean {
  if (Math.hypot(x - 2.8, y + 1.4) < 0.55) return true;
  const line = Math.floor((y - 0.55) / 0.55);
  const isWord = Math.floor((x + 10) / 0.16) % 5 !== 0;
  return line >= 0 && line < 3 && y - 0.55 * (line + 1) < 0.22 && x > -3.5 && x < 0.9 - line * 1.1 && isWord;
}

function project(h: Float64Array, x: number, y: number): [number, number] {
  const w = h[6]! * x + h[7]! * y + h[8]!;
  return [(h[0]! * x + h[1]! * y + h[2]!) / w, (h[3]! * x + h[4]! * y + h[5]!) / w];
}

/** By cofactors; a homography's scale does not matter. */
function inverse(h: Float64Array): Float64Array {
  const minor = (a: number, b: number, c: number, d: number) => h[a]! * h[d]! - h[b]! * h[c]!;
  return Float64Array.of(
    minor(4, 5, 7, 8),
    -minor(1, 2, 7, 8),
    minor(1, 2, 4, 5),
    -minor(3, 5, 6, 8),
    minor(0, 2, 6, 8),
    -minor(0, 2, 3, 5),
    minor(3, 4, 6, 7),
    -minor(0, 1, 6, 7),
    minor(0, 1, 3, 4),
  );
}
