import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

const rules = ruleIds(readFileSync(`${root}/src/protocol/SPEC.md`, 'utf8'));
const proven = provenIds(`${root}/test`);

/** `- **FR1** …` at the start of a line. */
function ruleIds(spec: string): string[] {
  return [...spec.matchAll(/^- \*\*([A-Z]{2}\d+)\*\* \S/gm)].map((match) => match[1]!);
}

/** The ids with which test titles begin; a title may prove several rules: `FB1 FB2 …`. */
function provenIds(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files
    .filter((name) => name.endsWith('.test.ts'))
    .flatMap((name) => [
      ...readFileSync(`${folder}/${name}`, 'utf8').matchAll(/\(\s*['"`]((?:[A-Z]{2}\d+ )+)/g),
    ])
    .flatMap((match) => match[1]!.trim().split(' '));
}

describe('SPEC.md', () => {
  test('states every rule once', () => {
    expect(rules.length).toBeGreaterThan(40);
    expect(new Set(rules).size).toBe(rules.length);
  });

  test('has a test for every rule', () => {
    expect(rules.filter((id) => !proven.includes(id))).toEqual([]);
  });

  test('has a rule for every id that a test names', () => {
    const areas = new Set(rules.map((id) => id.slice(0, 2)));
    const named = proven.filter((id) => areas.has(id.slice(0, 2)));
    expect(named.filter((id) => !rules.includes(id))).toEqual([]);
  });
});
