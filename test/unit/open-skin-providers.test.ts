import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SkinThreads } from '../../src/analysis/analyzers/skin/skin-threads.ts';
import {
  checkSkinSettings,
  openSkinProviders,
  skinProviderNames,
} from '../../src/cli/roles/open-skin-providers.ts';
import { type Environment, parseConfig, thisMachine } from '../../src/config/parse-config.ts';
import { printConfig } from '../../src/config/print-config.ts';

const threads: SkinThreads = {
  models: [],
  measure: async () => Promise.reject(new Error('nothing is measured here')),
  close: async () => {},
};
const ADDRESS = { FRAMEGATE_PERFECT_CORP_URL: 'https://vendor.example' };
const PERFECT_CORP = { ...ADDRESS, FRAMEGATE_PERFECT_CORP_API_KEY: 'the-key' };
const V1 = { FRAMEGATE_PERFECT_CORP_VERSION: 'v1' };
const INVALID = { code: 'config-invalid' };
const publicKey = generateKeyPairSync('rsa', { modulusLength: 1024 })
  .publicKey.export({ format: 'der', type: 'spki' })
  .toString('base64');

let folder: string;
let MOCK: Environment;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'framegate-providers-'));
  const file = join(folder, 'score_info.json');
  await writeFile(file, JSON.stringify({ acne: { raw_score: 30 } }));
  MOCK = { FRAMEGATE_SKIN_MOCK_SCORE_FILE: file };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const skin = (environment: Environment) => parseConfig(environment, thisMachine()).skin;

async function opened(environment: Environment): Promise<string[]> {
  const providers = await openSkinProviders(skin(environment), threads);
  for (const [name, provider] of providers) expect(provider.name).toBe(name);
  expect([...skinProviderNames(skin(environment))].sort()).toEqual([...providers.keys()].sort());
  return [...providers.keys()].sort();
}

describe('skin providers', () => {
  test('without a setting there is the local one', async () => {
    expect(await opened({})).toEqual(['local']);
  });

  test('others are there once they are configured', async () => {
    expect(await opened({ ...MOCK, ...PERFECT_CORP })).toEqual(['local', 'mock', 'perfect-corp']);
    const secret = { FRAMEGATE_PERFECT_CORP_SECRET: publicKey };
    expect(await opened({ ...PERFECT_CORP, ...V1, ...secret })).toEqual(['local', 'perfect-corp']);
  });

  test('a process that only takes requests needs no key', () => {
    expect(skinProviderNames(skin(ADDRESS)).has('perfect-corp')).toBe(true);
  });

  test.each(['mock', 'perfect-corp'])('the default one has to be there: %s', async (name) => {
    const config = skin({ FRAMEGATE_SKIN_PROVIDER: name });
    expect(() => skinProviderNames(config)).toThrow(expect.objectContaining(INVALID));
    await expect(openSkinProviders(config, threads)).rejects.toMatchObject(INVALID);
  });

  test.each<[string, Environment]>([
    ['an address without a key', ADDRESS],
    ['a key without an address', { FRAMEGATE_PERFECT_CORP_API_KEY: 'the-key' }],
    ['v1 without a secret', { ...PERFECT_CORP, ...V1 }],
    ['a score file that is not there', { FRAMEGATE_SKIN_MOCK_SCORE_FILE: '/nowhere/score_info.json' }],
  ])('a worker does not start with %s', async (_, environment) => {
    await expect(checkSkinSettings(skin(environment))).rejects.toMatchObject(INVALID);
    await expect(openSkinProviders(skin(environment), threads)).rejects.toMatchObject(INVALID);
  });
});

test('key and secret are never printed', () => {
  const environment = { ...PERFECT_CORP, FRAMEGATE_PERFECT_CORP_SECRET: 'the-secret' };
  const text = JSON.stringify(printConfig(parseConfig(environment, thisMachine())));
  expect(text).toContain('vendor.example');
  expect(text).not.toMatch(/the-key|the-secret/);
});
