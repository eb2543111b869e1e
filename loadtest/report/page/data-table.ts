import { escaped } from '../plots/svg.ts';

export interface DataTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The first cell of a row names it. */
export function tableOf({ columns, rows }: DataTable): string {
  const head = columns.map((column) => `<th scope="col">${escaped(column)}</th>`).join('');
  const body = rows.map(
    ([first, ...others]) =>
      `<tr><th scope="row">${escaped(first ?? '')}</th>${others.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`,
  );
  return `<table><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table>`;
}

const MAX_ROWS = 120;

/** Folded away beneath a plot; of a long series every so many rows, which it says. */
export function foldedTable(table: DataTable): string {
  const every = Math.ceil(table.rows.length / MAX_ROWS);
  const rows = table.rows.filter((_, index) => index % every === 0);
  const told = every > 1 ? `Data (one row in ${every}; all of them are in the JSON)` : 'Data';
  // A region that scrolls has to be reachable by keyboard.
  return `<details><summary>${told}</summary><div class="scroll" tabindex="0" role="region" aria-label="Data">${tableOf({ ...table, rows })}</div></details>`;
}
