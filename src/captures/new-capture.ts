import type { ConsentFlags } from '../protocol/accounts.ts';
import type { BodyCapture } from '../protocol/body-captures.ts';
import type { BodyView, Stated } from '../protocol/body-measurement.ts';

export interface NewCapture {
  readonly captureId: string;
  readonly userId: string;
  readonly nowMs: number;
  readonly storeImages: boolean;
  /** The account's, now. */
  readonly consent: ConsentFlags;
  readonly source: BodyCapture['source'];
  readonly stated: Stated;
  readonly partner?: BodyCapture['partner'];
}

/** Its pictures came with it and wait for a worker. */
export function uploadedCapture(given: NewCapture, views: readonly BodyView[], jobId: string): BodyCapture {
  return { ...emptyCapture(given), status: 'queued', expectedViews: [...views], views: [...views], jobId };
}

/** Its views come by live sessions that show the ticket of this hash (SHA-256, hex). */
export function liveCapture(
  given: NewCapture,
  expectedViews: readonly BodyView[],
  ticketHash: string,
): BodyCapture {
  return { ...emptyCapture(given), expectedViews: [...expectedViews], ticketHash };
}

export function emptyCapture(given: NewCapture): BodyCapture {
  const { captureId, userId, nowMs, storeImages, consent, source, stated, partner = null } = given;
  return {
    captureId,
    userId,
    status: 'collecting',
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    storeImages,
    consent,
    source,
    stated,
    expectedViews: [],
    views: [],
    ticketHash: null,
    jobId: null,
    error: null,
    metrics: null,
    adjustments: [],
    labels: [],
    artifacts: [],
    partner,
    forTraining: false,
    revision: 0,
  };
}
