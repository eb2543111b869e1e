/** The store's own vocabulary: what the rest of framegate composes with. */

/** Where ClickHouse is. `url` speaks ClickHouse's HTTP interface. */
export interface StoreSettings {
  readonly url: string;
  /** Default `framegate`. */
  readonly database?: string;
  readonly username?: string;
  readonly password?: string;
  /** Name of a ClickHouse cluster to create replicated tables on; absent for one server. */
  readonly cluster?: string | undefined;
  /** Default 30 s. */
  readonly requestTimeoutMs?: number;
}

/** How long rows are kept, in whole days; 0 keeps them for ever. */
export interface Retention {
  /** Rows about single frames. */
  readonly frameDays: number;
  /** Sessions, captures, results, measurements, adjustments, and what is kept per minute. */
  readonly resultDays: number;
  /** The audit trail of sessions, captures and jobs. */
  readonly eventDays: number;
  /** What accounts did: `audit_logs`, and the proofs of erasures. Default 0. */
  readonly auditDays?: number;
  /** What was measured of bodies, and what people changed about it. Default 0. */
  readonly bodyDays?: number;
}

export type QueryParams = Record<string, unknown>;

/** A ClickHouse server as the rest of the project sees it. Every failure is a FramegateError. */
export interface Store {
  readonly database: string;
  /** Resolves when the server answers; rejects with store-unavailable. */
  ping(): Promise<void>;
  /** Rows of a SELECT. Values go in through `{name:Type}` and `params`. Rejects with query-failed, store-unavailable. */
  query<Row>(sql: string, params?: QueryParams): Promise<Row[]>;
  /** A statement without rows. */
  command(sql: string, params?: QueryParams): Promise<void>;
  /** Inserts rows as JSONEachRow and resolves once the server holds them. */
  insert(table: string, rows: readonly object[]): Promise<void>;
  /** Inserts rows that are encoded already; `clause` is `(columns) FORMAT X`. Resolves as `insert` does. */
  insertBytes(table: string, clause: string, bytes: Uint8Array): Promise<void>;
  /** Streams the server's own output in `format`, for people and tools. */
  stream(sql: string, format: string, params?: QueryParams): Promise<AsyncIterable<Uint8Array>>;
  close(): Promise<void>;
}
