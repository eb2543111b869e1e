import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { generatedDocuments } from '../../src/cli/contracts.ts';

test.each(Object.entries(generatedDocuments()))(
  '%s is what the code says now (npm run contracts writes it)',
  (path, text) => {
    const file = fileURLToPath(new URL(`../../${path}`, import.meta.url));
    expect(readFileSync(file, 'utf8')).toBe(text);
  },
);
