import type { ConsumeEvent } from '../../bus/types.ts';
import type { Logger } from '../../observability/logger.ts';
import type { Metrics } from '../../observability/metrics.ts';

/** What happens to consumed messages, as counters and, where somebody should know, as lines in the log. */
export function consumeLogger(logger: Logger, { pipeline }: Metrics): (event: ConsumeEvent) => void {
  return (event) => {
    switch (event.type) {
      case 'acked':
        pipeline.consumed(event.durable, 'acked');
        return;
      case 'retry':
        pipeline.consumed(event.durable, 'retried');
        logger.warn({ ...event, err: event.error }, 'message will be delivered again');
        return;
      case 'dead':
        pipeline.consumed(event.durable, 'dead');
        logger.error({ ...event }, 'message was put with the dead letters');
        return;
      case 'pull-failed':
        logger.warn({ durable: event.durable, err: event.error }, 'no messages can be asked for now');
        return;
    }
  };
}
