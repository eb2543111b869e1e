/** What a live capture ends with: the worker analyses by it, the sink waits for it, and its client is told it. */
import { PROFILE_NAMES, type ProfileName } from './checks.ts';

export const RESULT_KINDS = ['face-quality', 'skin', 'face-contours', 'body-view'] as const;
export type ResultKind = (typeof RESULT_KINDS)[number];

/** The kinds of results that a capture of each profile ends with. */
export const PROFILE_RESULT_KINDS: Readonly<Record<ProfileName, readonly ResultKind[]>> = {
  'face-skin': ['face-quality', 'skin', 'face-contours'],
  'face-contour': ['face-quality', 'face-contours'],
  'body-front': ['body-view'],
  'body-side': ['body-view'],
  portrait: ['body-view'],
  'reference-card': ['body-view'],
};

/** The same of a profile whose name came from elsewhere: one that is not known has what every profile has. */
export function resultKindsOfProfile(profile: string): readonly string[] {
  const known = PROFILE_NAMES.find((name) => name === profile);
  return known === undefined ? ['face-quality'] : PROFILE_RESULT_KINDS[known];
}
