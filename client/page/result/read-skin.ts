import { CONCERN_IDS, type ConcernId, DOUBTS, SKIN_TYPES } from '../../../src/protocol/skin-concerns.ts';
import { type ImageSize, readSize } from './read-size.ts';
import { fieldsOf, listOf, numberOf, oneOf, textOf } from './unknown-fields.ts';

export { CONCERN_IDS, type ConcernId };
export type Doubt = (typeof DOUBTS)[number];

export interface ShownConcern {
  readonly id: ConcernId;
  /** 0..100, higher is healthier; null: not assessed. */
  readonly score: number | null;
  /** 0..1 */
  readonly confidence: number;
  readonly doubts: readonly Doubt[];
  readonly regions: readonly ShownConcernRegion[];
}

export interface ShownConcernRegion {
  readonly name: string;
  readonly score: number | null;
  readonly confidence: number;
}

/** Where a concern shows: a grey picture stretched over a box of the still, brighter where it is stronger. */
export interface ShownMask {
  readonly id: ConcernId;
  /** `data:image/png;base64,…` */
  readonly url: string;
  /** Pixels of the still. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface ShownSkin {
  readonly image: ImageSize | null;
  readonly overallScore: number | null;
  /** The worst first, what was not assessed last. */
  readonly concerns: readonly ShownConcern[];
  readonly masks: readonly ShownMask[];
  readonly skinType: {
    readonly name: (typeof SKIN_TYPES)[number];
    readonly sensitive: boolean;
    readonly confidence: number;
  } | null;
  readonly skinAge: { readonly years: number; readonly confidence: number } | null;
  /** In English, from the node; null where it is the one that the page has in every language. */
  readonly notice: string | null;
}

const KNOWN_NOTICE =
  'Measured from one photograph for cosmetic use. This is not a medical device and no diagnosis; ask a doctor about anything that worries you.';
const MAX_SCORE = 100;
const MAX_AGE = 120;
const MAX_REGIONS = 32;
const MAX_TEXT = 500;
/** More than a mask of any still needs. */
const MAX_MASK_LETTERS = 8_000_000;
/** The first letters of any PNG in base64. */
const PNG_START = 'iVBORw0KGgo';

/** Reads the `result` of a `result` message of the kind `skin`; what is not as expected is left out. */
export function readSkin(result: unknown): ShownSkin {
  const fields = fieldsOf(result) ?? {};
  const image = readSize(fields.image);
  const notice = textOf(fields.notice)?.slice(0, MAX_TEXT) ?? null;
  return {
    image,
    overallScore: scoreOf(fields.overallScore),
    concerns: onceEach(listOf(fields.concerns, readConcern)).sort(byScore),
    masks: image === null ? [] : onceEach(listOf(fields.masks, (mask) => readMask(mask, image))),
    skinType: readSkinType(fields.skinType),
    skinAge: readSkinAge(fields.skinAge),
    notice: notice === KNOWN_NOTICE ? null : notice,
  };
}

function readConcern(value: unknown): ShownConcern | null {
  const fields = fieldsOf(value);
  const id = oneOf(CONCERN_IDS, fields?.id);
  if (fields === null || id === null) return null;
  const doubts = listOf(fields.doubts, (doubt) => oneOf(DOUBTS, doubt));
  return {
    id,
    score: scoreOf(fields.score),
    confidence: shareOf(fields.confidence),
    doubts: [...new Set(doubts)],
    regions: listOf(fields.regions, readRegion).slice(0, MAX_REGIONS),
  };
}

function readRegion(value: unknown): ShownConcernRegion | null {
  const fields = fieldsOf(value);
  const name = textOf(fields?.name)?.slice(0, MAX_TEXT) ?? null;
  if (fields === null || name === null) return null;
  return { name, score: scoreOf(fields.score), confidence: shareOf(fields.confidence) };
}

function readMask(value: unknown, image: ImageSize): ShownMask | null {
  const fields = fieldsOf(value);
  const id = oneOf(CONCERN_IDS, fields?.id);
  const box = fieldsOf(fields?.box);
  const png = textOf(fields?.pngBase64);
  if (id === null || box === null || png === null || !isPng(png)) return null;
  const [x, y] = [numberOf(box.x), numberOf(box.y)];
  const size = readSize(box);
  if (x === null || y === null || size === null) return null;
  const isInside = x < image.width && y < image.height && x + size.width > 0 && y + size.height > 0;
  return isInside ? { id, url: `data:image/png;base64,${png}`, x, y, ...size } : null;
}

function isPng(base64: string): boolean {
  return (
    base64.startsWith(PNG_START) && base64.length <= MAX_MASK_LETTERS && /^[A-Za-z0-9+/]+={0,2}$/.test(base64)
  );
}

function readSkinType(value: unknown): ShownSkin['skinType'] {
  const fields = fieldsOf(value);
  const name = oneOf(SKIN_TYPES, fields?.name);
  if (fields === null || name === null) return null;
  return { name, sensitive: fields.sensitive === true, confidence: shareOf(fields.confidence) };
}

function readSkinAge(value: unknown): ShownSkin['skinAge'] {
  const fields = fieldsOf(value);
  const years = numberOf(fields?.years);
  if (fields === null || years === null || years <= 0 || years > MAX_AGE) return null;
  return { years, confidence: shareOf(fields.confidence) };
}

function scoreOf(value: unknown): number | null {
  const score = numberOf(value);
  return score === null || score < 0 || score > MAX_SCORE ? null : score;
}

function shareOf(value: unknown): number {
  return Math.min(1, Math.max(0, numberOf(value) ?? 0));
}

/** The first of each. */
function onceEach<Item extends { readonly id: ConcernId }>(items: readonly Item[]): Item[] {
  return [...new Map(items.toReversed().map((item) => [item.id, item])).values()].reverse();
}

function byScore(one: ShownConcern, other: ShownConcern): number {
  return (one.score ?? Number.POSITIVE_INFINITY) - (other.score ?? Number.POSITIVE_INFINITY) || 0;
}
