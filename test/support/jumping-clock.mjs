/**
 * Loaded by `node --import` in place of a machine whose time is set while it runs: wall time is off by what stands in the file
 * that TEST_CLOCK_FILE names (by nothing while there is none), in every thread. Monotonic time goes on, as it does on such a
 * machine.
 */
import { readFileSync } from 'node:fs';

const LOOK_EVERY_MS = 10;
const file = process.env.TEST_CLOCK_FILE;
const RealDate = Date;
const realNow = Date.now;
let aheadMs = 0;
let lookedAtMs = Number.NEGATIVE_INFINITY;

function now() {
  const atMs = performance.now();
  if (atMs - lookedAtMs > LOOK_EVERY_MS) {
    lookedAtMs = atMs;
    aheadMs = read();
  }
  return realNow() + aheadMs;
}

function read() {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return 0;
  }
}

if (file !== undefined) {
  globalThis.Date = class extends RealDate {
    constructor(...args) {
      super(...(args.length === 0 ? [now()] : args));
    }
    static now = now;
  };
}
