import { z } from 'zod';
import type { HttpClient } from './http-client.ts';
import { readAnswer } from './read-answer.ts';
import {
  createdFile,
  FILE_NAME,
  filesSchema,
  MAX_ANSWER_BYTES,
  SKIN_ACTIONS,
  type SkinTasks,
  type VendorCall,
  vendorId,
} from './skin-tasks.ts';
import type { V1Auth } from './v1-auth.ts';
import { endpoint, namedUrl } from './vendor-url.ts';

const createdSchema = z.object({ result: filesSchema });
const startedSchema = z.object({ result: z.object({ task_id: vendorId }) });
const stateSchema = z.object({
  result: z.discriminatedUnion('status', [
    z.object({ status: z.literal('running') }),
    z.object({ status: z.literal('error'), error: z.string().optional().catch(undefined) }),
    z.object({
      status: z.literal('success'),
      results: z.array(z.object({ data: z.array(z.object({ url: z.string() })).min(1) })).min(1),
    }),
  ]),
});

/** v1.0: a token that is renewed once when it is refused, and results in a ZIP. */
export function createV1Tasks(http: HttpClient, base: URL, auth: V1Auth): SkinTasks {
  const taskUrl = endpoint(base, 's2s/v1.0/task/skin-analysis');

  async function call<T>({ json, ...request }: VendorCall, schema: z.ZodType<T>): Promise<T> {
    const send = (token: string) =>
      http.send({
        ...request,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        maxBytes: MAX_ANSWER_BYTES,
        ...(json !== undefined && { body: JSON.stringify(json) }),
      });
    const token = await auth.token(null, request.signal);
    let answer = await send(token);
    if (answer.status === 401) answer = await send(await auth.token(token, request.signal));
    return readAnswer(answer, request.what, schema);
  }

  return {
    async createFile(_sizeBytes, signal) {
      const url = endpoint(base, 's2s/v1.0/file/skin-analysis');
      const json = { files: [{ content_type: 'image/jpeg', file_name: FILE_NAME }] };
      const { result } = await call({ what: 'the file', method: 'POST', url, json, signal }, createdSchema);
      return createdFile(result, base);
    },
    async start(fileId, signal) {
      const json = {
        request_id: 0,
        payload: {
          file_sets: { src_ids: [fileId] },
          actions: [{ id: 0, params: {}, dst_actions: SKIN_ACTIONS }],
        },
      };
      const { result } = await call(
        { what: 'the task', method: 'POST', url: taskUrl, json, paid: true, signal },
        startedSchema,
      );
      return result.task_id;
    },
    async ask(taskId, signal) {
      const url = new URL(taskUrl);
      url.searchParams.set('task_id', taskId);
      const { result } = await call({ what: 'the state', method: 'GET', url, signal }, stateSchema);
      if (result.status === 'running') return { status: 'running' };
      if (result.status === 'error') return { status: 'error', code: result.error };
      return { status: 'success', result: { zip: namedUrl(result.results[0]!.data[0]!.url, base) } };
    },
  };
}
