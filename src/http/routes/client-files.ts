import { FramegateError } from '../../protocol/framegate-error.ts';
import { pageHeaders, SHARED_HEADERS } from '../files/browser-headers.ts';
import { filePathOf } from '../files/file-path.ts';
import { type FileReplyOptions, fileReply } from '../files/file-reply.ts';
import type { KeptFiles } from '../files/kept-files.ts';
import { type HttpReply, type HttpRequest, jsonReply, type Route } from '../route.ts';

const PAGE: FileReplyOptions = { freshness: 'revalidated', headers: pageHeaders() };
const SCRIPT: FileReplyOptions = { freshness: 'revalidated', headers: SHARED_HEADERS };
/** Their names carry a hash. */
const ASSET: FileReplyOptions = { freshness: 'immutable', headers: SHARED_HEADERS };

/** Files beside index.html that pages name, and the licences of what is in them. */
const NAMED = ['framegate-client.js', 'framegate-camera.js', 'icon.svg', 'licences.md'];

/** What pages have to know of the node that serves them. */
export interface ClientSettings {
  /** Where the HTTP interface is, as browsers reach it: `http://127.0.0.1:8081`; null where none is configured. */
  readonly apiUrl: string | null;
  /** Whether live sessions need no token. */
  readonly anonymous: boolean;
}

const NO_API: ClientSettings = { apiUrl: null, anonymous: true };

/** The built client: its pages, the example, the scripts to embed, their licences and what they load. */
export function clientFileRoutes(files: KeptFiles, settings: ClientSettings = NO_API): Route[] {
  const callsApi: FileReplyOptions = {
    freshness: 'revalidated',
    headers: pageHeaders(settings.apiUrl === null ? [] : [new URL(settings.apiUrl).origin]),
  };
  const serve = async (path: string | null, request: HttpRequest, options: FileReplyOptions) => {
    const reply = path === null ? null : await fileReply(files, path, request, options);
    if (reply === null) throw new FramegateError('not-found', 'nothing is at this address');
    return reply;
  };
  return [
    {
      method: 'GET',
      path: '/',
      handle: async (request) => (await fileReply(files, 'index.html', request, PAGE)) ?? NOT_BUILT,
    },
    { method: 'GET', path: '/example', handle: () => movedTo('/example/') },
    {
      method: 'GET',
      path: '/example/',
      handle: (request) => serve('example/index.html', request, PAGE),
    },
    { method: 'GET', path: '/body', handle: () => movedTo('/body/') },
    {
      method: 'GET',
      path: '/body/',
      handle: (request) => serve('body/index.html', request, callsApi),
    },
    { method: 'GET', path: '/admin', handle: () => movedTo('/admin/') },
    {
      method: 'GET',
      path: '/admin/',
      handle: (request) => serve('admin/index.html', request, callsApi),
    },
    {
      method: 'GET',
      path: '/client-settings.json',
      handle: () => jsonReply(200, settings, { 'cache-control': 'no-store' }),
    },
    ...NAMED.map(
      (name): Route => ({
        method: 'GET',
        path: `/${name}`,
        handle: (request) => serve(name, request, SCRIPT),
      }),
    ),
    {
      method: 'GET',
      path: '/assets/*',
      handle: (request) => serve(filePathOf(request.path.slice(1)), request, ASSET),
    },
  ];
}

function movedTo(location: string): HttpReply {
  return { status: 308, contentType: 'text/plain; charset=utf-8', headers: { location }, body: '' };
}

const NOT_BUILT: HttpReply = {
  status: 503,
  contentType: 'text/plain; charset=utf-8',
  body: [
    'The browser client is not built on this node. In the folder of framegate: npm run client',
    '',
    'All else works:',
    'WebSocket  /v1/stream (subprotocol framegate.v1)',
    'health     /livez, /readyz',
    'metrics    /metrics',
    '',
  ].join('\n'),
};
