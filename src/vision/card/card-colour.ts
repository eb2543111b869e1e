import { BLUE_WEIGHT, GREEN_WEIGHT, LINEAR, labFromLinear, RED_WEIGHT } from '../colour.ts';
import type { Lab, RgbImage } from '../types.ts';
import { CARD_HEIGHT_CM, CARD_WIDTH_CM, project } from './card-geometry.ts';
import type { FoundCard } from './find-card.ts';

/** What a white card says of the light that falls on it. */
export interface CardCalibration {
  /** Multiply linear red, green and blue with these: the card's face then has its true colour. */
  readonly gains: readonly [red: number, green: number, blue: number];
  /** Brightness that the gains add, in stops. */
  readonly exposureEv: number;
  /** Linear colour of the card's face as the picture has it, 0..1. */
  readonly faceLinear: readonly [red: number, green: number, blue: number];
  /** Brightest part of the face ÷ darkest, 1 or more. */
  readonly unevenness: number;
  /** Share of the face's pixels that were used: the others are print, or something before it. */
  readonly usedShare: number;
}

export type CardRejection =
  /** The face is white in the picture in one channel or all: its colour is lost. */
  | 'clipped'
  /** Too little light for a colour. */
  | 'too-dark'
  /** A shadow, a highlight or light from the side: none can tell which part of it falls on the skin. */
  | 'uneven-light'
  /** Lights of two colours, or a card that is printed over. */
  | 'uneven-colour'
  /** Too few pixels. */
  | 'too-small'
  /** More printed, or hidden, than white. */
  | 'not-plain';

export type CardColour =
  | { readonly status: 'calibrated'; readonly calibration: CardCalibration }
  | { readonly status: 'rejected'; readonly reason: CardRejection };

export interface CardColourOptions {
  /** Of the card's white, linear, by channel: 0.85 is common white card stock or plastic; a grey card has 0.18. */
  readonly reflectance?: readonly [red: number, green: number, blue: number];
}

const WHITE_REFLECTANCE = [0.85, 0.85, 0.85] as const;
/** From the card's edge: its border, blur and a thumb's tip. Of its size. */
const MARGIN_SHARE = 0.12;
const COLUMNS = 4;
const ROWS = 3;
const MIN_PIXELS = 200;
const CLIPPED = 252;
const MAX_CLIPPED_SHARE = 0.02;
/** Linear luminance under which noise and the camera's black level decide on the colour. */
const MIN_LUMINANCE = 0.06;
/** Between the brightest and the darkest twelfth of the face. */
const MAX_UNEVENNESS = 1.35;
/** Between the colours of two twelfths: red ÷ green, or blue ÷ green. */
const MAX_COLOUR_RATIO = 1.12;
/** Print is darker than its surroundings by at least this. */
const PRINT_SHARE = 0.9;
const MIN_USED_SHARE = 0.45;
/** The bright end of a cell, that noise alone does not reach. */
const BRIGHT_QUANTILE = 0.8;

/**
 * Reads the light's colour and amount off a card's white face: one gain a channel in linear light (von Kries, in the
 * camera's own channels). It is the light on the card: a card that is turned to the lamp otherwise than the skin is lit
 * by up to 10 % more or less at 25°, which no gain can know of.
 */
export function calibrateFromCard(
  image: RgbImage,
  card: FoundCard,
  options: CardColourOptions = {},
): CardColour {
  const cells = readCells(image, card);
  const pixels = cells.reduce((sum, { values }) => sum + values.length / 3, 0);
  if (pixels < MIN_PIXELS || cells.some(({ values }) => values.length === 0)) return rejected('too-small');
  const clipped = cells.reduce((sum, cell) => sum + cell.clipped, 0);
  if (clipped > MAX_CLIPPED_SHARE * pixels) return rejected('clipped');

  const levels = cells.map(brightLevel);
  if (median(levels) < MIN_LUMINANCE) return rejected('too-dark');
  const faces = cells.map((cell, i) => faceOf(cell, levels[i]!));
  const usedShare = faces.reduce((sum, { count }) => sum + count, 0) / pixels;
  const unevenness = Math.max(...levels) / Math.min(...levels);
  if (unevenness > MAX_UNEVENNESS) return rejected('uneven-light');
  for (const channel of [0, 2] as const) {
    const ratios = faces.map(({ colour }) => colour[channel] / colour[1]);
    if (Math.max(...ratios) > MAX_COLOUR_RATIO * Math.min(...ratios)) return rejected('uneven-colour');
  }
  if (usedShare < MIN_USED_SHARE) return rejected('not-plain');

  const reflectance = options.reflectance ?? WHITE_REFLECTANCE;
  const faceLinear = channels((channel) => median(faces.map(({ colour }) => colour[channel])));
  const gains = channels((channel) => reflectance[channel] / faceLinear[channel]);
  return {
    status: 'calibrated',
    calibration: {
      gains,
      exposureEv: Math.log2(luminanceOfLinear(reflectance) / luminanceOfLinear(faceLinear)),
      faceLinear,
      unevenness,
      usedShare,
    },
  };
}

