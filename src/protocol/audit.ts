/** What people with a role did, for the table `audit_logs`. */

/** `<resource>.<event>`: `account.role-changed`, `capture.exported` */
export type AuditAction = `${string}.${string}`;

export interface AuditEntry {
  /** The account that acted; else OPERATOR or SYSTEM. */
  readonly actorId: string;
  readonly action: AuditAction;
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
/** Who acts where nobody asked: a sweep. */
export const SYSTEM = 'system';
/** Names that stand for nobody in particular, whom no erasure is about. */
export const NOBODY: readonly string[] = ['anonymous', SYSTEM, OPERATOR];
