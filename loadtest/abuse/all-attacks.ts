import type { Attack } from './attack.ts';
import { messageAttacks } from './message-attacks.ts';
import { socketAttacks } from './socket-attacks.ts';

export const ATTACKS: readonly Attack[] = [...socketAttacks, ...messageAttacks];
