import type { BodyCapture } from '../protocol/body-captures.ts';
import type { CapturePage } from './types.ts';

const PAGE = 100;

/** Captures of a list one by one, newest first, a page of them in memory; what is made meanwhile is not among them. */
export async function* capturePages(
  list: (page: CapturePage) => Promise<readonly BodyCapture[]>,
  beforeMs?: number,
): AsyncGenerator<BodyCapture, void, undefined> {
  let before = beforeMs;
  for (;;) {
    const page = await list({ limit: PAGE, ...(before !== undefined && { beforeMs: before }) });
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    before = last.createdAtMs;
  }
}
