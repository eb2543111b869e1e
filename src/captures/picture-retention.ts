import type { ConsentFlags } from '../protocol/accounts.ts';

/**
 * What an installation keeps of pictures. `none`: nothing; `24h`: for a day, where the account allows that pictures are
 * kept; `consent`: for `days`, where it allows that or training.
 */
export interface PictureRetention {
  readonly policy: 'none' | '24h' | 'consent';
  readonly days: number;
}

const DAY_MS = 24 * 3_600_000;

/**
 * Until when a picture may be kept; null where it may not be at all.
 * @param storeImages asked for when the capture was made: nothing is kept of one that did not
 * @param consent the account's now; null where the account is gone
 */
export function keepUntilMs(
  { policy, days }: PictureRetention,
  storeImages: boolean,
  consent: ConsentFlags | null,
  nowMs: number,
): number | null {
  if (!storeImages || consent === null) return null;
  switch (policy) {
    case 'none':
      return null;
    case '24h':
      return consent.store_images ? nowMs + DAY_MS : null;
    case 'consent':
      return consent.store_images || consent.training ? nowMs + days * DAY_MS : null;
  }
}
