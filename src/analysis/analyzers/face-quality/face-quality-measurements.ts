import type { Measurement } from '../../../protocol/records.ts';
import type { FaceQualityResult } from './face-quality-result.ts';

/**
 * The result as flat rows: `check.<id>`, `feature.<id>`, `pose.*`, `skin.*`, `overall-score`. What could not be assessed
 * has no value and the confidence 0; geometry has the mesh's own confidence, colour that of the light.
 */
export function faceQualityMeasurements(result: FaceQualityResult): Measurement[] {
  const { face, checks, features, skinTone } = result;
  const mesh = face.meshScore;
  const rows: Measurement[] = [
    { metric: 'overall-score', value: result.overallScore, unit: 'score', confidence: mesh },
    { metric: 'pose.yaw', value: face.yawDeg, unit: 'deg', confidence: mesh },
    { metric: 'pose.pitch', value: face.pitchDeg, unit: 'deg', confidence: mesh },
    { metric: 'pose.roll', value: face.rollDeg, unit: 'deg', confidence: mesh },
    { metric: 'pose.distance', value: face.distanceCm, unit: 'cm', confidence: mesh / 2 },
  ];
  for (const { id, value, unit, status } of checks) {
    rows.push({ metric: `check.${id}`, value, unit, confidence: status === 'unknown' ? 0 : mesh });
  }
  for (const { id, value, unit } of features) {
    rows.push({ metric: `feature.${id}`, value, unit, confidence: value === null ? 0 : mesh });
  }
  if (skinTone === null) return rows;
  const { confidence } = skinTone.monk;
  const colour = confidence.light * confidence.agreement;
  rows.push(
    { metric: 'skin.l', value: skinTone.lab.l, unit: 'L*', confidence: colour },
    { metric: 'skin.a', value: skinTone.lab.a, unit: 'a*', confidence: colour },
    { metric: 'skin.b', value: skinTone.lab.b, unit: 'b*', confidence: colour },
    { metric: 'skin.ita', value: skinTone.itaDeg, unit: 'deg', confidence: colour },
    { metric: 'skin.monk-tone', value: skinTone.monk.tone, unit: 'tone', confidence: confidence.overall },
    { metric: 'skin.monk-delta-e', value: skinTone.monk.deltaE, unit: 'ΔE00', confidence: colour },
  );
  for (const { name: region, lab, itaDeg, clippedShare } of skinTone.regions) {
    const own = lab === null ? 0 : confidence.light * (1 - clippedShare);
    rows.push(
      { metric: 'skin.l', region, value: lab?.l ?? null, unit: 'L*', confidence: own },
      { metric: 'skin.a', region, value: lab?.a ?? null, unit: 'a*', confidence: own },
      { metric: 'skin.b', region, value: lab?.b ?? null, unit: 'b*', confidence: own },
      { metric: 'skin.ita', region, value: itaDeg, unit: 'deg', confidence: own },
    );
  }
  return rows;
}
