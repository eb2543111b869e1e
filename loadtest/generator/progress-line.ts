import type { LoadSecond } from '../report/load-report.ts';
import type { Tally } from './tally.ts';

export interface ProgressLine {
  show(second: LoadSecond, all: Tally): void;
  /** A line that stays, above the one that is rewritten. */
  say(line: string): void;
  /** Leaves the terminal on a fresh line. */
  end(): void;
}

export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Without a terminal, one line in so many seconds. */
const LOG_EVERY_MS = 5000;

/** One line that is rewritten each second on a terminal; a line now and then anywhere else. */
export function createProgressLine(stream: ProgressStream): ProgressLine {
  const rewrites = stream.isTTY === true;
  let isShown = false;
  let loggedAtMs = Number.NEGATIVE_INFINITY;
  const clear = () => {
    if (isShown) stream.write('\r\x1b[K');
    isShown = false;
  };
  return {
    show(second, all) {
      if (rewrites) {
        clear();
        stream.write(progressText(second, all).slice(0, (stream.columns ?? 200) - 1));
        isShown = true;
      } else if (second.atMs - loggedAtMs >= LOG_EVERY_MS) {
        loggedAtMs = second.atMs;
        stream.write(`${progressText(second, all)}\n`);
      }
    },
    say(line) {
      clear();
      stream.write(`${line}\n`);
    },
    end: clear,
  };
}

/** `  12 s   64 sessions  offered  310/s  answered  301/s  p50   18  p99   64 ms  skipped  2  errors 0  pace  8.9` */
export function progressText(second: LoadSecond, { counts }: Pick<Tally, 'counts'>): string {
  const ms = (value: number | null) => (value === null ? '–' : value.toFixed(0)).padStart(4);
  const parts = [
    `${(second.atMs / 1000).toFixed(0).padStart(4)} s`,
    `${String(second.sessions).padStart(5)} sessions`,
    `offered ${String(second.offeredFps).padStart(4)}/s`,
    `answered ${String(second.answeredFps).padStart(4)}/s`,
    `p50 ${ms(second.p50Ms)} p99 ${ms(second.p99Ms)} ms`,
    `skipped ${String(second.skipped).padStart(3)}`,
    `errors ${second.errors}`,
    `pace ${second.pacedFps.toFixed(1).padStart(4)}`,
  ];
  if (counts.captured > 0) parts.push(`captured ${counts.captured}, results ${counts.results}`);
  if (counts.reconnects > 0) parts.push(`resumed ${counts.resumed}/${counts.reconnects}`);
  if (counts.connectFailures > 0) parts.push(`refused ${counts.connectFailures}`);
  return parts.join('  ');
}
