import { createFaceContoursThreads } from '../../analysis/analyzers/face-contours/face-contours-threads.ts';
import { createSkinThreads } from '../../analysis/analyzers/skin/skin-threads.ts';
import type { Bus } from '../../bus/create-bus.ts';
import type { RedisState } from '../../state/create-redis-state.ts';
import type { RoleContext, RunningRole } from './role.ts';
import { startAnalysisWorkers } from './start-analysis-workers.ts';
import { startJobWorkers } from './start-job-workers.ts';

/** Captures and jobs to results: one durable consumer per analyzer and kind. Resolves when the models are warm and work is taken. */
export async function startWorker(
  context: RoleContext,
  { bus, redis }: { bus: Bus; redis: RedisState },
): Promise<RunningRole> {
  const { config } = context;
  const { threads, timeoutMs } = config.worker;
  const analysis = { modelsFolder: config.folders.models, threads, timeoutMs };
  const contourThreads = await createFaceContoursThreads({
    ...analysis,
    limits: { maxBytes: Math.max(config.api.maxUploadBytes, config.edge.maxStillBytes) },
  });
  const skinThreads = await createSkinThreads(analysis);
  const jobs = await startJobWorkers(context, { bus, redis, contourThreads, skinThreads });
  const captures = await startAnalysisWorkers(context, { bus, contourThreads, skinThreads });
  return {
    name: 'worker',
    summary: `captures: ${captures.analyzers.join(', ')}; ${threads} inference ${threads === 1 ? 'thread' : 'threads'} each; jobs: ${jobs.kinds.join(', ')}`,
    async stop() {
      await Promise.all([captures.stop(), jobs.stop()]);
      await Promise.all([contourThreads.close(), skinThreads.close()]);
    },
  };
}
