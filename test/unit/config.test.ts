import { describe, expect, it } from 'vitest';
import { editDistance, nearestName } from '../../src/config/nearest-name.ts';
import { allSettings, type Environment, parseConfig } from '../../src/config/parse-config.ts';
import { hideCredentials, printConfig } from '../../src/config/print-config.ts';
import type { Machine } from '../../src/config/setting.ts';
import { FramegateError } from '../../src/protocol/framegate-error.ts';

const machine: Machine = {
  hostName: 'cam.lab 7',
  cores: 4,
  workingFolder: '/home/x',
  packageFolder: '/opt/fg',
};

function problemsOf(environment: Environment): string {
  try {
    parseConfig(environment, machine);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(FramegateError);
    expect((thrown as FramegateError).code).toBe('config-invalid');
    return (thrown as FramegateError).message;
  }
  throw new Error('the configuration was taken');
}

describe('parseConfig', () => {
  it('fills in the defaults, some of which depend on the machine', () => {
    const config = parseConfig({}, machine);
    expect(config.edge).toMatchObject({ host: '127.0.0.1', port: 8080, threads: 4 });
    expect(config.node.name).toBe('cam-lab-7');
    expect(config.folders).toEqual({
      models: '/opt/fg/models',
      client: '/opt/fg/dist/client',
      data: '/home/x/.framegate',
    });
    expect(config.bus.url).toBeNull();
  });

  it('reads numbers, lists, choices and URLs', () => {
    const config = parseConfig(
      {
        FRAMEGATE_PORT: '0',
        FRAMEGATE_ALLOWED_ORIGINS: 'https://a.example, https://b.example',
        FRAMEGATE_LOG_FORMAT: 'json',
        FRAMEGATE_NATS_URL: 'nats://a:4222,nats://b:4222',
        FRAMEGATE_NATS_REPLICAS: '3',
      },
      machine,
    );
    expect(config.edge.port).toBe(0);
    expect(config.edge.allowedOrigins).toEqual(['https://a.example', 'https://b.example']);
    expect(config.log.format).toBe('json');
    expect(config.bus).toMatchObject({ url: 'nats://a:4222,nats://b:4222', replicas: 3 });
  });

  it('is frozen through and through', () => {
    const config = parseConfig({ FRAMEGATE_ALLOWED_ORIGINS: 'https://a.example' }, machine);
    expect(() => Object.assign(config, { edge: null })).toThrow(TypeError);
    expect(() => Object.assign(config.edge, { port: 1 })).toThrow(TypeError);
    expect(() => (config.edge.allowedOrigins as string[]).push('x')).toThrow(TypeError);
  });

  it('refuses an unknown FRAMEGATE_ name and suggests the nearest', () => {
    expect(problemsOf({ FRAMEGATE_PROT: '1' })).toContain('did you mean FRAMEGATE_PORT?');
    expect(problemsOf({ FRAMEGATE_NATS_URI: 'x' })).toContain('did you mean FRAMEGATE_NATS_URL?');
  });

  it('leaves FRAMEGATE_TEST_ names and everything else alone', () => {
    expect(() =>
      parseConfig({ FRAMEGATE_TEST_DATA: '/x', FRAME_GATE: '1', PATH: '/bin' }, machine),
    ).not.toThrow();
  });

  it('takes an empty variable as unset', () => {
    expect(parseConfig({ FRAMEGATE_PORT: '', FRAMEGATE_AUTH_SECRET: '' }, machine)).toMatchObject({
      edge: { port: 8080 },
      auth: { secret: null },
    });
  });

  it.each([
    ['FRAMEGATE_PORT', '65536'],
    ['FRAMEGATE_PORT', '-1'],
    ['FRAMEGATE_PORT', '80.5'],
    ['FRAMEGATE_PORT', '0x50'],
    ['FRAMEGATE_PORT', ' 80'],
    ['FRAMEGATE_THREADS', '0'],
    ['FRAMEGATE_LOG_LEVEL', 'loud'],
    ['FRAMEGATE_NATS_URL', 'http://x'],
    ['FRAMEGATE_NATS_URL', 'nats://a:1,b'],
    ['FRAMEGATE_CLICKHOUSE_URL', 'localhost:8123'],
    ['FRAMEGATE_NODE_NAME', 'a.b'],
    ['FRAMEGATE_AUTH_SECRET', 'too short'],
    ['FRAMEGATE_ACCESS_TOKEN_MINUTES', '0'],
    ['FRAMEGATE_REFRESH_TOKEN_DAYS', '366'],
    ['FRAMEGATE_SIGN_INS_PER_EMAIL', '0'],
  ])('refuses %s=%s', (name, value) => {
    expect(problemsOf({ [name]: value })).toMatch(new RegExp(`^${name} `));
  });

  it('names every problem at once, and never a value', () => {
    const problems = problemsOf({
      FRAMEGATE_AUTH_SECRET: 'hunter2',
      FRAMEGATE_PORT: 'hunter2',
      FRAMEGATE_X: 'hunter2',
    });
    expect(problems.split('\n')).toHaveLength(3);
    expect(problems).not.toContain('hunter2');
  });
});

describe('printConfig', () => {
  it('shows every setting and hides what is secret', () => {
    const printed = printConfig(
      parseConfig(
        {
          FRAMEGATE_AUTH_SECRET: 's'.repeat(40),
          FRAMEGATE_CLICKHOUSE_PASSWORD: 'hunter2',
          FRAMEGATE_NATS_URL: 'nats://ann:hunter2@a:4222,nats://b:4222',
          FRAMEGATE_REDIS_URL: 'rediss://:hunter2@r:6379/1',
          FRAMEGATE_AUTH_JWKS_URL: 'https://id.example/keys?key=hunter2',
        },
        machine,
      ),
    );
    expect(printed).not.toContain('hunter2');
    expect(printed).not.toContain('sss');
    expect(printed).toContain('FRAMEGATE_AUTH_SECRET=(hidden)');
    expect(printed).toContain('FRAMEGATE_NATS_URL=nats://(hidden)@a:4222,nats://b:4222');
    expect(printed).toContain('FRAMEGATE_REDIS_URL=rediss://(hidden)@r:6379/1');
    expect(printed).toContain('FRAMEGATE_PORT=8080');
    expect(printed.split('\n')).toHaveLength(allSettings().length);
  });

  it('hides a text that is no URL at all', () => {
    expect(hideCredentials('hunter2')).toBe('(hidden)');
  });
});

describe('the table of settings', () => {
  it('has unique names, a description and a default that its own schema takes', () => {
    const settings = allSettings().map(({ setting }) => setting);
    expect(new Set(settings.map(({ env }) => env)).size).toBe(settings.length);
    for (const setting of settings) {
      expect(setting.env).toMatch(/^FRAMEGATE_[A-Z0-9_]+$/);
      expect(setting.env).not.toMatch(/^FRAMEGATE_TEST_/);
      expect(setting.description).toMatch(/^\S.*[.`]$/s);
      const fallback = setting.defaultOf(machine);
      if (fallback === null || Array.isArray(fallback)) continue;
      expect(setting.schema.safeParse(String(fallback)).success, setting.env).toBe(true);
    }
  });
});

describe('nearestName', () => {
  it('counts edits and gives up on what is not alike', () => {
    expect(editDistance('kitten', 'sitting')).toBe(3);
    expect(nearestName('FRAMEGATE_QUITE_ANOTHER_THING', ['FRAMEGATE_PORT'])).toBeNull();
  });
});
