/** What a link is taken for: a message of `bytes` needs baseMs + bytes × msPerByte to go up and be answered. */
export interface LinkEstimate {
  /** Of an empty message: distance, both ways. */
  readonly baseMs: number;
  readonly msPerByte: number;
  /** One standard deviation above, for what must arrive in time. */
  readonly msPerByteAtWorst: number;
}

interface Belief extends Omit<LinkEstimate, 'msPerByteAtWorst'> {
  /** Variance of baseMs, of msPerByte, and what the two share. */
  readonly baseVar: number;
  readonly sharedVar: number;
  readonly rateVar: number;
  /** Answers in a row that came later than the belief explains. */
  readonly lateInRow: number;
}

/** 300 kbit/s: until a link has shown better, it is taken for a poor one. */
const FIRST_MS_PER_BYTE = 0.027;
const LEAST_MS_PER_BYTE = 1e-6;
const FIRST_BASE_MS = 100;
/** Timers and schedulers alone shift a round trip by so much. */
const JITTER_MS = 10;
const JITTER_SHARE = 0.08;
/** How much a link may change from one message to the next. */
const BASE_DRIFT_MS = 3;
const RATE_DRIFT = 0.12;
const LEAST_RATE_DRIFT = 2e-4;
/** In deviations. One answer that is so late is a hiccup, two are another link; an early one is never a hiccup. */
const SURPRISE_LIMIT = 3;
const SURPRISES_OF_A_CHANGE = 2;

const UNKNOWN: Belief = {
  baseMs: FIRST_BASE_MS,
  msPerByte: FIRST_MS_PER_BYTE,
  baseVar: FIRST_BASE_MS ** 2,
  sharedVar: 0,
  rateVar: FIRST_MS_PER_BYTE ** 2,
  lateInRow: 0,
};

/** Learns a link from round trips of messages of different sizes: a Kalman filter over distance and rate. */
export interface LinkEstimator {
  readonly estimate: LinkEstimate;
  /** A new connection, whose hello (a few hundred bytes) took so long. The rate is that of before until it shows. */
  connected(roundTripMs: number): void;
  /** A message of so many bytes, alone on the link, took so long without the node's own time. */
  took(bytes: number, linkMs: number): void;
}

export function createLinkEstimator(): LinkEstimator {
  let belief = UNKNOWN;
  /** Nothing but the hello says how far away the node is. */
  let isByHello = true;
  return {
    get estimate() {
      const { baseMs, msPerByte, rateVar } = belief;
      return { baseMs, msPerByte, msPerByteAtWorst: msPerByte + Math.sqrt(rateVar) };
    },
    connected(roundTripMs) {
      isByHello = true;
      // Opening may have taken the node time too, so that it is no more than a hint.
      belief = {
        ...belief,
        baseMs: roundTripMs,
        baseVar: (JITTER_MS + 0.3 * roundTripMs) ** 2,
        sharedVar: 0,
        rateVar: Math.max(belief.rateVar, (0.5 * belief.msPerByte) ** 2),
      };
    },
    took(bytes, linkMs) {
      if (isByHello && linkMs < belief.baseMs) belief = nearer(belief, bytes, linkMs);
      isByHello = false;
      belief = corrected(belief, bytes, linkMs);
    },
  };
}

/** A message cannot be faster than an empty one: the hello had to wait for something else than the link. */
function nearer(belief: Belief, bytes: number, linkMs: number): Belief {
  const bytesMs = bytes * belief.msPerByte;
  return { ...belief, baseMs: Math.max(0, linkMs - bytesMs), baseVar: bytesMs ** 2, sharedVar: 0 };
}

function corrected(belief: Belief, bytes: number, linkMs: number): Belief {
  const { baseMs, msPerByte, sharedVar } = belief;
  const expectedMs = baseMs + bytes * msPerByte;
  const surpriseMs = linkMs - expectedMs;
  const baseVar = belief.baseVar + BASE_DRIFT_MS ** 2;
  let rateVar = belief.rateVar + Math.max(RATE_DRIFT * msPerByte, LEAST_RATE_DRIFT) ** 2;
  const noiseVar = JITTER_MS ** 2 + (JITTER_SHARE * expectedMs) ** 2;
  const spread = () => baseVar + 2 * bytes * sharedVar + bytes ** 2 * rateVar + noiseVar;

  const limitMs = SURPRISE_LIMIT * Math.sqrt(spread());
  const lateInRow = surpriseMs > limitMs ? belief.lateInRow + 1 : 0;
  if (surpriseMs < -limitMs || lateInRow >= SURPRISES_OF_A_CHANGE) rateVar += (surpriseMs / bytes) ** 2;
  const countedMs = lateInRow >= SURPRISES_OF_A_CHANGE ? surpriseMs : Math.min(limitMs, surpriseMs);

  const baseWithY = baseVar + bytes * sharedVar;
  const rateWithY = sharedVar + bytes * rateVar;
  const baseGain = baseWithY / spread();
  const rateGain = rateWithY / spread();
  return {
    baseMs: Math.max(0, baseMs + baseGain * countedMs),
    msPerByte: Math.max(LEAST_MS_PER_BYTE, msPerByte + rateGain * countedMs),
    baseVar: baseVar - baseGain * baseWithY,
    sharedVar: sharedVar - baseGain * rateWithY,
    rateVar: rateVar - rateGain * rateWithY,
    lateInRow,
  };
}
