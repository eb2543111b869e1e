import { createAnalysisWorker } from '../../analysis/analysis-worker.ts';
import { createFaceQualityAnalyzer } from '../../analysis/analyzers/face-quality/face-quality-analyzer.ts';
import { consume } from '../../bus/consume.ts';
import type { Bus } from '../../bus/create-bus.ts';
import { createResultPublisher } from '../../bus/result-publisher.ts';
import { consumeLogger } from './consume-logger.ts';
import type { RoleContext, RunningRole } from './role.ts';

/** Captures to results: one durable consumer per analyzer. Resolves when the models are warm and captures are taken. */
export async function startWorker(context: RoleContext, { bus }: { bus: Bus }): Promise<RunningRole> {
  const { config, logger, metrics, codeVersion } = context;
  const { threads, concurrency, timeoutMs } = config.worker;
  const analyzer = await createFaceQualityAnalyzer({
    modelsFolder: config.folders.models,
    threads,
    timeoutMs,
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
  await worker.start();
  return {
    name: 'worker',
    summary: `${analyzer.kind} ${analyzer.version}, ${threads} inference ${threads === 1 ? 'thread' : 'threads'}`,
    async stop() {
      await worker.stop();
      await analyzer.close();
    },
  };
}
