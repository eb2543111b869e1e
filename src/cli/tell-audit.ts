import { createAudit } from '../captures/audit.ts';
import type { Config } from '../config/parse-config.ts';
import { createLogger } from '../observability/logger.ts';
import type { AuditEntry } from '../protocol/audit.ts';
import { FramegateError, toFramegateError } from '../protocol/framegate-error.ts';
import { openBus } from './connections.ts';
import { openRecords } from './roles/open-records.ts';
import { findRunning } from './run-file.ts';

/**
 * Puts what a command did on its way to the audit trail, where this installation has a bus. null when it is there; else why
 * not, for people: the command's work does not hang on it.
 */
export async function tellAudit(config: Config, entry: AuditEntry): Promise<string | null> {
  const url = config.bus.url ?? findRunning(config.folders.data)?.natsUrl;
  if (url === undefined) return 'no NATS is configured or runs here';
  const { level, format } = config.log;
  const logger = createLogger({ level, format, node: config.node.name });
  try {
    const bus = await openBus(config, url, logger);
    try {
      const records = openRecords({ logger }, bus);
      createAudit(records).record(entry);
      await records.close();
      if (records.stats().dropped > 0) throw new FramegateError('bus-unavailable', 'NATS did not take it');
      return null;
    } finally {
      await bus.close();
    }
  } catch (thrown) {
    return toFramegateError(thrown).message;
  }
}
