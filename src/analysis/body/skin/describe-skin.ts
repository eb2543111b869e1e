import type { BodySkin } from '../../../protocol/body-measurement.ts';
import { roundTo } from '../../../protocol/round-to.ts';
import { individualTypologyAngle } from '../../analyzers/face-quality/skin-tone/individual-typology-angle.ts';
import { monkTonesByDistance } from '../../analyzers/face-quality/skin-tone/monk-scale.ts';
import { calibrateSkin, type SkinEvidence } from './calibrate-skin.ts';
import { choosePalette } from './choose-palette.ts';
import { undertoneOf } from './undertone.ts';

/**
 * Tone, undertone and the colours that go with them, from what all pictures of a person show. null where none shows
 * skin. `calibrateSkin` of the same evidence says how sure it is.
 * @param hairLightness L* of the hair, where it is known
 */
export function describeSkin(
  evidence: readonly SkinEvidence[],
  hairLightness: number | null = null,
): BodySkin | null {
  const skin = calibrateSkin(evidence);
  if (skin === null) return null;
  const { lab } = skin;
  const undertone = undertoneOf(lab);
  return {
    ita: roundTo(individualTypologyAngle(lab), 1),
    lab: { L: roundTo(lab.l, 1), a: roundTo(lab.a, 1), b: roundTo(lab.b, 1) },
    monk_bucket: monkTonesByDistance(lab)[0]!.tone,
    undertone,
    palette: choosePalette({ undertone, lightness: lab.l, hairLightness }),
  };
}
