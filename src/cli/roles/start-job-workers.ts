import { randomUUID } from 'node:crypto';
import { tellBodyCapture } from '../../analysis/analyzers/body/tell-body-capture.ts';
import type { Bus } from '../../bus/create-bus.ts';
import { createJobShelf } from '../../bus/job-shelf.ts';
import { createResultPublisher } from '../../bus/result-publisher.ts';
import { maxDeliveriesOf } from '../../bus/streams.ts';
import { createJobWorker } from '../../jobs/create-job-worker.ts';
import { startJobSweep } from '../../jobs/job-sweep.ts';
import { submitWebhook } from '../../jobs/webhooks/webhook-job-handler.ts';
import { startWorkerHeartbeat } from '../../jobs/worker-heartbeat.ts';
import { type JobStatus, KINDS_WITHOUT_RESULTS } from '../../protocol/jobs.ts';
import type { RedisState } from '../../state/create-redis-state.ts';
import { createStopList } from '../stop-list.ts';
import { type AnalysisThreads, openJobHandlers } from './job-handlers.ts';
import { openJobs } from './open-jobs.ts';
import { openRecords } from './open-records.ts';
import type { RoleContext } from './role.ts';

/** One durable consumer per kind of job, and the sweep for what is left behind. */
export async function startJobWorkers(
  context: RoleContext,
  { bus, redis, ...threads }: AnalysisThreads & { bus: Bus; redis: RedisState },
): Promise<{ readonly kinds: readonly string[]; stop(): Promise<void> }> {
  const { config, logger, metrics, codeVersion } = context;
  const jobs = openJobs(context, { bus, redis });
  const opened = createStopList(logger);
  opened.add('job events', () => jobs.close());
  try {
    const records = openRecords(context, bus);
    opened.add('records of batches', () => records.close());
    const { handlers } = await opened.opened(
      'job handlers',
      openJobHandlers(context, { records, redis, ...threads }),
      (open) => open.close(),
    );
    const results = createResultPublisher(bus);
    const clock = { nowMs: Date.now };
    const onEnded = async (status: JobStatus) => {
      await tellBodyCapture(threads.body.book, status);
      await submitWebhook(jobs.desk, status);
    };
    const workers = handlers.map((handler) =>
      createJobWorker({
        handler,
        source: jobs.queue,
        store: jobs.store,
        results: KINDS_WITHOUT_RESULTS.includes(handler.kind) ? null : results,
        events: jobs.events,
        clock,
        concurrency: config.jobs.concurrency,
        codeVersion,
        onEnded,
        onTry: ({ jobId, kind, correlation }, outcome, durationMs, error) => {
          metrics.jobs.tried(kind, outcome, durationMs);
          const fields = { jobId, kind, outcome, durationMs: Math.round(durationMs), ...correlation };
          if (error === undefined) logger.info(fields, 'job done');
          else logger.warn({ ...fields, err: error }, 'job not done');
        },
      }),
    );
    opened.add('jobs', () => Promise.all(workers.map((worker) => worker.stop())));
    await Promise.all(workers.map((worker) => worker.start()));
    const sweep = startJobSweep({
      shelf: createJobShelf(bus),
      store: jobs.store,
      results,
      events: jobs.events,
      clock,
      codeVersion,
      maxAttempts: (kind) => maxDeliveriesOf(`jobs-${kind}`),
      onEnded,
      onMended: ({ jobId, what }) => {
        metrics.jobs.mended(what);
        logger.warn({ jobId, what }, 'a job that nobody had in hand was taken up');
      },
      // Whatever is away is told by those who need it all the time.
      onFailure: (error) => logger.debug({ err: error }, 'jobs could not be looked through'),
    });
    opened.add('job sweep', () => sweep.stop());
    const heartbeat = await startWorkerHeartbeat({
      register: redis.workers,
      workerId: `${config.node.name}:${randomUUID()}`,
      onFailure: (error) => logger.debug({ err: error }, 'this worker is not counted: Redis is away'),
    });
    opened.add('heartbeat', () => heartbeat.stop());
    return { kinds: handlers.map(({ kind }) => kind), stop: opened.stopAll };
  } catch (thrown) {
    await opened.stopAll();
    throw thrown;
  }
}
