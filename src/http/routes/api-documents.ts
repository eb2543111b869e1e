import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { FramegateError } from '../../protocol/framegate-error.ts';
import type { Route } from '../route.ts';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
};

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>framegate: HTTP interface</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<div id="page"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</html>
`;

const START = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#page', deepLinking: true, validatorUrl: null });\n`;

/** Swagger UI sets styles and shows its icons as data URLs; nothing else may come from elsewhere. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** /openapi.json, and /docs: the same to browse and to try. */
export function apiDocumentRoutes(document: Record<string, unknown>): Route[] {
  const text = JSON.stringify(document);
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const page = { 'content-security-policy': POLICY, 'referrer-policy': 'no-referrer' };
  return [
    {
      method: 'GET',
      path: '/openapi.json',
      handle: () => ({ status: 200, contentType: 'application/json; charset=utf-8', body: text }),
    },
    {
      method: 'GET',
      path: '/docs',
      handle: () => ({ status: 200, contentType: 'text/html; charset=utf-8', body: PAGE, headers: page }),
    },
    {
      method: 'GET',
      path: '/docs/start.js',
      handle: () => ({ status: 200, contentType: 'text/javascript; charset=utf-8', body: START }),
    },
    {
      method: 'GET',
      path: '/docs/:file',
      handle: ({ params: { file = '' } }) => {
        const contentType = Object.hasOwn(CONTENT_TYPES, file) ? CONTENT_TYPES[file] : undefined;
        if (contentType === undefined) throw new FramegateError('not-found', 'nothing is at this address');
        return { status: 200, contentType, body: readFileSync(join(folder, file)) };
      },
    },
  ];
}
