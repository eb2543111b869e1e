import { readFileSync } from 'node:fs';

/** Files that an edge has open beside its clients' sockets: models, servers, threads, logs. */
const OWN_FILES = 256;
const LEAST_SOCKETS = 16;

/** How many files this process may have open; null where that cannot be told. Node raises it to the hard limit itself. */
export function openFilesLimit(): number | null {
  try {
    const soft = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return soft === undefined ? null : Number(soft);
  } catch {
    return null;
  }
}

/**
 * Sockets that are no WebSockets, as far as the process may open files. At that limit uWebSockets.js can neither accept nor
 * refuse anybody, and tries again and again with all the CPU there is.
 */
export function plainSocketRoom(wanted: number, maxConnections: number, filesLimit: number | null): number {
  if (filesLimit === null) return wanted;
  return Math.max(LEAST_SOCKETS, Math.min(wanted, filesLimit - OWN_FILES - maxConnections));
}
