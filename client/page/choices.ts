import { PROFILE_LEVELS, type ProfileLevel } from '../../src/protocol/checks.ts';

/** What this page shows results of. */
export const PAGE_PROFILES = ['face-skin', 'face-contour'] as const;
type PageProfile = (typeof PAGE_PROFILES)[number];

export const PRECHECKS = ['auto', 'onnx', 'face-landmarker', 'off'] as const;
type Precheck = (typeof PRECHECKS)[number];

/** What a person, or the page's address, has chosen before the camera starts. */
export interface Choices {
  readonly profile: PageProfile;
  readonly level: ProfileLevel;
  /** `local`: no picture leaves the device. */
  readonly mode: 'server' | 'local';
  readonly precheck: Precheck;
  readonly store: boolean;
  readonly training: boolean;
  readonly meters: boolean;
  readonly speak: boolean;
}

/** Nothing is stored and nothing is used for training unless somebody ticks it. */
export const DEFAULT_CHOICES: Choices = {
  profile: 'face-skin',
  level: 'moderate',
  mode: 'server',
  precheck: 'auto',
  store: false,
  training: false,
  meters: false,
  speak: false,
};

export interface AddressRequest {
  readonly choices: Partial<Choices>;
  readonly lang: string | null;
  /** Whether the rendered face starts at once. */
  readonly demo: boolean;
  readonly token: string | null;
}

/**
 * Reads `?profile=face-skin:relaxed&mode=local&precheck=off&lang=de&demo=1#token=…`; what is not understood is left
 * out. Consent cannot be given by an address.
 */
export function readAddress(search: string, fragment: string): AddressRequest {
  const query = new URLSearchParams(search);
  const [profile, level] = (query.get('profile') ?? '').split(':');
  return {
    choices: {
      ...given('profile', PAGE_PROFILES, profile),
      ...given('level', PROFILE_LEVELS, level),
      ...given('mode', ['server', 'local'], query.get('mode')),
      ...given('precheck', PRECHECKS, query.get('precheck')),
      ...(isOn(query.get('meters')) ? { meters: true } : {}),
      ...(isOn(query.get('speak')) ? { speak: true } : {}),
    },
    lang: query.get('lang'),
    demo: isOn(query.get('demo')),
    token: new URLSearchParams(fragment.replace(/^#/, '')).get('token') || null,
  };
}

/** What goes with the pictures: on this device there is nobody to consent to. */
export function consentOf({ mode, store, training }: Choices): { store: boolean; training: boolean } {
  return mode === 'local' ? { store: false, training: false } : { store, training };
}

function isOn(value: string | null): boolean {
  return value !== null && value !== '0' && value !== 'false';
}

function given<Key extends keyof Choices>(
  key: Key,
  allowed: readonly Choices[Key][],
  value: string | null | undefined,
): Partial<Choices> {
  const found = allowed.find((choice) => choice === value);
  return found === undefined ? {} : { [key]: found };
}
