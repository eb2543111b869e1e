import type { Bus } from '../../bus/create-bus.ts';
import { createJobShelf } from '../../bus/job-shelf.ts';
import { createResultPublisher } from '../../bus/result-publisher.ts';
import { maxDeliveriesOf } from '../../bus/streams.ts';
import { createJobWorker } from '../../jobs/create-job-worker.ts';
import { startJobSweep } from '../../jobs/job-sweep.ts';
import { submitWebhook } from '../../jobs/webhooks/webhook-job-handler.ts';
import type { RedisState } from '../../state/create-redis-state.ts';
import { type AnalysisThreads, openJobHandlers } from './job-handlers.ts';
import { openJobs } from './open-jobs.ts';
import type { RoleContext } from './role.ts';

/** One durable consumer per kind of job, and the sweep for what is left behind. */
export async function startJobWorkers(
  context: RoleContext,
  { bus, redis, ...threads }: AnalysisThreads & { bus: Bus; redis: RedisState },
): Promise<{ readonly kinds: readonly string[]; stop(): Promise<void> }> {
  const { config, logger, metrics, codeVersion } = context;
  const jobs = openJobs(context, { bus, redis });
  const { handlers, close } = await openJobHandlers(context, { redis, ...threads });
  const results = createResultPublisher(bus);
  const clock = { nowMs: Date.now };
  const workers = handlers.map((handler) =>
    createJobWorker({
      handler,
      source: jobs.queue,
      store: jobs.store,
      results: handler.kind === 'webhook' ? null : results,
      events: jobs.events,
      clock,
      concurrency: config.jobs.concurrency,
      codeVersion,
      onEnded: (status) => submitWebhook(jobs.desk, status),
      onTry: ({ jobId, kind, correlation }, outcome, durationMs, error) => {
        metrics.jobs.tried(kind, outcome, durationMs);
        const fields = { jobId, kind, outcome, durationMs: Math.round(durationMs), ...correlation };
        if (error === undefined) logger.info(fields, 'job done');
        else logger.warn({ ...fields, err: error }, 'job not done');
      },
    }),
  );
  await Promise.all(workers.map((worker) => worker.start()));
  const sweep = startJobSweep({
    shelf: createJobShelf(bus),
    store: jobs.store,
    events: jobs.events,
    clock,
    maxAttempts: (kind) => maxDeliveriesOf(`jobs-${kind}`),
    onEnded: (status) => submitWebhook(jobs.desk, status),
    onMended: ({ jobId, what }) => {
      metrics.jobs.mended(what);
      logger.warn({ jobId, what }, 'a job that nobody had in hand was taken up');
    },
    // Whatever is away is told by those who need it all the time.
    onFailure: (error) => logger.debug({ err: error }, 'jobs could not be looked through'),
  });
  return {
    kinds: handlers.map(({ kind }) => kind),
    stop: async () => {
      await sweep.stop();
      await Promise.all(workers.map((worker) => worker.stop()));
      await close();
      await jobs.close();
    },
  };
}
