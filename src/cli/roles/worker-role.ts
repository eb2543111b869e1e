import { createFaceContoursThreads } from '../../analysis/analyzers/face-contours/face-contours-threads.ts';
import { createSkinThreads } from '../../analysis/analyzers/skin/skin-threads.ts';
import type { Bus } from '../../bus/create-bus.ts';
import type { RedisState } from '../../state/create-redis-state.ts';
import { createStopList } from '../stop-list.ts';
import { openBody } from './open-body.ts';
import { openModelReload } from './open-model-reload.ts';
import type { RoleContext, RunningRole } from './role.ts';
import { startAnalysisWorkers } from './start-analysis-workers.ts';
import { startJobWorkers } from './start-job-workers.ts';
import { startRetention } from './start-retention.ts';

/** Captures and jobs to results: one durable consumer per analyzer and kind. Resolves when the models are warm and work is taken. */
export async function startWorker(
  context: RoleContext,
  { bus, redis }: { bus: Bus; redis: RedisState },
): Promise<RunningRole> {
  const { config, logger } = context;
  const { threads, timeoutMs } = config.worker;
  const limits = { maxBytes: Math.max(config.api.maxUploadBytes, config.edge.maxStillBytes) };
  const stops = createStopList(logger);
  const reload = openModelReload(context);
  stops.add('model watch', async () => reload.close());
  const analysis = { modelsFolder: config.folders.models, threads, timeoutMs, limits, reload };
  try {
    const contourThreads = await stops.opened(
      'contour threads',
      createFaceContoursThreads(analysis),
      (open) => open.close(),
    );
    const skinThreads = await stops.opened('skin threads', createSkinThreads(analysis), (open) =>
      open.close(),
    );
    const body = await stops.opened('bodies', openBody(context, { bus, redis, reload }), (open) =>
      open.close(),
    );
    const parts = { bus, redis, contourThreads, skinThreads, body, reload };
    const jobs = await stops.opened('jobs', startJobWorkers(context, parts), (open) => open.stop());
    const retention = startRetention(context, { bus, redis });
    stops.add('retention sweep', () => retention.stop());
    const captures = await startAnalysisWorkers(context, parts);
    // Together with the jobs, not after them: both have work in hand that takes its time.
    stops.add('captures', () => Promise.all([captures.stop(), jobs.stop()]));
    return {
      name: 'worker',
      summary: `captures: ${captures.analyzers.join(', ')}; ${threads} inference ${threads === 1 ? 'thread' : 'threads'} each; jobs: ${jobs.kinds.join(', ')}`,
      stop: stops.stopAll,
    };
  } catch (thrown) {
    await stops.stopAll();
    throw thrown;
  }
}
