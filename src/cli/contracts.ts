import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { configurationDocument } from '../config/configuration-document.ts';
import { API_DESCRIPTION, API_TITLE } from '../http/api-server.ts';
import { openApiDocument } from '../http/openapi.ts';
import { codesDocument } from '../protocol/codes-document.ts';
import { asyncApiDocument } from '../protocol/contracts.ts';
import { documentedEndpoints } from './documented-endpoints.ts';
import { codeVersion } from './version.ts';

/** Every generated document by its path in the project; a test holds the files against it. */
export function generatedDocuments(): Readonly<Record<string, string>> {
  const openApi = openApiDocument(documentedEndpoints(), {
    title: API_TITLE,
    version: codeVersion(),
    description: API_DESCRIPTION,
  });
  return {
    'docs/openapi.json': `${JSON.stringify(openApi, null, 2)}\n`,
    'docs/asyncapi.json': `${JSON.stringify(asyncApiDocument(codeVersion()), null, 2)}\n`,
    'docs/codes.md': codesDocument(),
    'docs/configuration.md': configurationDocument(),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, text] of Object.entries(generatedDocuments())) {
    writeFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), text);
    process.stdout.write(`${path}\n`);
  }
}
