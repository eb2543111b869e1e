import { describe, expect, it } from 'vitest';
import { type CommandEnd, ensureProgram } from '../../src/cli/local-servers/ensure-program.ts';

/** A machine with these programs, on which commands end as scripted and may bring programs along. */
function machine(programs: string[], ends: (CommandEnd & { brings?: string })[] = []) {
  const there = new Set(programs);
  const ran: string[] = [];
  const said: string[] = [];
  return {
    ran,
    said,
    options: {
      install: true,
      isRoot: true,
      say: (line: string) => said.push(line),
      find: (program: string) => (there.has(program) ? `/usr/bin/${program}` : null),
      run: async (command: readonly string[]) => {
        ran.push(command.join(' '));
        const end = ends[ran.length - 1] ?? { exitCode: 1, output: 'not scripted' };
        if (end.brings !== undefined) there.add(end.brings);
        return end;
      },
    },
  };
}

const done = (brings?: string) => ({ exitCode: 0, output: '', ...(brings !== undefined && { brings }) });
const failed = { exitCode: 100, output: 'E: Unable to locate package' };

describe('ensureProgram', () => {
  it('gives what is there without a word', async () => {
    const { options, ran, said } = machine(['nats-server', 'apt-get']);
    expect(await ensureProgram('nats-server', options)).toBe('/usr/bin/nats-server');
    expect([...ran, ...said]).toEqual([]);
  });

  it.each([
    ['apt-get', 'apt-get install -y --no-install-recommends redis-server'],
    ['apk', 'apk add redis'],
    ['dnf', 'dnf install -y redis'],
    ['brew', 'brew install redis'],
  ])('says what it does and installs with %s', async (manager, command) => {
    const { options, ran, said } = machine([manager], [done('redis-server')]);
    expect(await ensureProgram('redis-server', options)).toBe('/usr/bin/redis-server');
    expect(ran).toEqual([command]);
    expect(said[0]).toBe(`redis-server is not installed; installing it: ${command}`);
  });

  it('uses sudo without a question where it is not root, but not for brew', async () => {
    const { options, ran } = machine(['apt-get'], [done('nats-server')]);
    await ensureProgram('nats-server', { ...options, isRoot: false });
    expect(ran[0]).toMatch(/^sudo -n apt-get install/);
    const mac = machine(['brew'], [done('nats-server')]);
    await ensureProgram('nats-server', { ...mac.options, isRoot: false });
    expect(mac.ran).toEqual(['brew install nats-server']);
  });

  it('refreshes the package lists when the first try fails', async () => {
    const { options, ran } = machine(['apt-get'], [failed, done(), done('nats-server')]);
    expect(await ensureProgram('nats-server', options)).toBe('/usr/bin/nats-server');
    expect(ran.map((command) => command.split(' ')[1])).toEqual(['install', 'update', 'install']);
  });

  it('with --no-install runs nothing and says what to run or to set', async () => {
    const { options, ran } = machine(['apt-get']);
    await expect(
      ensureProgram('nats-server', { ...options, install: false, isRoot: false }),
    ).rejects.toMatchObject({
      code: 'dependency-missing',
      message:
        'nats-server is not installed: run `sudo apt-get install -y --no-install-recommends nats-server`, or set FRAMEGATE_NATS_URL to a server that is there',
    });
    expect(ran).toEqual([]);
  });

  it('without a package manager names program and setting', async () => {
    const { options } = machine([]);
    await expect(ensureProgram('redis-server', options)).rejects.toMatchObject({
      code: 'dependency-missing',
      message:
        'redis-server is not installed: install redis-server, or set FRAMEGATE_REDIS_URL to a server that is there',
    });
  });

  it('that failed to install gives the manager’s last words', async () => {
    const { options } = machine(['apt-get'], [failed, failed, failed]);
    await expect(ensureProgram('nats-server', options)).rejects.toThrow(
      /installing nats-server failed[\s\S]*Unable to locate/,
    );
  });
});
