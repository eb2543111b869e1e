import { beforeAll, expect, it } from 'vitest';
import { inspect } from '../../src/guidance/inspect.ts';
import { resolveProfile } from '../../src/guidance/profiles.ts';
import type { HintCode } from '../../src/protocol/hint-codes.ts';
import { type CardLook, type CardPlacement, drawCardInto, placeCard } from '../../src/synthetic/draw-card.ts';
import { createCardFrameAnalysis } from '../../src/vision/analyse-card-frame.ts';
import type { FrameAnalysisStage } from '../../src/vision/analyse-frame.ts';
import { loadOpenCv } from '../../src/vision/open-cv.ts';
import type { RgbImage } from '../../src/vision/types.ts';

const SIZE = { width: 360, height: 480 };

let stage: FrameAnalysisStage<RgbImage, never>;
beforeAll(async () => {
  stage = createCardFrameAnalysis(await loadOpenCv());
});

interface Shown {
  readonly placement?: Partial<CardPlacement>;
  readonly look?: Partial<CardLook>;
}

/** A plain white card at arm's length of a phone, before a dark wall. */
function picture({ placement, look }: Shown): RgbImage {
  const card = placeCard({
    ...SIZE,
    focalPx: 520,
    x: 180,
    y: 240,
    distanceCm: 34,
    turnDeg: 4,
    yawDeg: 3,
    pitchDeg: -3,
    ...placement,
  });
  const wall = { data: new Uint8Array(SIZE.width * SIZE.height * 3).fill(70), ...SIZE };
  const shot = { blurPx: 0.8, noise: 0.01, seed: 1 };
  return drawCardInto(wall, card, { light: [0.8, 0.8, 0.8], hasPrint: false, ...look }, shot);
}

it.each<[what: string, shown: Shown, hint: HintCode | null]>([
  ['near, flat and evenly lit', {}, null],
  ['upright', { placement: { turnDeg: 88 } }, null],
  ['under a warm lamp', { look: { light: [0.85, 0.66, 0.45] } }, null],
  ['far away', { placement: { distanceCm: 65 } }, 'card-closer'],
  ['aslant', { placement: { yawDeg: 38 } }, 'card-flat'],
  ['half outside of the picture', { placement: { x: 345 } }, 'no-card'],
  ['in glare', { look: { light: [1.6, 1.6, 1.6] } }, 'card-glare'],
  ['in the soft edge of a shadow', { look: { shade: (x) => 0.75 - 0.06 * x } }, 'card-even-light'],
])('a rendered card %s', async (_what, shown, hint) => {
  const { analysis } = await stage.analyse(picture(shown), null);
  const inspection = inspect(analysis, resolveProfile('reference-card'));
  expect(inspection.hint?.code ?? null).toBe(hint);
  expect(inspection.verdict).toBe(hint === null ? 'pass' : 'adjust');
});
