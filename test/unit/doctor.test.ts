import { describe, expect, it } from 'vitest';
import type { DoctorDeps } from '../../src/cli/doctor/doctor-deps.ts';
import { printFindings, runDoctor } from '../../src/cli/doctor.ts';
import { type Environment, parseConfig } from '../../src/config/parse-config.ts';

const MIB = 1024 * 1024;

/** A machine on which all is well. */
const healthy: DoctorDeps = {
  nodeVersion: 'v22.23.3',
  findProgram: (name) => `/usr/bin/${name}`,
  loadPackage: async () => null,
  models: async () => [{ name: 'face-mesh', version: '1.0.0', problem: null }],
  client: async () => ({ state: 'current', builtAtStart: true }),
  isPortFree: async () => true,
  folder: async () => ({ freeBytes: 50_000 * MIB, problem: null }),
  findRunning: () => null,
  probeNats: async () => ({ version: '2.10.1', maxPayloadBytes: 24 * MIB, jetStreamProblem: null }),
  probeRedis: async () => {},
  probeClickHouse: async () => ({ version: '26.7.1.1', pendingMigrations: 0 }),
};

const urls = {
  FRAMEGATE_NATS_URL: 'nats://ann:hunter2@nats:4222',
  FRAMEGATE_REDIS_URL: 'redis://:hunter2@redis:6379',
  FRAMEGATE_CLICKHOUSE_URL: 'http://clickhouse:8123',
};

async function examine(deps: Partial<DoctorDeps> = {}, environment: Environment = {}) {
  const machine = { hostName: 'n', cores: 2, workingFolder: '/w', packageFolder: '/p' };
  const findings = await runDoctor(parseConfig(environment, machine), { ...healthy, ...deps });
  return {
    findings,
    of: (name: string) => findings.find((finding) => finding.name === name),
    bad: findings.filter(({ status }) => status !== 'ok').map(({ name, status }) => `${status} ${name}`),
  };
}

const rejects = (message: string) => async () => {
  throw new Error(message);
};

const natsTaking = (maxPayloadBytes: number): Partial<DoctorDeps> => ({
  probeNats: async () => ({ version: '2', maxPayloadBytes, jetStreamProblem: null }),
});

