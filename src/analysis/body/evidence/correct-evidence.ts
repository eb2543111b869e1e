import type { BodyViewEvidence, KeypointCorrection } from '../../../protocol/body-measurement.ts';
import { FramegateError } from '../../../protocol/framegate-error.ts';
import { BODY_POINT } from '../../../vision/body-points.ts';

const INDEX_OF: ReadonlyMap<string, number> = new Map(Object.entries(BODY_POINT));

/**
 * The evidence with key points where a person has put them; of a point that is named twice the last place counts.
 * Throws request-invalid for a point that has no name here, a view that shows no body, or a place outside of its picture.
 */
export function correctEvidence(
  evidence: readonly BodyViewEvidence[],
  corrections: readonly KeypointCorrection[],
): BodyViewEvidence[] {
  for (const { view, point, x, y } of corrections) {
    if (!INDEX_OF.has(point)) throw invalid(`there is no key point of this name: ${point}`);
    const shown = evidence.find((one) => one.view === view);
    if (!shown?.body) throw invalid(`no body is known of the view ${view}`);
    const isIn = x >= 0 && y >= 0 && x <= shown.width && y <= shown.height;
    if (!isIn) throw invalid(`${point} of the view ${view} is put outside of its picture`);
  }
  return evidence.map((one) => {
    const own = corrections.filter(({ view }) => view === one.view);
    if (one.body === null || own.length === 0) return one;
    const landmarks = [...one.body.landmarks];
    for (const { point, x, y } of own) {
      const at = INDEX_OF.get(point)! * 3;
      landmarks[at] = x;
      landmarks[at + 1] = y;
    }
    return { ...one, body: { ...one.body, landmarks } };
  });
}

function invalid(message: string): FramegateError {
  return new FramegateError('request-invalid', message);
}
