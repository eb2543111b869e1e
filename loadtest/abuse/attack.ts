/** What an attack is given. It ends by itself within a few seconds of `durationMs`. */
export interface AttackTarget {
  readonly host: string;
  readonly port: number;
  readonly durationMs: number;
}

/** How often the attacker got what it wanted, and how often not. */
export interface AttackTally {
  tried: number;
  /** Closed, refused or answered with an error. */
  refused: number;
}

export interface Attack {
  readonly name: string;
  readonly says: string;
  run(target: AttackTarget): Promise<AttackTally>;
}
