export interface Figure {
  readonly value: number;
  readonly unit: string;
  /** null: told, not asked for. */
  readonly goal: number | null;
}

export type Figures = Readonly<Record<string, Figure>>;

/** A figure of three decimals. */
export function figure(value: number, unit: string, goal: number | null = null): Figure {
  return { value: Math.round(value * 1000) / 1000, unit, goal };
}

export function printFigures(figures: Figures, print: (line: string) => void): void {
  print('');
  for (const [name, { value, unit, goal }] of Object.entries(figures)) {
    print(`${name.padEnd(32)} ${value} ${unit}${goal === null ? '' : ` (goal ${goal})`}`);
  }
}
