/**
 * How many threads the runtime gets. Threads need shared memory, which browsers give to isolated pages only, and their
 * script has to be of the page's origin. Half of the cores: the others draw the preview and encode the frames.
 */
export function onnxThreads(page: {
  readonly isolated: boolean;
  readonly sameOrigin: boolean;
  readonly cores: number;
}): number {
  if (!page.isolated || !page.sameOrigin) return 1;
  return Math.min(4, Math.max(1, Math.floor(page.cores / 2)));
}