describe('the doctor', () => {
  it('finds nothing wrong where all is well, with local servers or with URLs', async () => {
    expect((await examine()).bad).toEqual([]);
    const { bad, findings, of } = await examine({}, urls);
    expect(bad).toEqual([]);
    expect(of('nats')?.detail).toBe(
      'nats://(hidden)@nats:4222, version 2.10.1, JetStream, max_payload 25165824',
    );
    expect(JSON.stringify(findings)).not.toContain('hunter2');
  });

  it.each<[string, string, Partial<DoctorDeps>, Environment]>([
    ['an old Node', 'fail node', { nodeVersion: 'v20.20.2' }, {}],
    ['a Node that is not quite new enough', 'fail node', { nodeVersion: 'v22.17.0' }, {}],
    ['a Node without WebSocket binaries', 'warn node', { nodeVersion: 'v24.1.0' }, {}],
    [
      'a native part that does not load',
      'fail sharp',
      { loadPackage: async (name) => (name === 'sharp' ? 'wrong ELF class' : null) },
      {},
    ],
    [
      'no chdb and no ClickHouse',
      'fail chdb',
      { loadPackage: async (name) => (name === 'chdb' ? 'Cannot find package' : null) },
      {},
    ],
    [
      'a changed model',
      'fail model face-mesh',
      { models: async () => [{ name: 'face-mesh', version: '1', problem: 'differs from the manifest' }] },
      {},
    ],
    [
      'no client, and nothing to build it with',
      'warn client',
      { client: async () => ({ state: 'missing', builtAtStart: false }) },
      {},
    ],
    ['no manifest', 'fail models', { models: rejects('the model manifest is not there') }, {}],
    ['no nats-server', 'warn nats', { findProgram: (name) => (name === 'nats-server' ? null : 'x') }, {}],
    ['no redis-server', 'warn redis', { findProgram: (name) => (name === 'redis-server' ? null : 'x') }, {}],
    ['a NATS that is away', 'fail nats', { probeNats: rejects('connection refused') }, urls],
    [
      'a NATS without JetStream',
      'fail nats',
      {
        probeNats: async () => ({ version: '2', maxPayloadBytes: 16 * MIB, jetStreamProblem: 'not enabled' }),
      },
      urls,
    ],
    ['a NATS with too little room for stills', 'warn nats', natsTaking(MIB), urls],
    ['a NATS with too little room for a picture and its map', 'warn nats', natsTaking(16 * MIB), urls],
    ['a Redis that is away', 'warn redis', { probeRedis: rejects('connection refused') }, urls],
    ['a ClickHouse that is away', 'fail clickhouse', { probeClickHouse: rejects('refused') }, urls],
    [
      'a ClickHouse that is too old',
      'fail clickhouse',
      { probeClickHouse: async () => ({ version: '18.16.1', pendingMigrations: 0 }) },
      urls,
    ],
    [
      'migrations that have not run',
      'warn clickhouse',
      { probeClickHouse: async () => ({ version: '25.3.1', pendingMigrations: 2 }) },
      urls,
    ],
    ['a taken port', 'fail port', { isPortFree: async () => false }, {}],
    ['an open address without keys', 'fail access', {}, { FRAMEGATE_HOST: '0.0.0.0' }],
    [
      'keys over plain HTTP',
      'warn access',
      {},
      { FRAMEGATE_HOST: '0.0.0.0', FRAMEGATE_AUTH_JWKS_URL: 'http://id.example/keys' },
    ],
    [
      'a data folder that can’t be written to',
      'fail data folder',
      { folder: async () => ({ freeBytes: 5000 * MIB, problem: 'permission denied' }) },
      {},
    ],
    [
      'little disk space',
      'warn disk',
      { folder: async () => ({ freeBytes: 1000 * MIB, problem: null }) },
      {},
    ],
    ['no disk space', 'fail disk', { folder: async () => ({ freeBytes: MIB, problem: null }) }, {}],
  ])('tells of %s and how to mend it', async (_what, expected, deps, environment) => {
    const { bad, findings } = await examine(deps, environment);
    expect(bad).toEqual([expected]);
    expect(findings.filter(({ status }) => status !== 'ok').every(({ fix }) => fix.length > 10)).toBe(true);
  });

  it.each([
    [24 * MIB, {}, null],
    [20 * MIB + 256 * 1024, {}, null],
    [
      20 * MIB,
      {},
      'max_payload is 20971520, so jobs of a larger picture and its segmentation map are refused (payload-too-large)' +
        ' → set max_payload to 21233664 or more, or lower FRAMEGATE_MAX_UPLOAD_BYTES',
    ],
    [4 * MIB, { FRAMEGATE_MAX_UPLOAD_BYTES: String(MIB), FRAMEGATE_MAX_STILL_BYTES: String(MIB) }, null],
    [
      8 * MIB,
      { FRAMEGATE_MAX_UPLOAD_BYTES: String(MIB) },
      'max_payload is 8388608, so stills are limited to that' +
        ' → set max_payload to 10486784 or more, or lower FRAMEGATE_MAX_STILL_BYTES',
    ],
    [
      MIB,
      {},
      'max_payload is 1048576, so stills are limited to that, and jobs of a larger picture and its segmentation map' +
        ' are refused (payload-too-large) → set max_payload to 21233664 or more,' +
        ' or lower FRAMEGATE_MAX_STILL_BYTES and FRAMEGATE_MAX_UPLOAD_BYTES',
    ],
  ])('of a NATS whose max_payload is %i, with %j, says %s', async (bytes, environment, expected) => {
    const { of } = await examine(natsTaking(bytes), { ...urls, ...environment });
    const { status, detail, fix } = of('nats')!;
    if (expected === null) expect(status).toBe('ok');
    else expect(`${detail} → ${fix}`).toContain(expected);
  });

  it('does not miss chdb where a ClickHouse is set', async () => {
    const loadPackage = async (name: string) => (name === 'chdb' ? 'Cannot find package' : null);
    expect((await examine({ loadPackage }, urls)).bad).toEqual([]);
  });

  it('looks at the servers of a node that runs here, and does not call its port taken', async () => {
    const probed: string[] = [];
    const { bad, of } = await examine({
      isPortFree: async () => false,
      findRunning: () => ({
        pid: 7,
        url: 'http://127.0.0.1:8080',
        natsUrl: 'nats://127.0.0.1:4333',
        redisUrl: 'redis://127.0.0.1:6390',
        clickHouseUrl: 'http://127.0.0.1:8124',
      }),
      probeRedis: async (url) => {
        probed.push(url);
      },
    });
    expect(bad).toEqual([]);
    expect(probed).toEqual(['redis://127.0.0.1:6390']);
    expect(of('port')?.detail).toContain('process 7');
  });
});

describe('printFindings', () => {
  it('prints a line each, the cure below, and ends with 1 when anything fails', async () => {
    let text = '';
    const write = (part: string) => {
      text += part;
    };
    const { findings } = await examine({ isPortFree: async () => false });
    expect(printFindings(findings, write)).toBe(1);
    expect(text).toMatch(/^FAIL {2}port +8080 of 127\.0\.0\.1 is in use\n +→ stop the other program/m);
    expect(text).toMatch(/1 failed, 0 with a warning\n$/);
    expect(printFindings((await examine()).findings, write)).toBe(0);
  });
});
