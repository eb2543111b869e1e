import { type Slope, slopeOf } from '../report/resident-slope.ts';

const MIB = 1024 * 1024;
const MS_PER_MINUTE = 60_000;
/** A heap that has just begun to work grows to its working size: that is no leak. */
const WARM_UP_SHARE = 0.25;

/** Resident memory of a process over the messages that it has handled. */
export interface ResidentSamples {
  add(messages: number, residentBytes: number): void;
  /** MiB more for each million messages, and its standard error. */
  slope(): { readonly mibPerMillion: number; readonly standardError: number };
}

export function createResidentSamples(): ResidentSamples {
  const samples: { messages: number; residentBytes: number }[] = [];
  return {
    add: (messages, residentBytes) => void samples.push({ messages, residentBytes }),
    slope() {
      const last = samples.at(-1)?.messages ?? 0;
      const warm = samples.filter(({ messages }) => messages >= last * WARM_UP_SHARE);
      // A million messages stand for the minute that slopeOf counts by.
      const slope: Slope = slopeOf(
        warm.map(({ messages, residentBytes }) => ({
          atMs: (messages / 1e6) * MS_PER_MINUTE,
          value: residentBytes / MIB,
        })),
      );
      return { mibPerMillion: slope.perMinute, standardError: slope.standardError };
    },
  };
}
