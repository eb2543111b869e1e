import type { BodyMeasurer } from '../../analysis/analyzers/body/body-job-handler.ts';
import { type BodyThreads, createBodyThreads } from '../../analysis/analyzers/body/body-threads.ts';
import { assembleMeasurement } from '../../analysis/body/assemble-measurement.ts';
import { correctEvidence } from '../../analysis/body/evidence/correct-evidence.ts';
import {
  type LoadedBodyRegressors,
  loadBodyRegressors,
} from '../../analysis/body/regressors/load-body-regressors.ts';
import type { Bus } from '../../bus/create-bus.ts';
import { tellingPartners } from '../../captures/batch/partner-webhooks.ts';
import type { CaptureBook, EvidenceStore } from '../../captures/types.ts';
import type { JobDesk } from '../../jobs/types.ts';
import type { RedisState } from '../../state/create-redis-state.ts';
import type { ModelReload } from '../../vision/model-reload.ts';
import { createReloading, type Reloading } from '../../vision/reloading.ts';
import { openStorage } from '../open-storage.ts';
import { createStopList } from '../stop-list.ts';
import { openCaptureBook } from './open-captures.ts';
import { openJobs } from './open-jobs.ts';
import { openRecords } from './open-records.ts';
import type { RoleContext } from './role.ts';

/** All that measures bodies: shared by the jobs and by live views. */
export interface OpenBody {
  readonly threads: BodyThreads;
  readonly measurer: BodyMeasurer;
  readonly book: CaptureBook;
  readonly evidence: EvidenceStore;
  /** Where the last view of a live session hands in its measurement. */
  readonly desk: Pick<JobDesk, 'submit'>;
  close(): Promise<void>;
}

/** No model is loaded before the first picture, nor the regressors before the first measurement. */
export async function openBody(
  context: RoleContext,
  { bus, redis, reload }: { bus: Bus; redis: RedisState; reload: ModelReload },
): Promise<OpenBody> {
  const { config, logger } = context;
  const { threads: threadCount, timeoutMs } = config.worker;
  const opened = createStopList(logger);
  try {
    const threads = await opened.opened(
      'body threads',
      createBodyThreads({
        modelsFolder: config.folders.models,
        poseModel: config.pose.model,
        threads: threadCount,
        timeoutMs,
        limits: { maxBytes: Math.max(config.api.maxUploadBytes, config.edge.maxStillBytes) },
        reload,
      }),
      (open) => open.close(),
    );
    const storage = openStorage(config);
    if (config.captures.rawRetention !== 'none' && config.storage.key === null) {
      logger.warn(
        { storage: config.storage.kind },
        'pictures that people allow to be kept are not encrypted here: FRAMEGATE_STORAGE_KEY is not set',
      );
    }
    opened.add('storage of captures', () => storage.close());
    const records = openRecords(context, bus);
    opened.add('records of captures', () => records.close());
    const jobs = openJobs(context, { bus, redis });
    opened.add('jobs of live views', () => jobs.close());
    const { book, evidence } = openCaptureBook(config, { redis, storage, records });
    const regressors = createReloading({
      load: () => loadBodyRegressors(config.folders.models),
      modelsOf: ({ identity }) => [identity],
      reload,
    });
    opened.add('body regressors', async () => regressors.close());
    return {
      threads,
      measurer: createMeasurer(regressors),
      book,
      evidence,
      desk: tellingPartners(jobs.desk, redis.partnerWebhooks),
      close: opened.stopAll,
    };
  } catch (thrown) {
    await opened.stopAll();
    throw thrown;
  }
}

function createMeasurer(regressors: Reloading<LoadedBodyRegressors>): BodyMeasurer {
  return {
    measure: async (evidence, stated, durations) =>
      assembleMeasurement(evidence, stated, await regressors.current(), durations),
    correct: correctEvidence,
  };
}
