import { randomBytes, randomUUID } from 'node:crypto';
import type { Ids } from './ports.ts';

const RESUME_TOKEN_BYTES = 32;

/** Random ids; nothing can be guessed from another. */
export const systemIds: Ids = {
  sessionId: () => randomUUID(),
  captureId: () => randomUUID(),
  eventId: () => randomUUID(),
  resumeToken: () => randomBytes(RESUME_TOKEN_BYTES).toString('base64url'),
};
