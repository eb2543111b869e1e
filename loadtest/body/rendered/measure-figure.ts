import sharp from 'sharp';
import type { BodyViewDeps } from '../../../src/analysis/body/evidence/read-body-view.ts';
import { readBodyView } from '../../../src/analysis/body/evidence/read-body-view.ts';
import type { BodyRegressors } from '../../../src/analysis/body/regressors/body-regressors.ts';
import { type MeasuredSizes, measureBody } from '../../../src/analysis/body/sizes/measure-body.ts';
import { TRUNK_LEVELS, type TrunkLevel } from '../../../src/analysis/body/sizes/trunk-widths.ts';
import type { BodyViewEvidence } from '../../../src/protocol/body-measurement.ts';
import type { BodyTruth } from '../../../src/synthetic/body/body-truth.ts';
import { type RenderedBody, renderBody } from '../../../src/synthetic/body/render-body.ts';
import { DEFAULT_DECODE_LIMITS, decodeImage } from '../../../src/vision/decode-image.ts';
import type { CanonicalFace, RgbImage } from '../../../src/vision/types.ts';
import type { FigureScenes } from './figure-scenes.ts';
import type { FigureShape } from './figure-shapes.ts';

export interface WidthError {
  readonly level: TrunkLevel;
  readonly kind: 'breadth' | 'depth';
  /** Shares of the true width: of what is seen, and of what is measured with the scale. */
  readonly seenShare: number;
  readonly measuredShare: number;
}

export interface FigureOutcome {
  readonly shape: FigureShape;
  readonly isCardFound: boolean;
  /** Why it gave no numbers; null where it did. */
  readonly refusal: string | null;
  /** Of the front's true scale at the body; by the card alone, and with a stated height as people state it. */
  readonly scaleShare: number | null;
  readonly statedScaleShare: number | null;
  readonly statureShare: number | null;
  readonly widths: readonly WidthError[];
  readonly sizes: MeasuredSizes | null;
  readonly ms: number;
  readonly pictures: Readonly<Record<'front' | 'side', RgbImage>>;
  readonly evidence: readonly BodyViewEvidence[];
}

export interface FigureBench {
  readonly deps: BodyViewDeps;
  readonly regressors: BodyRegressors;
  readonly canonical: CanonicalFace;
}

const JPEG_QUALITY = 92;
/** Off from the truth by as much, in turn: people round and flatter. */
const STATED_OFF_CM = [1.5, -1, 0, 2, -2, 0.5] as const;

/** Renders a figure's two pictures and measures them as a worker does: out of JPEG, the sex told. */
export async function measureFigure(
  shape: FigureShape,
  scenes: FigureScenes,
  turn: number,
  { deps, regressors, canonical }: FigureBench,
): Promise<FigureOutcome> {
  const front = await photograph(renderBody(scenes.front, canonical));
  const side = await photograph(renderBody(scenes.side, canonical));
  const started = performance.now();
  const read = ({ image, truth }: Photograph, view: 'front' | 'side') =>
    readBodyView(image, view, deps, { imageSha256: '', focalPx: truth.camera.focalPx });
  const evidence = [await read(front, 'front'), await read(side, 'side')];
  const sex = shape.person?.sex ?? null;
  const measure = (heightCm: number | null) => {
    try {
      return measureBody(evidence, { heightCm, sex }, regressors);
    } catch (thrown) {
      return thrown instanceof Error ? thrown.message : String(thrown);
    }
  };
  const sizes = measure(null);
  const ms = performance.now() - started;
  const stated = Math.round(shape.body.statureCm + STATED_OFF_CM[turn % STATED_OFF_CM.length]!);
  const withHeight = measure(stated);
  const base = {
    shape,
    isCardFound: isCardRight(evidence[0]!, front.truth),
    ms,
    pictures: { front: front.image, side: side.image },
    evidence,
  };
  const scaleOf = (found: MeasuredSizes | string) =>
    typeof found === 'string' ? null : found.pxPerCm.front / front.truth.pxPerCm - 1;
  if (typeof sizes === 'string') {
    const none = { scaleShare: null, statedScaleShare: scaleOf(withHeight), statureShare: null };
    return { ...base, ...none, refusal: sizes, widths: [], sizes: null };
  }
  return {
    ...base,
    refusal: null,
    scaleShare: scaleOf(sizes),
    statedScaleShare: scaleOf(withHeight),
    statureShare: sizes.inputs.statureMm / 10 / shape.body.statureCm - 1,
    widths: TRUNK_LEVELS.flatMap((level) => widthErrors(level, sizes, { front, side })),
    sizes,
  };
}

function widthErrors(
  level: TrunkLevel,
  { inputs, pxPerCm }: MeasuredSizes,
  { front, side }: Readonly<Record<'front' | 'side', Photograph>>,
): WidthError[] {
  const [seenFront, seenSide] = [front.truth.levels[level], side.truth.levels[level]];
  const breadthCm = inputs[`${level}BreadthMm`] / 10;
  const depthCm = inputs[`${level}DepthMm`] / 10;
  return [
    {
      level,
      kind: 'breadth',
      seenShare: (breadthCm * pxPerCm.front) / seenFront.breadthPx - 1,
      measuredShare: breadthCm / seenFront.breadthCm - 1,
    },
    {
      level,
      kind: 'depth',
      seenShare: (depthCm * pxPerCm.side) / seenSide.depthPx - 1,
      measuredShare: depthCm / seenSide.depthCm - 1,
    },
  ];
}

interface Photograph {
  readonly image: RgbImage;
  readonly truth: BodyTruth;
}

async function photograph({ image, truth }: RenderedBody): Promise<Photograph> {
  const { data, width, height } = image;
  const bytes = await sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: JPEG_QUALITY })
    .toBuffer();
  return { image: await decodeImage(bytes, DEFAULT_DECODE_LIMITS), truth };
}

/** Something else that was taken for the card is no find. */
function isCardRight({ card }: BodyViewEvidence, truth: BodyTruth): boolean {
  if (card === null || truth.card === null) return false;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const x = mean(card.corners.map(([cx]) => cx)) - mean(truth.card.corners.map((corner) => corner.x));
  const y = mean(card.corners.map(([, cy]) => cy)) - mean(truth.card.corners.map((corner) => corner.y));
  return Math.hypot(x, y) < truth.card.pxPerCm;
}
