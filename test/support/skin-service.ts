import { checkPicture } from '../../src/analysis/skin-providers/prepare-picture.ts';
import { createSkinJobHandler } from '../../src/analysis/skin-providers/skin-job-handler.ts';
import type { SkinProvider } from '../../src/analysis/skin-providers/types.ts';
import { createInternalAccess } from '../../src/http/access/internal-access.ts';
import { type AnalyzeSkinDeps, analyzeSkinRoutes } from '../../src/http/routes/skin/analyze-skin.ts';
import type { JobStatus } from '../../src/protocol/jobs.ts';
import { createFakeJobDesk, type FakeJobDesk } from './fake-job-desk.ts';
import { startTestApi } from './test-api.ts';

export const MAX_UPLOAD_BYTES = 10 * 1024 * 1024;
export const SECRET = 'known inside alone';

export interface SkinServiceOptions {
  readonly providers: readonly SkinProvider[];
  readonly defaultProvider?: AnalyzeSkinDeps['defaultProvider'];
  readonly timeoutMs?: number;
  readonly allowedCidrs?: readonly string[];
  /** What becomes of a job that was submitted. Default: it is worked on at once, by the real handler. */
  readonly afterSubmit?: (jobs: FakeJobDesk, status: JobStatus) => Promise<void>;
}

export interface SkinService {
  readonly url: string;
  readonly jobs: FakeJobDesk;
  readonly faults: readonly unknown[];
  /** The job that ends next, once it has. */
  nextEnd(): Promise<JobStatus | null>;
  /** Resolves when nobody waits for the next job any more, however that came. */
  nextLeft(): Promise<void>;
  close(): void;
}

/** The skin routes over HTTP as production has them, on the real desk and worker without NATS and Redis. */
export async function startSkinService(options: SkinServiceOptions): Promise<SkinService> {
  const { providers, afterSubmit = (all) => all.work() } = options;
  const byName = new Map(providers.map((provider) => [provider.name, provider]));
  const jobs = await createFakeJobDesk([createSkinJobHandler({ providers: byName, models: [] })]);
  let onLeft: () => void = () => {};
  const desk: AnalyzeSkinDeps['desk'] = {
    ...jobs.desk,
    submit: async (job) => {
      const submitted = await jobs.desk.submit(job);
      // What it rejects with is nobody's to catch, and fails the run.
      void afterSubmit(jobs, submitted.status);
      return submitted;
    },
    wait: (...waiting) => jobs.desk.wait(...waiting).finally(() => onLeft()),
  };
  const api = await startTestApi(
    analyzeSkinRoutes({
      desk,
      checkPicture,
      maxUploadBytes: MAX_UPLOAD_BYTES,
      providers: new Set(byName.keys()),
      defaultProvider: options.defaultProvider ?? 'local',
      timeoutMs: options.timeoutMs ?? 30_000,
      access: createInternalAccess({
        environment: 'production',
        allowedCidrs: options.allowedCidrs ?? ['127.0.0.0/8'],
        secret: SECRET,
        trustedProxies: 0,
      }),
    }),
  );
  return {
    url: api.url,
    jobs,
    faults: api.faults,
    nextEnd: () =>
      new Promise((resolve, reject) => {
        const stop = jobs.store.onEnd((jobId) => {
          stop();
          jobs.store.read(jobId).then(resolve, reject);
        });
      }),
    nextLeft: () =>
      new Promise((resolve) => {
        onLeft = resolve;
      }),
    close: api.close,
  };
}
