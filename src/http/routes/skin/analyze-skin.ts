import { z } from 'zod';
import type { JobDesk } from '../../../jobs/types.ts';
import { FramegateError } from '../../../protocol/framegate-error.ts';
import {
  SKIN_PROVIDERS,
  type SkinAnalysis,
  type SkinJobParams,
  type SkinProviderName,
  skinAnalysisSchema,
} from '../../../protocol/skin-analysis.ts';
import { type Access, type Call, type Endpoint, type EndpointBody, endpoint } from '../../endpoint.ts';
import { quantumErrors } from '../../errors/quantum-errors.ts';
import { imageFormatOf } from '../../image-format.ts';
import { type HttpReply, jsonReply } from '../../route.ts';
import { ANALYSIS_EXAMPLE } from './analysis-example.ts';
import { awaitAnalysis } from './await-analysis.ts';

export interface AnalyzeSkinDeps {
  readonly access: Access;
  readonly desk: Pick<JobDesk, 'submit' | 'status' | 'wait' | 'result' | 'cancel'>;
  readonly maxUploadBytes: number;
  /** Those that this installation has. */
  readonly providers: ReadonlySet<SkinProviderName>;
  readonly defaultProvider: SkinProviderName;
  /** How long a caller waits for its result. */
  readonly timeoutMs: number;
  /** By the header alone. Throws image-* for what no provider would be given. */
  readonly checkPicture: (image: Uint8Array) => void;
}

const ERROR_STATUSES = [400, 401, 403, 408, 500, 503];
const DESCRIPTION = [
  'The picture is scaled down to a width of 1024 px and a height of 1920 px, and has to be at least 480 px wide then.',
  'What the provider did not measure is left out.',
  'With an Idempotency-Key the analysis goes on after 408: the same request with the same key waits for it again.',
  'Without one, 408 ends it, and so does a caller that leaves.',
].join(' ');

const answerSchema = z.object({
  success: z.literal(true),
  data: skinAnalysisSchema.extend({ analysisId: z.string() }),
  meta: z.object({
    requestId: z.string(),
    analysisSessionId: z.string().optional(),
    frameSeq: z.string().optional(),
  }),
});

type Caller = Pick<
  Call<unknown, unknown, unknown>,
  'files' | 'headers' | 'correlation' | 'subject' | 'signal'
>;

/** `POST /v1/perfect-corp/analyze`, and `POST /v1/skin/analyze` for the same through any provider. */
export function analyzeSkinRoutes(deps: AnalyzeSkinDeps): Endpoint[] {
  const { desk, providers, defaultProvider } = deps;
  const body: EndpointBody<unknown> = {
    type: 'form',
    files: { file: { description: 'JPEG or PNG', maxBytes: deps.maxUploadBytes, required: true } },
    fields: z.object({}),
    maxFieldBytes: 0,
  };
  const declared = {
    method: 'POST',
    description: DESCRIPTION,
    tag: 'skin analysis',
    body,
    responses: { 200: { description: 'The analysis', schema: answerSchema, example: ANALYSIS_EXAMPLE } },
    errors: quantumErrors,
    errorStatuses: ERROR_STATUSES,
    access: deps.access,
  } as const;

  async function analyse(provider: SkinProviderName, caller: Caller): Promise<HttpReply> {
    const { correlation, subject, signal } = caller;
    if (!providers.has(provider)) {
      throw new FramegateError(
        'provider-unavailable',
        `the skin analysis provider ${provider} is not configured here`,
      );
    }
    const { data } = caller.files.file![0]!;
    const format = imageFormatOf(data);
    if (format !== 'jpeg' && format !== 'png') {
      throw new FramegateError('image-unsupported', 'the file is not a JPEG or PNG image');
    }
    deps.checkPicture(data);
    const idempotencyKey = caller.headers['idempotency-key'] || null;
    const { status } = await desk.submit({
      kind: 'skin',
      owner: subject,
      correlation,
      params: { provider } satisfies SkinJobParams,
      parts: [{ name: 'image', contentType: `image/${format}`, data }],
      idempotencyKey,
    });
    const result = await awaitAnalysis(desk, status.jobId, {
      subject,
      signal,
      timeoutMs: deps.timeoutMs,
      // Others may wait for the same, or the same caller again.
      endsWithCaller: idempotencyKey === null,
    });
    const { analysisSessionId, frameSeq } = correlation;
    return jsonReply(200, {
      success: true,
      data: { analysisId: status.jobId, ...(result as SkinAnalysis) },
      meta: {
        requestId: correlation.requestId,
        ...(analysisSessionId !== null && { analysisSessionId }),
        ...(frameSeq !== null && { frameSeq }),
      },
    } satisfies z.infer<typeof answerSchema>);
  }

  return [
    endpoint({
      ...declared,
      path: '/v1/perfect-corp/analyze',
      summary: 'Analyse skin by Perfect Corp',
      description: `${DESCRIPTION} With FRAMEGATE_SKIN_PROVIDER=mock the answer has the scores of the mock.`,
      examples: [{ files: { file: 'a face' }, status: 200 }],
      handle: (call) => analyse(defaultProvider === 'mock' ? 'mock' : 'perfect-corp', call),
    }),
    endpoint({
      ...declared,
      path: '/v1/skin/analyze',
      summary: 'Analyse skin by the local or another provider',
      query: z.object({
        provider: z.enum(SKIN_PROVIDERS).optional().describe('Default: FRAMEGATE_SKIN_PROVIDER'),
      }),
      examples: [{ query: { provider: 'local' }, files: { file: 'a face' }, status: 200 }],
      handle: (call) => analyse(call.query.provider ?? defaultProvider, call),
    }),
  ];
}
