/** The servers that `up` starts itself. */
export type ServerProgram = 'nats-server' | 'redis-server';

interface PackageManager {
  readonly program: string;
  readonly packages: Readonly<Record<ServerProgram, string>>;
  readonly install: (packageName: string) => readonly string[];
  /** Run once when the first try fails: a fresh image has no package lists. */
  readonly refresh: readonly string[] | null;
  readonly needsRoot: boolean;
}

const PACKAGE_MANAGERS: readonly PackageManager[] = [
  {
    program: 'apt-get',
    packages: { 'nats-server': 'nats-server', 'redis-server': 'redis-server' },
    install: (name) => ['apt-get', 'install', '-y', '--no-install-recommends', name],
    refresh: ['apt-get', 'update'],
    needsRoot: true,
  },
  {
    program: 'apk',
    packages: { 'nats-server': 'nats-server', 'redis-server': 'redis' },
    install: (name) => ['apk', 'add', name],
    refresh: ['apk', 'update'],
    needsRoot: true,
  },
  {
    program: 'dnf',
    packages: { 'nats-server': 'nats-server', 'redis-server': 'redis' },
    install: (name) => ['dnf', 'install', '-y', name],
    refresh: null,
    needsRoot: true,
  },
  {
    program: 'brew',
    packages: { 'nats-server': 'nats-server', 'redis-server': 'redis' },
    install: (name) => ['brew', 'install', name],
    refresh: null,
    needsRoot: false,
  },
];

export interface InstallPlan {
  /** Tried in turn: install, then refresh and install again. */
  readonly install: readonly string[];
  readonly refresh: readonly string[] | null;
}

export interface InstallMachine {
  readonly isRoot: boolean;
  find(program: string): string | null;
}

/** How this machine's package manager installs the program, or null where it has none that is known. */
export function installPlan(program: ServerProgram, machine: InstallMachine): InstallPlan | null {
  const manager = PACKAGE_MANAGERS.find((candidate) => machine.find(candidate.program) !== null);
  if (manager === undefined) return null;
  // -n: fail rather than wait for a password that nobody is asked for.
  const asRoot = manager.needsRoot && !machine.isRoot ? ['sudo', '-n'] : [];
  return {
    install: [...asRoot, ...manager.install(manager.packages[program])],
    refresh: manager.refresh === null ? null : [...asRoot, ...manager.refresh],
  };
}
