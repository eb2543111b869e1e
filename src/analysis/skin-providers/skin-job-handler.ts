import type { JobHandler } from '../../jobs/types.ts';
import { FramegateError } from '../../protocol/framegate-error.ts';
import type { JobRequest } from '../../protocol/jobs.ts';
import type { ModelIdentity } from '../../protocol/records.ts';
import {
  type SkinAnalysis,
  type SkinJobParams,
  type SkinProviderName,
  skinJobParamsSchema,
} from '../../protocol/skin-analysis.ts';
import { SKIN_NOTICE } from '../analyzers/skin/skin-result.ts';
import { SKIN_VERSION } from '../analyzers/skin/skin-threads.ts';
import { preparePicture } from './prepare-picture.ts';
import type { SkinProvider } from './types.ts';

export interface SkinJobDeps {
  readonly providers: ReadonlyMap<SkinProviderName, SkinProvider>;
  /** Of the local provider, now. */
  readonly models: readonly ModelIdentity[];
}

/** Has a job's picture analysed by the provider that its params name. */
export function createSkinJobHandler(deps: SkinJobDeps): JobHandler {
  const { providers } = deps;
  return {
    kind: 'skin',
    version: SKIN_VERSION,
    // A vendor's models are not ours to name.
    modelsOf: (request) => (paramsOf(request)?.provider === 'local' ? deps.models : []),
    async run(request, parts, { signal, progress }) {
      const provider = providerOf(request);
      const image = parts.get('image');
      if (image === undefined) throw new FramegateError('request-invalid', 'the job has no image');
      const jpeg = await preparePicture(image);
      refuseStopped(signal);
      progress(0.1);
      const { measurements = [], ...scores } = await provider.analyse(jpeg, { signal });
      const result = { provider: provider.name, notice: SKIN_NOTICE, ...scores } satisfies SkinAnalysis;
      return { result, measurements };
    },
  };

  function providerOf(request: JobRequest): SkinProvider {
    const params = paramsOf(request);
    if (params === null)
      throw new FramegateError('request-invalid', 'the job has other params than it takes');
    const name = params.provider;
    const provider = providers.get(name);
    if (provider !== undefined) return provider;
    // Whoever took the job has it configured: a worker elsewhere may have it too.
    throw new FramegateError('provider-unavailable', `this worker has no skin analysis provider ${name}`, {
      retryable: true,
    });
  }
}

function paramsOf({ params }: JobRequest): SkinJobParams | null {
  return skinJobParamsSchema.safeParse(params).data ?? null;
}

/** A provider may be paid for. */
function refuseStopped(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw new FramegateError('server-draining', 'the analysis was not waited for', { retryable: true });
}