/** L*a*b* (D65) of sRGB bytes as they would be under neutral light of the right amount. */
export function calibratedLab({ gains }: CardCalibration, red: number, green: number, blue: number): Lab {
  return labFromLinear(LINEAR[red]! * gains[0], LINEAR[green]! * gains[1], LINEAR[blue]! * gains[2]);
}

type Channels = [red: number, green: number, blue: number];

/** A twelfth of the face: linear red, green and blue of each of its pixels. */
interface Cell {
  readonly values: readonly number[];
  readonly clipped: number;
}

function rejected(reason: CardRejection): CardColour {
  return { status: 'rejected', reason };
}

function channels(read: (channel: 0 | 1 | 2) => number): Channels {
  return [read(0), read(1), read(2)];
}

/** Walks the face at about the picture's own resolution. */
function readCells(image: RgbImage, card: FoundCard): Cell[] {
  const cells = Array.from({ length: COLUMNS * ROWS }, () => ({ values: [] as number[], clipped: 0 }));
  const stepCm = 1 / card.pxPerCmAt(...middleOf(card));
  const halfWidth = CARD_WIDTH_CM * (0.5 - MARGIN_SHARE);
  const halfHeight = CARD_HEIGHT_CM * (0.5 - MARGIN_SHARE);
  for (let y = -halfHeight; y < halfHeight; y += stepCm) {
    const row = Math.floor(((y + halfHeight) / (2 * halfHeight)) * ROWS);
    for (let x = -halfWidth; x < halfWidth; x += stepCm) {
      const column = Math.floor(((x + halfWidth) / (2 * halfWidth)) * COLUMNS);
      const place = project(card.homography, { x, y });
      const [px, py] = [Math.floor(place.x), Math.floor(place.y)];
      if (px < 0 || py < 0 || px >= image.width || py >= image.height) continue;
      const at = (py * image.width + px) * 3;
      const [red, green, blue] = [image.data[at]!, image.data[at + 1]!, image.data[at + 2]!];
      const cell = cells[row * COLUMNS + column]!;
      if (Math.max(red, green, blue) >= CLIPPED) cell.clipped++;
      cell.values.push(LINEAR[red]!, LINEAR[green]!, LINEAR[blue]!);
    }
  }
  return cells;
}

function middleOf(card: FoundCard): [number, number] {
  const { x, y } = project(card.homography, { x: 0, y: 0 });
  return [x, y];
}

function luminanceOfLinear([red, green, blue]: readonly [number, number, number]): number {
  return RED_WEIGHT * red + GREEN_WEIGHT * green + BLUE_WEIGHT * blue;
}

function pixelsOf({ values }: Cell): Channels[] {
  return Array.from({ length: values.length / 3 }, (_, i) => channels((channel) => values[i * 3 + channel]!));
}

function brightLevel(cell: Cell): number {
  const luminances = pixelsOf(cell)
    .map(luminanceOfLinear)
    .sort((a, b) => a - b);
  return luminances[Math.floor(luminances.length * BRIGHT_QUANTILE)]!;
}

/** The mean colour of what is not print. */
function faceOf(cell: Cell, level: number): { readonly colour: Channels; readonly count: number } {
  const used = pixelsOf(cell).filter((pixel) => luminanceOfLinear(pixel) >= PRINT_SHARE * level);
  return {
    colour: channels((channel) => used.reduce((sum, pixel) => sum + pixel[channel], 0) / used.length),
    count: used.length,
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
