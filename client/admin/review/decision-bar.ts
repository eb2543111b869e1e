import type { Role } from '../../../src/protocol/accounts.ts';
import type { ReviewedAdjustment } from '../api/admin-answers.ts';

/** Why somebody cannot decide on an edit. */
export type DecisionBar = 'role' | 'own' | 'decided' | 'unmeasured' | 'newer';

export const BAR_TEXTS: Readonly<Record<DecisionBar, string>> = {
  role: 'Edits are decided on by admins, and by partners for their own customers.',
  own: 'You made this edit yourself. Somebody else has to decide on it.',
  decided: 'This edit has been decided on.',
  unmeasured: 'Its key points are still being measured. Reload the capture in a moment.',
  newer: 'A newer edit has taken its place. Decide on that one.',
};

/** The service has the same rules; here they are told before anybody presses a button. null: nothing stands against it. Pure. */
export function decisionBar(
  adjustment: ReviewedAdjustment,
  latestAdjustmentId: string | null,
  reviewer: { readonly id: string; readonly role: Role },
): DecisionBar | null {
  if (adjustment.approved !== null) return 'decided';
  if (reviewer.role !== 'admin' && reviewer.role !== 'partner') return 'role';
  if (adjustment.user_id === reviewer.id) return 'own';
  if (adjustment.keypoints !== null && Object.keys(adjustment.adjusted_metrics).length === 0) {
    return 'unmeasured';
  }
  return adjustment.adjustment_id === latestAdjustmentId ? null : 'newer';
}
