import type { Bus } from '../../bus/create-bus.ts';
import { type BusRecordLog, createRecordLog } from '../../bus/record-log.ts';
import type { RoleContext } from './role.ts';

/** History's way to ClickHouse, for every role that changes something worth it. To be closed. */
export function openRecords({ logger }: Pick<RoleContext, 'logger'>, bus: Bus): BusRecordLog {
  return createRecordLog(bus, {
    onDropped: (records) => logger.error({ records }, 'rows of history were dropped'),
    onRetry: (error, delayMs) =>
      logger.debug({ err: error, delayMs }, 'rows of history wait: NATS does not take them'),
  });
}
