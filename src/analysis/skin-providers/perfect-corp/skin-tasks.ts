import { z } from 'zod';
import { CONCERN_IDS } from '../../analyzers/skin/skin-result.ts';
import type { HttpRequest } from './http-client.ts';
import { namedUrl } from './vendor-url.ts';

/** One version of the vendor's API. Everything rejects as SkinProvider.analyse does. */
export interface SkinTasks {
  /** Where a JPEG of this size is to be put. */
  createFile(sizeBytes: number, signal: AbortSignal): Promise<CreatedFile>;
  /** Gives the task's id. */
  start(fileId: string, signal: AbortSignal): Promise<string>;
  ask(taskId: string, signal: AbortSignal): Promise<TaskState>;
}

/** One request to the vendor's interface, before it is given a token. */
export type VendorCall = Pick<HttpRequest, 'what' | 'method' | 'url' | 'paid' | 'signal'> & {
  readonly json?: unknown;
};

export interface CreatedFile {
  readonly fileId: string;
  readonly url: URL;
  /** To be sent along with the bytes: the address's signature covers them. */
  readonly headers: Readonly<Record<string, string>>;
}

export type TaskState = { readonly status: 'running' } | EndedTask;

export type EndedTask =
  | { readonly status: 'error'; readonly code: string | undefined }
  | { readonly status: 'success'; readonly result: TaskResult };

/** The scores themselves, or where the ZIP lies that has them. */
export type TaskResult = { readonly scoreInfo: unknown } | { readonly zip: URL };

/** The 14 of the SD kind: the HD kind takes no picture of fewer than 1080 px a side, and they are never mixed. */
export const SKIN_ACTIONS: readonly string[] = CONCERN_IDS.map((id) =>
  id === 'dark_circle' ? 'dark_circle_v2' : id,
);

export const FILE_NAME = 'picture.jpg';
/** Of answers in JSON. */
export const MAX_ANSWER_BYTES = 1024 * 1024;

/** An id comes back in addresses, where one of dots alone would mean another folder. */
export const vendorId = z
  .string()
  .min(1)
  .max(1024)
  .refine((id) => !/^\.+$/.test(id));

const headerName = z.string().regex(/^[\w-]+$/);
const headerValue = z.union([z.string().regex(/^[\x20-\x7e]*$/), z.number()]);

export const filesSchema = z.object({
  files: z.tuple([
    z.object({
      file_id: vendorId,
      requests: z.tuple([
        z.object({
          method: z.literal('PUT'),
          url: z.string(),
          headers: z.record(headerName, headerValue).default({}),
        }),
      ]),
    }),
  ]),
});

/** fetch sets these itself, and nobody else decides on them. */
const OWN_HEADERS = new Set(['content-length', 'host', 'connection', 'transfer-encoding', 'authorization']);

export function createdFile({ files }: z.infer<typeof filesSchema>, base: URL): CreatedFile {
  const [{ file_id, requests }] = files;
  const [{ url, headers }] = requests;
  return {
    fileId: file_id,
    url: namedUrl(url, base),
    headers: Object.fromEntries(
      Object.entries(headers)
        .filter(([name]) => !OWN_HEADERS.has(name.toLowerCase()))
        .map(([name, value]) => [name, String(value)]),
    ),
  };
}
