import { createAnalysisWorker } from '../../analysis/analysis-worker.ts';
import { createBodyViewAnalyzer } from '../../analysis/analyzers/body/body-view-analyzer.ts';
import { createFaceContoursAnalyzer } from '../../analysis/analyzers/face-contours/face-contours-analyzer.ts';
import { createFaceQualityAnalyzer } from '../../analysis/analyzers/face-quality/face-quality-analyzer.ts';
import { createSkinAnalyzer } from '../../analysis/analyzers/skin/skin-analyzer.ts';
import type { Analyzer } from '../../analysis/types.ts';
import { consume } from '../../bus/consume.ts';
import type { Bus } from '../../bus/create-bus.ts';
import { createResultPublisher } from '../../bus/result-publisher.ts';
import { RESULT_KINDS, type ResultKind } from '../../protocol/result-kinds.ts';
import type { ModelReload } from '../../vision/model-reload.ts';
import { consumeLogger } from './consume-logger.ts';
import type { AnalysisThreads } from './job-handlers.ts';
import type { RoleContext } from './role.ts';

/** One durable consumer per kind of result. Each analyzer takes as many captures at once as the settings allow a worker. */
export async function startAnalysisWorkers(
  context: RoleContext,
  { bus, contourThreads, skinThreads, body, reload }: AnalysisThreads & { bus: Bus; reload: ModelReload },
): Promise<{ readonly analyzers: readonly string[]; stop(): Promise<void> }> {
  const { config, logger, metrics, codeVersion } = context;
  const { threads, concurrency, timeoutMs } = config.worker;
  const quality = await createFaceQualityAnalyzer({
    modelsFolder: config.folders.models,
    threads,
    timeoutMs,
    limits: { maxBytes: config.edge.maxStillBytes },
    reload,
  });
  const analyzers: Readonly<Record<ResultKind, Analyzer>> = {
    'face-quality': quality,
    skin: createSkinAnalyzer(skinThreads),
    'face-contours': createFaceContoursAnalyzer(contourThreads),
    'body-view': createBodyViewAnalyzer({
      threads: body.threads,
      captures: body.book,
      jobs: body.desk,
    }),
  };
  const onEvent = consumeLogger(logger, metrics);
  const results = createResultPublisher(bus);
  const workers = RESULT_KINDS.map((kind) =>
    createAnalysisWorker({
      analyzer: analyzers[kind],
      captures: {
        consume: async (atOnce, handler) =>
          consume(bus, { durable: `worker-${kind}`, concurrency: atOnce, onEvent }, handler),
      },
      results,
      concurrency,
      codeVersion,
      clock: { nowMs: Date.now },
      onResult: ({ status, durationMs }) => metrics.pipeline.analysed(kind, status, durationMs),
      onRetry: ({ captureId }, error) =>
        logger.warn({ captureId, kind, err: error }, 'analysis will be tried again'),
    }),
  );
  const stop = async () => {
    await Promise.all(workers.map((worker) => worker.stop()));
    await Promise.all(RESULT_KINDS.map((kind) => analyzers[kind].close()));
  };
  await Promise.all(workers.map((worker) => worker.start())).catch(async (thrown: unknown) => {
    await stop();
    throw thrown;
  });
  return { analyzers: RESULT_KINDS.map((kind) => `${kind} ${analyzers[kind].version}`), stop };
}
