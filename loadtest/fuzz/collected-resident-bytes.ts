import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Reads this process's resident memory right after a full collection: garbage that waits is no leak. */
export function createResidentReader(): () => number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  return () => {
    collect();
    return process.memoryUsage.rss();
  };
}
