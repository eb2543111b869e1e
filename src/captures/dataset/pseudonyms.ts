import { createHmac } from 'node:crypto';
import type { BodyCapture } from '../../protocol/body-captures.ts';

/** Names by which records of a dataset can be told apart, and nobody be found without the key. */
export interface Pseudonyms {
  ofCapture(capture: Pick<BodyCapture, 'captureId'>): string;
  /** A partner's customers are persons of their own. */
  ofPerson(capture: Pick<BodyCapture, 'userId' | 'partner'>): string;
}

const HEX_LENGTH = 32;

/** The same secret gives the same names, in every export. */
export function createPseudonyms(secret: string): Pseudonyms {
  const key = createHmac('sha256', secret).update('framegate dataset').digest();
  const name = (...parts: readonly string[]) =>
    createHmac('sha256', key).update(JSON.stringify(parts)).digest('hex').slice(0, HEX_LENGTH);
  return {
    ofCapture: ({ captureId }) => name('capture', captureId),
    ofPerson: ({ userId, partner }) =>
      partner === null
        ? name('person', userId)
        : name('customer', partner.partnerId, partner.reference, partner.customerName),
  };
}
