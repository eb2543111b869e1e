import type { ResultRecord } from '../../protocol/records.ts';
import { saveNow } from './saving.ts';
import type { Live } from './state.ts';
import type { Turn } from './turn.ts';

/** As many as a resuming client may name, and captures that have no more results than that: four kinds each. */
const MAX_DELIVERED = 32;
const MAX_CAPTURES = 8;

export function withCapture(captureIds: readonly string[], captureId: string): readonly string[] {
  return captureIds.includes(captureId) ? captureIds : [...captureIds, captureId].slice(-MAX_CAPTURES);
}

/** A result goes out once, by captureId and kind, however often the bus delivers it. */
export function deliverResult(live: Live, record: ResultRecord, turn: Turn): Live {
  const key = `${record.captureId}/${record.kind}`;
  if (record.sessionId !== live.facts.sessionId || live.results.delivered.includes(key)) return live;
  turn.effects.push({
    type: 'send',
    message: {
      type: 'result',
      captureId: record.captureId,
      kind: record.kind,
      status: record.status,
      result: record.result ?? { ...record.error },
      provenance: record.provenance,
    },
  });
  const delivered = [...live.results.delivered, key].slice(-MAX_DELIVERED);
  return saveNow({ ...live, results: { ...live.results, delivered } }, turn);
}
