/**
 * Question: how much of the rate at which a bare ClickHouse client inserts frames does the sink keep, which also
 * decodes and validates records, makes rows of them, and sends only valid ones?
 *
 *   node loadtest/sink-bench.ts [--rows 160000] [--json]
 *
 * Both insert the same frames into the same tables (rollups included) of one embedded ClickHouse, turn by turn in one
 * run, in inserts of at most 10,000 rows. The bare client gets rows that are ready, as objects, and turns them into
 * JSONEachRow, as `@clickhouse/client` does; the sink gets messages as JetStream delivers them and writes RowBinary,
 * which costs ClickHouse less: that is how it makes up for its own work.
 */
import { parseArgs } from 'node:util';
import { compareSink } from './bench/compare-sink.ts';

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '160000' }, json: { type: 'boolean' } },
});
const report = await compareSink(Number(values.rows));
if (values.json === true) console.log(JSON.stringify(report));
else {
  console.log(`bare client  ${report.clientRowsPerSecond} rows/s`);
  console.log(`sink         ${report.sinkRowsPerSecond} rows/s`);
  console.log(`ratio        ${report.ratio}`);
}
