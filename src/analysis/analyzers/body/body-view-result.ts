import { z } from 'zod';
import { BODY_VIEWS, type BodyViewEvidence, bodyProblemSchema } from '../../../protocol/body-measurement.ts';
import { roundTo } from '../../../protocol/round-to.ts';

/** What a live view's client is told: enough to say what is wrong and to draw, and nothing of the outline. */
export const bodyViewResultSchema = z.object({
  view: z.enum(BODY_VIEWS),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  problems: z.array(bodyProblemSchema),
  cardFound: z.boolean(),
  /** x, y pairs, clockwise as seen; null without a card. */
  cardCorners: z.array(z.number()).length(8).nullable(),
  lightingOk: z.boolean(),
  /** 33 × (x, y), pixels; null without a body. */
  landmarks: z.array(z.number()).length(66).nullable(),
  visibility: z.array(z.number()).length(33).nullable(),
  /** Whether it counts as a view of the body capture that it was taken for. */
  collected: z.boolean(),
  /** Why it does not: a problem that blocks, a ticket that is not good; null where it does, or was for no capture. */
  notCollected: z.enum(['blocked', 'ticket-invalid']).nullable(),
  /** It was the last of the capture's views. */
  complete: z.boolean(),
  /** Of the measurement, where it was the last one. */
  jobId: z.string().nullable(),
});
export type BodyViewResult = z.infer<typeof bodyViewResultSchema>;

export type Collected = Pick<BodyViewResult, 'collected' | 'notCollected' | 'complete' | 'jobId'>;

export function bodyViewResult(evidence: BodyViewEvidence, collected: Collected): BodyViewResult {
  const { view, width, height, problems, card, lightingOk, body } = evidence;
  return {
    view,
    width,
    height,
    problems,
    cardFound: card !== null,
    cardCorners: card === null ? null : card.corners.flat().map((value) => roundTo(value, 1)),
    lightingOk,
    landmarks:
      body === null ? null : body.landmarks.filter((_, i) => i % 3 !== 2).map((value) => roundTo(value, 1)),
    visibility: body === null ? null : body.visibility.map((value) => roundTo(value, 3)),
    ...collected,
  };
}
