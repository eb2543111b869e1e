import { FramegateError } from '../../../protocol/framegate-error.ts';
import { normaliseSkinScores } from '../normalise-skin-scores.ts';
import type { SkinProvider } from '../types.ts';
import { type Clock, SYSTEM_CLOCK } from './clock.ts';
import { createHttpClient, type HttpClient } from './http-client.ts';
import { pollTask } from './poll-task.ts';
import { malformed, refused, taskFailed } from './provider-errors.ts';
import { readScoreZip } from './read-score-zip.ts';
import { type CreatedFile, MAX_ANSWER_BYTES, type SkinTasks } from './skin-tasks.ts';
import { createV1Auth } from './v1-auth.ts';
import { createV1Tasks } from './v1-tasks.ts';
import { createV2Tasks, type ResultFormat } from './v2-tasks.ts';
import { parseBaseUrl } from './vendor-url.ts';

export interface PerfectCorpOptions {
  readonly version: 'v1' | 'v2';
  /** Of the API, without `/s2s`. */
  readonly url: string;
  readonly apiKey: string;
  /** v1 only: the vendor's public RSA key, X.509 in base64 or PEM. */
  readonly secret?: string;
  /** v2 only; default json. */
  readonly format?: ResultFormat;
  /** Default 15 s. */
  readonly requestTimeoutMs?: number;
  /** From the picture to its scores. Default 120 s. */
  readonly totalTimeoutMs?: number;
  /** Of each request. Default 4. */
  readonly maxTries?: number;
  readonly clock?: Clock;
}

/** With the vendor's masks. */
const MAX_ZIP_BYTES = 32 * 1024 * 1024;

/** Perfect Corp's (YouCam's) skin analysis, its 14 SD measures. Throws config-invalid. */
export function createPerfectCorpProvider(options: PerfectCorpOptions): SkinProvider {
  const { requestTimeoutMs = 15_000, totalTimeoutMs = 120_000, maxTries = 4, clock = SYSTEM_CLOCK } = options;
  const http = createHttpClient({ clock, requestTimeoutMs, maxTries });
  const tasks = createTasks(options, http, clock);
  return {
    name: 'perfect-corp',
    async analyse(jpeg, options) {
      const signal = AbortSignal.any([options.signal, clock.deadline(totalTimeoutMs)]);
      const file = await tasks.createFile(jpeg.byteLength, signal);
      await upload(http, file, jpeg, signal);
      const taskId = await tasks.start(file.fileId, signal);
      // From here on the task is paid for: to try again would be another one.
      const once = async <T>(work: Promise<T>): Promise<T> =>
        work.catch((thrown: unknown) => {
          throw options.signal.aborted ? thrown : final(thrown);
        });
      const ended = await once(pollTask(tasks, taskId, clock, signal));
      // A task that broke down has given nothing for its price: another one may.
      if (ended.status === 'error') throw taskFailed(ended.code);
      const { result } = ended;
      const scoreInfo =
        'zip' in result ? readScoreZip(await once(download(http, result.zip, signal))) : result.scoreInfo;
      return normaliseSkinScores(scoreInfo);
    },
  };
}

/** The same failure, for the caller to take as the last. */
function final(thrown: unknown): unknown {
  if (!(thrown instanceof FramegateError) || !thrown.retryable) return thrown;
  const { code, message, details } = thrown;
  return new FramegateError(code, message, { cause: thrown, ...(details !== undefined && { details }) });
}

function createTasks(options: PerfectCorpOptions, http: HttpClient, clock: Clock): SkinTasks {
  const { version, url, apiKey, secret, format = 'json' } = options;
  const base = parseBaseUrl(url);
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new FramegateError('config-invalid', "the skin analysis provider's API key is no plain text");
  }
  if (version === 'v2') return createV2Tasks(http, base, { apiKey, format });
  if (secret === undefined) {
    throw new FramegateError('config-invalid', 'v1 of the skin analysis provider needs a secret');
  }
  return createV1Tasks(http, base, createV1Auth({ http, base, clock, apiKey, secret }));
}

async function upload(
  http: HttpClient,
  { url, headers }: CreatedFile,
  jpeg: Uint8Array<ArrayBuffer>,
  signal: AbortSignal,
): Promise<void> {
  const what = 'the upload';
  const { status } = await http.send({
    what,
    method: 'PUT',
    url,
    headers,
    body: jpeg,
    maxBytes: MAX_ANSWER_BYTES,
    signal,
  });
  if (status >= 400) throw refused(what, undefined);
}

async function download(http: HttpClient, url: URL, signal: AbortSignal): Promise<Uint8Array> {
  const { status, body } = await http.send({
    what: 'the download',
    method: 'GET',
    url,
    maxBytes: MAX_ZIP_BYTES,
    signal,
  });
  if (status >= 400) throw malformed('named a result that is not there');
  return body;
}
