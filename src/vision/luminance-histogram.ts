const BINS = 1024;

/**
 * Counts linear luminances (0..1) in bins of equal root, so that percentiles of dark skin are as fine as those of
 * light skin.
 */
export interface LuminanceHistogram {
  clear(): void;
  add(luminance: number): void;
  readonly count: number;
  /** The luminance below which this share of the values lies; 0 where there are none. */
  percentile(share: number): number;
  /** Mean of the values between two percentiles: robust where hair or a highlight is among them. */
  meanBetween(lowShare: number, highShare: number): number;
}

export function createLuminanceHistogram(): LuminanceHistogram {
  const bins = new Uint32Array(BINS);
  let count = 0;
  const luminanceOfBin = (bin: number) => ((bin + 0.5) / BINS) ** 2;
  return {
    clear() {
      bins.fill(0);
      count = 0;
    },
    add(luminance) {
      bins[Math.min(BINS - 1, Math.sqrt(luminance) * BINS) | 0]!++;
      count++;
    },
    get count() {
      return count;
    },
    percentile(share) {
      if (count === 0) return 0;
      const rank = share * (count - 1);
      let seen = 0;
      for (let bin = 0; bin < BINS; bin++) {
        seen += bins[bin]!;
        if (seen > rank) return luminanceOfBin(bin);
      }
      return 1;
    },
    meanBetween(lowShare, highShare) {
      if (count === 0) return 0;
      const low = lowShare * count;
      const high = highShare * count;
      let seen = 0;
      let sum = 0;
      for (let bin = 0; bin < BINS && seen < high; bin++) {
        const taken = Math.min(high, seen + bins[bin]!) - Math.max(low, seen);
        if (taken > 0) sum += taken * luminanceOfBin(bin);
        seen += bins[bin]!;
      }
      return sum / (high - low);
    },
  };
}
