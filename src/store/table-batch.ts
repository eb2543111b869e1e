/** Rows of one table on their way to one insert, in one buffer, each knowing where it came from. */
import { createRowBinaryWriter, type RowBinaryWriter } from './row-binary-writer.ts';

/** How rows of a table are written. */
export interface TableFormat<Row> {
  readonly table: string;
  /** `(a, b) FORMAT X` */
  readonly clause: string;
  write(out: RowBinaryWriter, row: Row): void;
}

/** A table whose rows go as objects. */
export function jsonTable(table: string): TableFormat<object> {
  return {
    table,
    clause: 'FORMAT JSONEachRow',
    write: (out, row) => out.raw(`${JSON.stringify(row)}\n`),
  };
}

export interface TableBatch<Row, Origin> {
  readonly format: TableFormat<Row>;
  readonly rows: number;
  /** Throws RangeError when the row does not fit its columns; the batch is then as before. */
  add(row: Row, origin: Origin): void;
  /** The rows `from` up to but without `to`. */
  bytes(from: number, to: number): Uint8Array;
  origin(row: number): Origin;
}

export function createTableBatch<Row, Origin>(format: TableFormat<Row>): TableBatch<Row, Origin> {
  const out = createRowBinaryWriter();
  const starts = [0];
  const origins: Origin[] = [];
  return {
    format,
    get rows() {
      return origins.length;
    },
    add(row, origin) {
      const before = out.length;
      try {
        format.write(out, row);
      } catch (error) {
        out.cutTo(before);
        throw error;
      }
      starts.push(out.length);
      origins.push(origin);
    },
    bytes: (from, to) => out.bytes().subarray(starts[from], starts[to]),
    origin: (row) => origins[row]!,
  };
}
