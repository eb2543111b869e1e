const BINS = 1024;

/** The bin of a linear luminance, 0..1: equal roots, so that percentiles of dark skin are as fine as those of light skin. */
export function binOf(luminance: number): number {
  return Math.min(BINS - 1, Math.sqrt(luminance) * BINS) | 0;
}

export interface LuminanceHistogram {
  /** Values by `binOf`; a loop that counts a value in several histograms looks its bin up once. */
  readonly bins: Uint32Array;
  clear(): void;
  count(): number;
  /** The luminance below which this share of the values lies; 0 where there are none. */
  percentile(share: number): number;
  /** Mean of the values between two percentiles: robust where hair or a highlight is among them. */
  meanBetween(lowShare: number, highShare: number): number;
}

export function createLuminanceHistogram(): LuminanceHistogram {
  const bins = new Uint32Array(BINS);
  const luminanceOfBin = (bin: number) => ((bin + 0.5) / BINS) ** 2;
  const count = () => {
    let sum = 0;
    for (let bin = 0; bin < BINS; bin++) sum += bins[bin]!;
    return sum;
  };
  return {
    bins,
    clear: () => bins.fill(0),
    count,
    percentile(share) {
      const total = count();
      if (total === 0) return 0;
      const rank = share * (total - 1);
      let seen = 0;
      for (let bin = 0; bin < BINS; bin++) {
        seen += bins[bin]!;
        if (seen > rank) return luminanceOfBin(bin);
      }
      return 1;
    },
    meanBetween(lowShare, highShare) {
      const total = count();
      if (total === 0) return 0;
      const low = lowShare * total;
      const high = highShare * total;
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
