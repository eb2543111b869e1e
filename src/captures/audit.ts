import { randomUUID } from 'node:crypto';
import type { Audit } from '../protocol/audit.ts';
import type { RecordLog } from './types.ts';

export interface AuditDeps {
  readonly nowMs?: () => number;
  readonly newId?: () => string;
}

/** Puts each entry on its way to the table `audit_logs`. */
export function createAudit(log: RecordLog, { nowMs = Date.now, newId = randomUUID }: AuditDeps = {}): Audit {
  return {
    record: ({ actorId, action, resourceType, resourceId, metadata = {} }) => {
      const id = newId();
      log.write('audit_logs', id, {
        id,
        actor_id: actorId,
        action,
        resource_type: resourceType,
        resource_id: resourceId,
        metadata: JSON.stringify(metadata),
        timestamp_ms: nowMs(),
      });
    },
  };
}
