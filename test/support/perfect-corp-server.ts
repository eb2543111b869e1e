import { constants, generateKeyPairSync, privateDecrypt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Route = 'auth' | 'file' | 'upload' | 'start' | 'state' | 'download';

/** What a test has the server do instead of its own answer. */
export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

export interface PerfectCorpServer {
  readonly url: string;
  readonly apiKey: string;
  /** X.509, base64: what customers of v1 get as their secret. */
  readonly secret: string;
  readonly secretPem: string;
  /** Every route that was asked for, in order. */
  readonly asked: Route[];
  /** The bytes of every upload. */
  readonly uploads: Buffer[];
  /** The timestamps in the id_tokens. */
  readonly timestampsMs: number[];
  /** What v1 and v2's zip give, and what v2's json gives. */
  zip: Uint8Array;
  output: unknown;
  /** Answers of the route's next requests, each used once. */
  next(route: Route, ...answers: Answer[]): void;
  always(route: Route, answer: Answer): void;
  /** Tokens given so far are refused from now on. */
  expireTokens(): void;
  count(route: Route): number;
  close(): Promise<void>;
}

/** The SD kind, written out as the vendor documents it. */
const ACTIONS = [
  'acne',
  'age_spot',
  'dark_circle_v2',
  'droopy_lower_eyelid',
  'droopy_upper_eyelid',
  'eye_bag',
  'firmness',
  'moisture',
  'oiliness',
  'pore',
  'radiance',
  'redness',
  'texture',
  'wrinkle',
];
const API_KEY = 'key-of-the-customer';
const FILE_ID = 'file/1+=';
const TASK_ID = 'task/1+=';

export function json(status: number, content: unknown, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(content));
  };
}

/** Goes on for as long as somebody listens; the status is 200 where none is set. */
export const endless: Answer = (response) => {
  const write = () => {
    while (!response.destroyed && response.write(Buffer.alloc(64 * 1024, ' ')));
  };
  response.on('drain', write);
  write();
};

/**
 * Speaks v1.0 and v2.0 of the skin analysis as far as their documents say, and refuses what a client must not do: a wrong
 * id_token or bearer, a credential at the upload, fewer than the 14 actions or HD among them, a task without its picture.
 */
