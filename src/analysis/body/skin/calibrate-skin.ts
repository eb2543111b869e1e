import type { BodyViewEvidence } from '../../../protocol/body-measurement.ts';
import { labFromLinear } from '../../../vision/colour.ts';
import type { Lab } from '../../../vision/types.ts';
import { type Linear, luminanceOf } from './patch-colour.ts';
import { chromaticity, type SkinPatch } from './read-skin-patches.ts';

/** What of evidence the skin's colour is read from. */
export type SkinEvidence = Pick<BodyViewEvidence, 'view' | 'skin' | 'card' | 'lightingOk'>;

export interface CalibratedSkin {
  /** Under neutral light of the right amount, as far as `calibratedBy` allows. */
  readonly lab: Lab;
  /** A card in the same picture, one in another picture, or none: the colour is as seen. */
  readonly calibratedBy: 'card' | 'other-picture' | 'nothing';
  /** 0..1, how much the colour can be trusted. */
  readonly confidence: number;
}

/** How sure a colour is by where its correction comes from: a phone exposes each picture anew. */
const CONFIDENCE = { card: 0.9, 'other-picture': 0.6, nothing: 0.3 } as const;
const BAD_LIGHT_FACTOR = 0.7;
/** A face shows skin as it is; a neck lies in the chin's shade, an arm is more or less brown. */
const REGION_FACTOR: Readonly<Record<SkinPatch['region'], number>> = { face: 1, 'inner-arm': 0.8, neck: 0.7 };
const REGION_ORDER: readonly SkinPatch['region'][] = ['face', 'inner-arm', 'neck'];
/** A picture that shows the face large says more of it. */
const VIEW_ORDER: readonly BodyViewEvidence['view'][] = ['portrait', 'front', 'side', 'ref'];
/** Between faces of one person in two pictures: the same colour of light. Log ratios to green. */
const SAME_LIGHT_CHROMATICITY = 0.12;
/** And the same exposure, in stops. */
const SAME_LIGHT_STOPS = 0.7;
/** What corrected skin is within; beyond it the card was in another light than the skin. */
const SKIN_LIGHTNESS = [12, 98] as const;
const MAX_SKIN_CHROMA = 45;
/** Between two regions that should have one colour, that halves the trust; ΔE 1976 of a* and b* alone. */
const DISAGREEMENT_AB = 14;

/**
 * The person's skin: of a picture with a card where there is one, else corrected by a card of another picture in the same
 * light, else as it is seen. null where no picture shows skin.
 */
export function calibrateSkin(evidence: readonly SkinEvidence[]): CalibratedSkin | null {
  const seen = evidence
    .filter(({ skin }) => skin.length > 0)
    .toSorted((a, b) => VIEW_ORDER.indexOf(a.view) - VIEW_ORDER.indexOf(b.view));
  const colours = seen.flatMap((picture) => coloursOf(picture, evidence));
  const best = colours.reduce<CalibratedSkin | null>(
    (found, next) => (found === null || next.confidence > found.confidence ? next : found),
    null,
  );
  return best;
}

function coloursOf(picture: SkinEvidence, all: readonly SkinEvidence[]): CalibratedSkin[] {
  const patch = REGION_ORDER.flatMap((region) => picture.skin.find((one) => one.region === region) ?? [])[0];
  if (patch === undefined) return [];
  const trust =
    REGION_FACTOR[patch.region] *
    (picture.lightingOk ? 1 : BAD_LIGHT_FACTOR) *
    agreementOf(patch, picture.skin);
  const colour = (calibratedBy: CalibratedSkin['calibratedBy'], gains: Linear): CalibratedSkin[] => {
    const lab = labFromLinear(...corrected(patch.linear, gains));
    if (calibratedBy !== 'nothing' && !isSkin(lab)) return [];
    return [{ lab, calibratedBy, confidence: trust * CONFIDENCE[calibratedBy] }];
  };
  const own = picture.card?.gains;
  const others = all.flatMap((other) =>
    other !== picture && other.card?.gains && mayShareLight(patch, other) ? [other.card.gains] : [],
  );
  return [
    ...(own ? colour('card', own) : []),
    ...others.slice(0, 1).flatMap((gains) => colour('other-picture', gains)),
    ...colour('nothing', [1, 1, 1]),
  ];
}

/** Where the other picture shows the same skin, it looks the same there; one of the card alone cannot be asked. */
function mayShareLight(patch: SkinPatch, other: SkinEvidence): boolean {
  const same = other.skin.find(({ region }) => region === patch.region);
  if (same === undefined) return true;
  const [red, blue] = chromaticity(patch.linear);
  const [otherRed, otherBlue] = chromaticity(same.linear);
  const stops = Math.abs(Math.log2(luminanceOf(same.linear) / luminanceOf(patch.linear)));
  return Math.hypot(red - otherRed, blue - otherBlue) <= SAME_LIGHT_CHROMATICITY && stops <= SAME_LIGHT_STOPS;
}

function corrected(linear: Linear, gains: Linear): Linear {
  return [linear[0] * gains[0], linear[1] * gains[1], linear[2] * gains[2]];
}

function isSkin({ l, a, b }: Lab): boolean {
  return l >= SKIN_LIGHTNESS[0] && l <= SKIN_LIGHTNESS[1] && Math.hypot(a, b) <= MAX_SKIN_CHROMA;
}

/** 1 where the other regions have the same hue; lightness is left out, which shade changes. */
function agreementOf(patch: SkinPatch, skin: readonly SkinPatch[]): number {
  const apart = skin
    .filter((other) => other !== patch)
    .map(({ lab }) => Math.hypot(lab.a - patch.lab.a, lab.b - patch.lab.b));
  return apart.length === 0 ? 1 : 1 / (1 + (Math.max(...apart) / DISAGREEMENT_AB) ** 2);
}
