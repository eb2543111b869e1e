import type { Cluster, ClusterOptions } from '../cluster/types.ts';
import type { LoadRun, Measured } from '../generator/load-run.ts';
import type { Figure } from '../report/load-report.ts';
import type { LoadOptions } from './load-options.ts';

/** A question put to a running node. One file each, with its own figures and goals. */
export interface Scenario {
  readonly name: string;
  /** What it asks, in a line. */
  readonly question: string;
  /** Where the command names none. */
  readonly defaults: { readonly sessions: number; readonly fps: number; readonly seconds: number };
  /** Whom it needs besides edge, nats and redis. */
  readonly needs: Pick<ClusterOptions, 'workers' | 'sinks' | 'clickHouse'>;
  run(context: ScenarioContext): Promise<ScenarioOutcome>;
}

export interface ScenarioContext {
  readonly options: ScenarioOptions;
  readonly run: LoadRun;
  /** null with --url: only the clients' side can be seen then. */
  readonly cluster: Cluster | null;
  readonly urls: readonly string[];
  readonly pictureNames: readonly string[];
  /** Frames a second that the nodes can do: as the command says, or measured now. */
  capacityFps(): Promise<number>;
  say(line: string): void;
}

/** The command's options with the scenario's own figures filled in. */
export interface ScenarioOptions extends Omit<LoadOptions, 'sessions' | 'fps' | 'seconds'> {
  readonly sessions: number;
  readonly fps: number;
  readonly seconds: number;
}

export interface ScenarioOutcome {
  readonly measured: Measured;
  readonly figures: Readonly<Record<string, Figure>>;
}

/** `goalIs` where the unit does not say it: see Figure. */
export function figure(
  value: number,
  unit: string,
  goal: number | null = null,
  goalIs?: Figure['goalIs'],
): Figure {
  return { value: Math.round(value * 1000) / 1000, unit, goal, ...(goalIs !== undefined && { goalIs }) };
}

/** How fast sessions connect where the scenario is not about that: fast, but no storm. */
export const CALM_CONNECTS_PER_SECOND = 50;
