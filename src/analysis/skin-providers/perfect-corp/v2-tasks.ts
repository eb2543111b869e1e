import { z } from 'zod';
import type { HttpClient } from './http-client.ts';
import { readAnswer } from './read-answer.ts';
import { outputSchema, scoreInfoOf } from './score-info-of.ts';
import {
  createdFile,
  FILE_NAME,
  filesSchema,
  MAX_ANSWER_BYTES,
  SKIN_ACTIONS,
  type SkinTasks,
  type TaskResult,
  type VendorCall,
  vendorId,
} from './skin-tasks.ts';
import { endpoint, namedUrl } from './vendor-url.ts';

/** How scores are asked for; a ZIP brings the vendor's masks too. Whichever comes is read. */
export type ResultFormat = 'json' | 'zip';

const createdSchema = z.object({ data: filesSchema });
const startedSchema = z.object({ data: z.object({ task_id: vendorId }) });
/** The vendor's schema says an object, its example a text. */
const resultsSchema = z.union([
  z.object({ output: outputSchema }),
  z.object({ url: z.string() }),
  z.string().transform((url) => ({ url })),
]);
const stateSchema = z.object({
  data: z.discriminatedUnion('task_status', [
    z.object({ task_status: z.literal('running') }),
    z.object({ task_status: z.literal('error'), error: z.string().optional().catch(undefined) }),
    z.object({ task_status: z.literal('success'), results: resultsSchema }),
  ]),
});

/** v2.0: the key itself is the token. */
export function createV2Tasks(
  http: HttpClient,
  base: URL,
  { apiKey, format }: { readonly apiKey: string; readonly format: ResultFormat },
): SkinTasks {
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };

  async function call<T>({ json, ...request }: VendorCall, schema: z.ZodType<T>): Promise<T> {
    const body = json === undefined ? {} : { body: JSON.stringify(json) };
    const answer = await http.send({ ...request, headers, maxBytes: MAX_ANSWER_BYTES, ...body });
    return readAnswer(answer, request.what, schema);
  }

  return {
    async createFile(sizeBytes, signal) {
      const url = endpoint(base, 's2s/v2.0/file');
      const json = {
        files: [{ content_type: 'image/jpeg', file_name: FILE_NAME, file_size: sizeBytes }],
      };
      const { data } = await call({ what: 'the file', method: 'POST', url, json, signal }, createdSchema);
      return createdFile(data, base);
    },
    async start(fileId, signal) {
      const url = endpoint(base, 's2s/v2.0/task/skin-analysis');
      const json = { src_file_id: fileId, dst_actions: SKIN_ACTIONS, format };
      const { data } = await call(
        { what: 'the task', method: 'POST', url, json, paid: true, signal },
        startedSchema,
      );
      return data.task_id;
    },
    async ask(taskId, signal) {
      const url = endpoint(base, `s2s/v2.0/task/skin-analysis/${encodeURIComponent(taskId)}`);
      const { data } = await call({ what: 'the state', method: 'GET', url, signal }, stateSchema);
      if (data.task_status === 'running') return { status: 'running' };
      if (data.task_status === 'error') return { status: 'error', code: data.error };
      return { status: 'success', result: resultOf(data.results) };
    },
  };

  function resultOf(results: z.infer<typeof resultsSchema>): TaskResult {
    if ('output' in results) return { scoreInfo: scoreInfoOf(results.output) };
    return { zip: namedUrl(results.url, base) };
  }
}
