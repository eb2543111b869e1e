import type { Role } from '../../../src/protocol/accounts.ts';
import type { BodyMetrics } from '../../../src/protocol/body-measurement.ts';
import { toFramegateError } from '../../../src/protocol/framegate-error.ts';
import type { ApiClient } from '../../body/api/api-client.ts';
import { createBodyApi } from '../../body/api/body-api.ts';
import { type ListFilter, listQuery } from '../review/capture-list.ts';
import type {
  Page,
  PartnerCapture,
  PartnerResult,
  ReviewedCapture,
  Reviewer,
  ReviewSummary,
} from './admin-answers.ts';
import type { Review, RowPage } from './review.ts';
import { partnerReviewOf, partnerRowsOf, reviewOf, rowsOf } from './review-of.ts';

/** The calls that the page makes. All of them reject as ApiClient.call. */
export interface AdminApi {
  signIn(email: string, password: string): Promise<Reviewer>;
  signOut(refreshToken: string): Promise<void>;
  me(): Promise<Reviewer>;
  list(reviewer: Reviewer, filter: ListFilter, before: number | null): Promise<RowPage>;
  review(reviewer: Reviewer, captureId: string): Promise<Review>;
  decide(captureId: string, adjustmentId: string, approverId: string, approve: boolean): Promise<void>;
  label(captureId: string, measurements: Partial<BodyMetrics>, notes: string): Promise<void>;
  decideLabel(captureId: string, labelId: string, approve: boolean): Promise<void>;
  mark(captureId: string, marked: boolean): Promise<void>;
  picture(captureId: string, artifactId: string): Promise<Blob>;
  sheet(captureId: string): Promise<Blob>;
  changeRole(accountId: string, role: Role): Promise<Reviewer>;
}

export function createAdminApi(client: ApiClient): AdminApi {
  const body = createBodyApi(client);
  const read = async <Answer>(path: string): Promise<Answer> =>
    (await (await client.call(path)).json()) as Answer;
  const post = async (path: string, json: object): Promise<void> => {
    await client.call(path, { method: 'POST', json });
  };
  const captures = '/api/v1/admin/captures';
  const of = encodeURIComponent;

  async function partnerReview(captureId: string): Promise<Review> {
    const capture = `/api/v1/capture/${of(captureId)}`;
    const [status, result, history] = await Promise.all([
      body.status(captureId, new AbortController().signal),
      orNull(read<PartnerResult>(`${capture}/results?include=details`)),
      orNull(body.history(captureId)),
    ]);
    return partnerReviewOf(captureId, status, result, history);
  }

  return {
    signIn: async (email, password) => (await body.signIn(email, password)) as Reviewer,
    signOut: (refreshToken) => body.signOut(refreshToken),
    me: async () => (await body.me()) as Reviewer,
    async list({ id, role }, filter, before) {
      if (role !== 'partner') {
        return rowsOf(await read<Page<ReviewSummary>>(`${captures}${listQuery(filter, before)}`));
      }
      const query = `format=json${before === null ? '' : `&before=${before}`}`;
      return partnerRowsOf(await read<Page<PartnerCapture>>(`/api/v1/partner/${of(id)}/exports?${query}`));
    },
    review: async ({ role }, captureId) =>
      role === 'partner'
        ? partnerReview(captureId)
        : reviewOf(await read<ReviewedCapture>(`${captures}/${of(captureId)}`)),
    decide: (captureId, adjustmentId, approverId, approve) =>
      post(`/api/v1/capture/${of(captureId)}/adjustments/approve`, {
        adjustment_id: adjustmentId,
        approver_id: approverId,
        approve,
      }),
    label: (captureId, measurements, notes) =>
      post(`/api/v1/admin/label/${of(captureId)}`, { measurements, notes }),
    decideLabel: (captureId, labelId, approve) =>
      post(`/api/v1/admin/label/${of(captureId)}/approve`, { label_id: labelId, approve }),
    mark: (captureId, marked) => post(`${captures}/${of(captureId)}/training`, { marked }),
    picture: async (captureId, artifactId) =>
      (await client.call(`${captures}/${of(captureId)}/artifacts/${of(artifactId)}`)).blob(),
    sheet: (captureId) => body.sheet(captureId),
    async changeRole(accountId, role) {
      const path = `/api/v1/admin/accounts/${of(accountId)}`;
      return (await (await client.call(path, { method: 'PATCH', json: { role } })).json()) as Reviewer;
    },
  };
}

/** null for what has no numbers yet, or never will have: its status says why. */
async function orNull<Answer>(answer: Promise<Answer>): Promise<Answer | null> {
  try {
    return await answer;
  } catch (thrown) {
    const { code } = toFramegateError(thrown);
    if (code === 'capture-not-ready' || code === 'job-failed') return null;
    throw thrown;
  }
}
