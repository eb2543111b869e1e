import { allSettings, type Config } from './parse-config.ts';
import type { Setting } from './setting.ts';

/** `NAME=value` lines of every setting in force, with secrets hidden. */
export function printConfig(config: Config): string {
  const slices = config as unknown as Record<string, Record<string, unknown>>;
  return allSettings()
    .map(({ slice, key, setting }) => `${setting.env}=${shown(setting, slices[slice]?.[key])}`)
    .join('\n');
}

function shown(setting: Setting<unknown>, value: unknown): string {
  if (value === null || value === undefined) return '';
  if (setting.secret === 'all') return '(hidden)';
  const text = Array.isArray(value) ? value.join(',') : String(value);
  return setting.secret === 'url' ? text.split(',').map(hideCredentials).join(',') : text;
}

/** The URL without its user, password and query, each of which may hold a secret. */
export function hideCredentials(address: string): string {
  if (!URL.canParse(address)) return '(hidden)';
  const { protocol, host, pathname, username, password, search } = new URL(address);
  const user = username === '' && password === '' ? '' : '(hidden)@';
  return `${protocol}//${user}${host}${pathname === '/' ? '' : pathname}${search === '' ? '' : '?(hidden)'}`;
}
