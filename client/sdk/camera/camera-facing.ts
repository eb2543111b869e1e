export type Facing = 'user' | 'environment';

const AWAY = /back|rear|environment|world/i;
const PERSON = /front|user|facetime|selfie/i;

/** Which way a camera looks: what it says, else what its name says; null where neither does. */
export function cameraFacing(facingMode: string | undefined, label: string): Facing | null {
  if (facingMode === 'user' || facingMode === 'environment') return facingMode;
  if (AWAY.test(label)) return 'environment';
  return PERSON.test(label) ? 'user' : null;
}