export async function startPerfectCorpServer(): Promise<PerfectCorpServer> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const queues = new Map<Route, Answer[]>();
  const standing = new Map<Route, Answer>();
  const tokens = new Set<string>();
  const asked: Route[] = [];
  const uploads: Buffer[] = [];
  const timestampsMs: number[] = [];
  let tokenCount = 0;
  let wantsZip = false;

  const http = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://server');
    const route = routeOf(request.method ?? '', url.pathname);
    if (route !== null) asked.push(route);
    const given =
      route === null ? refusal(404, 'NotFound') : (queues.get(route)?.shift() ?? standing.get(route));
    if (given !== undefined) given(response, request);
    else {
      // A client that leaves in the middle of its body is no fault of the server.
      readAll(request).then(
        (body) => answerOf(route!, url, request, body)(response, request),
        () => {},
      );
    }
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;

  const server: PerfectCorpServer = {
    url: origin,
    apiKey: API_KEY,
    secret: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    secretPem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    asked,
    uploads,
    timestampsMs,
    zip: new Uint8Array(0),
    output: [],
    next: (route, ...answers) => void queues.set(route, [...(queues.get(route) ?? []), ...answers]),
    always: (route, answer) => void standing.set(route, answer),
    expireTokens: () => tokens.clear(),
    count: (route) => asked.filter((one) => one === route).length,
    async close() {
      http.closeAllConnections();
      http.close();
      await once(http, 'close');
    },
  };
  return server;

  function answerOf(route: Route, url: URL, request: IncomingMessage, body: Buffer): Answer {
    const { authorization } = request.headers;
    const isV1 = url.pathname.startsWith('/s2s/v1.0/');
    const needsBearer = route === 'file' || route === 'start' || route === 'state';
    if (needsBearer && !isBearer(authorization, isV1)) {
      return refusal(401, isV1 ? 'InvalidAccessToken' : 'InvalidApiKey');
    }
    if (!needsBearer && authorization !== undefined) return refusal(400, 'BadRequest');
    if (route === 'upload') return takeUpload(request, body);
    if (route === 'download') return (response) => response.end(server.zip);
    const content: unknown = body.length === 0 ? undefined : JSON.parse(body.toString());
    const given =
      route === 'auth'
        ? authenticate(content)
        : route === 'file'
          ? createFile(content, isV1)
          : route === 'start'
            ? startTask(content, isV1)
            : stateOf(url, isV1);
    if (given === null) return refusal(400, 'InvalidParameters');
    return json(200, { status: 200, [isV1 ? 'result' : 'data']: given });
  }

  function isBearer(authorization: string | undefined, isV1: boolean): boolean {
    const token = authorization?.replace(/^Bearer /, '') ?? '';
    return isV1 ? tokens.has(token) : token === API_KEY;
  }

  function authenticate(content: unknown): object | null {
    const { client_id, id_token } = content as Record<string, string>;
    const key = { key: privateKey, padding: constants.RSA_PKCS1_PADDING };
    const text = privateDecrypt(key, Buffer.from(id_token ?? '', 'base64')).toString();
    const timestamp = /^client_id=key-of-the-customer&timestamp=(\d{13})$/.exec(text)?.[1];
    if (client_id !== API_KEY || timestamp === undefined) return null;
    timestampsMs.push(Number(timestamp));
    const token = `token-${++tokenCount}`;
    tokens.add(token);
    return { access_token: token };
  }

  function createFile(content: unknown, isV1: boolean): object | null {
    const { files } = content as { files: Record<string, unknown>[] };
    const [file] = files;
    if (files.length !== 1 || file?.content_type !== 'image/jpeg' || typeof file.file_name !== 'string') {
      return null;
    }
    if (!isV1 && !((file.file_size as number) > 0)) return null;
    const requests = [
      {
        method: 'PUT',
        url: `${origin}/upload?signature=signed-for-one`,
        headers: {
          'Content-Type': 'image/jpeg',
          'Content-Length': String(file.file_size ?? 1),
          'x-signed': 'also',
        },
      },
    ];
    return { files: [{ ...file, file_id: FILE_ID, requests }] };
  }

  function takeUpload({ headers, url }: IncomingMessage, body: Buffer): Answer {
    const signed = headers['x-signed'] === 'also' && url?.endsWith('signature=signed-for-one');
    if (!signed || headers['content-type'] !== 'image/jpeg') return refusal(403, 'Signature');
    uploads.push(body);
    return (response) => response.end();
  }

  function startTask(content: unknown, isV1: boolean): object | null {
    const task = content as {
      src_file_id?: string;
      dst_actions?: string[];
      format?: string;
      request_id?: number;
      payload?: { file_sets: { src_ids: string[] }; actions: { id: number; dst_actions: string[] }[] };
    };
    const fileId = isV1 ? task.payload?.file_sets.src_ids[0] : task.src_file_id;
    const actions = isV1 ? task.payload?.actions[0]?.dst_actions : task.dst_actions;
    if (uploads.length === 0 || fileId !== FILE_ID || (isV1 && task.request_id !== 0)) return null;
    if (actions?.toSorted().join() !== ACTIONS.join()) return null;
    if (!isV1) wantsZip = task.format === 'zip';
    return { task_id: TASK_ID };
  }

  function stateOf(url: URL, isV1: boolean): object | null {
    const zipUrl = `${origin}/download?signature=signed-for-one`;
    if (isV1) {
      if (url.searchParams.get('task_id') !== TASK_ID) return null;
      return { status: 'success', results: [{ id: 0, data: [{ url: zipUrl, dst_id: 'x' }] }] };
    }
    if (decodeURIComponent(url.pathname.split('/').at(-1)!) !== TASK_ID) return null;
    return { task_status: 'success', results: wantsZip ? { url: zipUrl } : { output: server.output } };
  }
}

function routeOf(method: string, path: string): Route | null {
  const asked = `${method} ${path}`;
  if (asked === 'POST /s2s/v1.0/client/auth') return 'auth';
  if (asked === 'POST /s2s/v1.0/file/skin-analysis' || asked === 'POST /s2s/v2.0/file') return 'file';
  if (asked === 'PUT /upload') return 'upload';
  if (/^POST \/s2s\/v[12]\.0\/task\/skin-analysis$/.test(asked)) return 'start';
  if (/^GET \/s2s\/(v1\.0\/task\/skin-analysis|v2\.0\/task\/skin-analysis\/[^/]+)$/.test(asked))
    return 'state';
  return asked === 'GET /download' ? 'download' : null;
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function refusal(status: number, code: string): Answer {
  return json(status, { status, error: `no: ${code}`, error_code: code });
}
