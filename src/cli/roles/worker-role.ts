import { createAnalysisWorker } from '../../analysis/analysis-worker.ts';
import { createFaceContoursThreads } from '../../analysis/analyzers/face-contours/face-contours-threads.ts';
import { createFaceQualityAnalyzer } from '../../analysis/analyzers/face-quality/face-quality-analyzer.ts';
import { consume } from '../../bus/consume.ts';
import type { Bus } from '../../bus/create-bus.ts';
import { createResultPublisher } from '../../bus/result-publisher.ts';
import type { RedisState } from '../../state/create-redis-state.ts';
import { consumeLogger } from './consume-logger.ts';
import type { RoleContext, RunningRole } from './role.ts';
import { startJobWorkers } from './start-job-workers.ts';

/** Captures and jobs to results: one durable consumer per analyzer and kind. Resolves when the models are warm and work is taken. */
export async function startWorker(
  context: RoleContext,
  { bus, redis }: { bus: Bus; redis: RedisState },
): Promise<RunningRole> {
  const { config, logger, metrics, codeVersion } = context;
  const { threads, concurrency, timeoutMs } = config.worker;
  const analysis = { modelsFolder: config.folders.models, threads, timeoutMs };
  const analyzer = await createFaceQualityAnalyzer(analysis);
  const contourThreads = await createFaceContoursThreads({
    ...analysis,
    limits: { maxBytes: Math.max(config.api.maxUploadBytes, config.edge.maxStillBytes) },
  });
  const onEvent = consumeLogger(logger, metrics);
  const worker = createAnalysisWorker({
    analyzer,
    captures: {
      consume: async (atOnce, handler) =>
        consume(bus, { durable: 'worker-face-quality', concurrency: atOnce, onEvent }, handler),
    },
    results: createResultPublisher(bus),
    concurrency,
    codeVersion,
    clock: { nowMs: Date.now },
    onResult: ({ kind, status, durationMs }) => metrics.pipeline.analysed(kind, status, durationMs),
    onRetry: ({ captureId }, error) => logger.warn({ captureId, err: error }, 'analysis will be tried again'),
  });
  const jobs = await startJobWorkers(context, { bus, redis, contourThreads });
  await worker.start();
  return {
    name: 'worker',
    summary: `${analyzer.kind} ${analyzer.version}, ${threads} inference ${threads === 1 ? 'thread' : 'threads'}; jobs: ${jobs.kinds.join(', ')}`,
    async stop() {
      await Promise.all([worker.stop(), jobs.stop()]);
      await Promise.all([analyzer.close(), contourThreads.close()]);
    },
  };
}
