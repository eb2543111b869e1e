/** What people with a role did, for the table `audit_logs`. */

export interface AuditEntry {
  /** The account that acted; `operator` for a command on the server. */
  readonly actorId: string;
  /** `<resource>.<event>`: `account.role-changed`, `capture.exported` */
  readonly action: string;
  /** `account`, `capture` */
  readonly resourceType: string;
  readonly resourceId: string;
  /** Facts that the entry needs to be understood; no pictures, passwords, tokens or e-mail addresses. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

export interface Audit {
  /** Never waits and never throws. */
  record(entry: AuditEntry): void;
}

/** Who acts by a command on the server. */
export const OPERATOR = 'operator';
