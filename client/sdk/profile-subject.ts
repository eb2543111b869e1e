import { PROFILE_NAMES, PROFILE_SUBJECTS, type ProfileName } from '../../src/protocol/checks.ts';

export type ProfileSubject = (typeof PROFILE_SUBJECTS)[ProfileName];

/** What a profile guides, named with its level or without. One that this script does not know is the node's own: of a face. */
export function profileSubject(profile: string): ProfileSubject {
  const known = PROFILE_NAMES.find((name) => name === profile.split(':')[0]);
  return known === undefined ? 'face' : PROFILE_SUBJECTS[known];
}
