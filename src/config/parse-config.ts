import { availableParallelism, hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { FramegateError } from '../protocol/framegate-error.ts';
import { nearestName } from './nearest-name.ts';
import type { Machine, Setting } from './setting.ts';
import { SETTINGS } from './settings.ts';

type Settings = typeof SETTINGS;
type ValueOf<S> = S extends Setting<infer T> ? T : never;

export type Config = {
  readonly [Slice in keyof Settings]: {
    readonly [Key in keyof Settings[Slice]]: ValueOf<Settings[Slice][Key]>;
  };
};

export type BusConfig = Config['bus'];

export type Environment = Readonly<Record<string, string | undefined>>;

const PREFIX = 'FRAMEGATE_';
/** Read by tests only, never by the program. */
const TEST_PREFIX = 'FRAMEGATE_TEST_';

/** Every setting of the table with the slice and key it stands under. */
export function allSettings(): { slice: string; key: string; setting: Setting<unknown> }[] {
  return Object.entries(SETTINGS).flatMap(([slice, settings]) =>
    Object.entries(settings).map(([key, setting]) => ({ slice, key, setting: setting as Setting<unknown> })),
  );
}

/**
 * The process's environment as frozen configuration; `overrides` (a command's options) win, an absent one
 * changes nothing. Throws config-invalid that names every unknown or wrong setting at once.
 */
export function readConfig(overrides: Environment = {}): Config {
  const given = Object.entries(overrides).filter(([, value]) => value !== undefined);
  return parseConfig({ ...process.env, ...Object.fromEntries(given) }, thisMachine());
}

export function thisMachine(): Machine {
  return {
    hostName: hostname(),
    cores: availableParallelism(),
    workingFolder: process.cwd(),
    packageFolder: fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, ''),
  };
}

/** Pure: see readConfig. A variable that is set to nothing counts as unset, as compose files leave them. */
export function parseConfig(environment: Environment, machine: Machine): Config {
  const problems: string[] = [];
  const settings = allSettings();
  const known = settings.map(({ setting }) => setting.env);
  for (const variable of Object.keys(environment)) {
    if (!variable.startsWith(PREFIX) || variable.startsWith(TEST_PREFIX) || known.includes(variable))
      continue;
    const nearest = nearestName(variable, known);
    problems.push(`${variable} is not a setting${nearest === null ? '' : `; did you mean ${nearest}?`}`);
  }
  const slices: Record<string, Record<string, unknown>> = {};
  for (const { slice, key, setting } of settings) {
    slices[slice] ??= {};
    const given = environment[setting.env];
    if (given === undefined || given === '') {
      slices[slice][key] = setting.defaultOf(machine);
      continue;
    }
    const parsed = setting.schema.safeParse(given);
    if (parsed.success) slices[slice][key] = parsed.data;
    // The value is not repeated: it may be a secret put into the wrong variable.
    else problems.push(`${setting.env} ${parsed.error.issues[0]?.message ?? 'is invalid'}`);
  }
  if (problems.length > 0) {
    throw new FramegateError('config-invalid', problems.join('\n'), { details: { problems } });
  }
  return deepFreeze(slices) as unknown as Config;
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) {
    if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  }
  return Object.freeze(value);
}
